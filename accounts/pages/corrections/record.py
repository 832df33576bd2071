"""The page of one correction: what is known of it, and what needs no work item."""

from typing import Any

from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.correction_words import OPEN_STATUSES
from accounts.models import Correction
from accounts.pages.addresses import account_url
from accounts.pages.corrections.presentation import (
    VIEW,
    answer_rows,
    correction_facts,
    correction_url,
    documents_context,
    state_badge,
    warning_of,
)
from accounts.pages.corrections.review import URL_NAME
from accounts.services.corrections import answers, ordering, review
from accounts.services.reason_templates import reason_templates
from compliance.clocks.extensions import extension_of, open_extension
from compliance.grounds import Grounds
from compliance.models import Clock, StaffUser
from compliance.pages.clock_panel import clock_panel
from compliance.pages.deliveries import notice_rows
from compliance.pages.door import posted_number, staff_of
from compliance.pages.overdue import register_clock_page
from compliance.pages.record import RecordPage
from compliance.pages.record_timeline import timeline_page
from compliance.provisions import Provision
from compliance.ui.kit import AllowedAction, ReasonTemplate
from compliance.ui.pages import Crumb, register_page

EXTEND = "compliance.propose_extension"


class CorrectionPage(RecordPage):
    """A correction as it stands; what needs no work item can be done here."""

    permission = VIEW
    template_name = "accounts/corrections/record.html"
    list_title = gettext_lazy("corrections")
    list_url_name = "admin:accounts_correction_changelist"
    provision = Provision.PUBLIC_ACCOUNT_8_2

    def find_record(self) -> Correction:
        found = Correction.objects.select_related(
            "account",
            "clause__rule_version__document",
            "clock",
            "decided_by",
            "ordered_by",
            "work_item__clock",
        )
        return get_object_or_404(found, pk=self.kwargs["pk"])

    def get_title(self) -> str:
        return _("Correction %(reference)s") % {"reference": self.record.reference}

    def breadcrumbs(self) -> list[Crumb]:
        account = self.record.account
        first, *rest = super().breadcrumbs()
        return [first, Crumb(account.name, account_url(account)), *rest]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        record, staff = self.record, staff_of(self.request)
        item = record.work_item
        is_open = item is not None and item.closed_at is None
        clocks = [record.clock, item.clock if item is not None else None]
        return {
            "badge": state_badge(record),
            "facts": correction_facts(record, staff),
            "warning": warning_of(record),
            "answers": answer_rows(record),
            "clocks": [clock_panel(each) for each in clocks if each is not None],
            "told": notice_rows([record], staff),
            "review_url": (
                reverse(f"admin:{URL_NAME}", args=[item.pk])
                if item is not None and is_open and staff.has_perm(review.REVIEW)
                else ""
            ),
            **documents_context(record, staff),
            "timeline": timeline_page(
                record,
                staff,
                kind=self.request.GET.get("kind", ""),
                position=self.request.GET.get("from", ""),
            ),
            **super().get_context_data(**kwargs),
        }

    def allowed_actions(self) -> list[AllowedAction]:
        record, staff = self.record, staff_of(self.request)
        if record.status not in OPEN_STATUSES:
            return []
        actions = []
        is_free = ordering.open_work_item(record) is None
        if ordering.has_lapsed_untold(record) and staff.has_perm(ordering.ORDER):
            actions.append(
                self.action(
                    "renew_time",
                    _("Set the time anew"),
                    hint=_("The operator is told again, with a new date."),
                    key="n",
                )
            )
        can_extend = (
            is_free
            and extension_of(record.clock) is not None
            and open_extension(record.clock) is None
        )
        if can_extend and staff.has_perm(EXTEND):
            actions.append(
                self.action(
                    "ask_extension",
                    _("Ask for more time"),
                    hint=_("Once; a supervisor decides, and the operator is told."),
                    key="m",
                )
            )
        if is_free and staff.has_perm(ordering.WITHDRAW):
            actions.append(
                self.action(
                    "withdraw_order",
                    _("Withdraw the order"),
                    reason_label=_("Reason told to the operator"),
                    hint=_("It was wrong: the service resumes at once."),
                    tone="danger",
                    key="w",
                )
            )
        return actions

    def reason_templates(self, act: str) -> list[ReasonTemplate]:
        return [
            ReasonTemplate(each.label, each.text) for each in reason_templates(f"correction_{act}")
        ]

    def carry_out(self, act: str, actor: StaffUser, reason: str) -> str:
        record, version = self.record, posted_number(self.request, "version")
        grounds = Grounds(actor=actor, provision=self.provision, reason=reason)
        on: dict[str, Any] = {"correction": record, "expected_version": version, **grounds}
        if act == "renew_time":
            ordering.renew_time(**on)
            return _("The time is set anew; the operator is told.")
        if act == "ask_extension":
            answers.ask_for_more_time(**on)
            return _("More time is asked for; a supervisor decides.")
        if act == "withdraw_order":
            ordering.withdraw_correction(**on, told=reason)
            return _("Withdrawn; the service resumes.")
        return super().carry_out(act, actor, reason)


def page_of_clock(clock: Clock) -> str:
    """Return the page of the correction that a clock belongs to, or ""."""
    found = Correction.objects.filter(clock=clock).first()
    return correction_url(found) if found is not None else ""


def register() -> None:
    """Give the page its address; called when apps are ready."""
    register_page("corrections/<int:pk>/", CorrectionPage, name="correction")
    register_clock_page(page_of_clock)
