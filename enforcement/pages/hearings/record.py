"""The page of one hearing: until when the operator may speak, what was said, what may be done."""

from typing import Any

from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.pages.addresses import account_url
from compliance.grounds import Grounds
from compliance.models import Clock, StaffUser
from compliance.pages.clock_panel import clock_panel
from compliance.pages.deliveries import notice_rows
from compliance.pages.door import posted_number, staff_of
from compliance.pages.overdue import register_clock_page
from compliance.pages.record import RecordPage
from compliance.pages.timeline import timeline_of
from compliance.provisions import Provision
from compliance.ui.kit import AllowedAction, ReasonTemplate
from compliance.ui.pages import Crumb, register_page
from enforcement.hearing_words import HearingStatus
from enforcement.models import Hearing
from enforcement.pages.emergencies.presentation import later_url
from enforcement.pages.hearings.presentation import (
    VIEW,
    hearing_facts,
    hearing_url,
    state_badge,
    statement_rows,
    warning_of,
)
from enforcement.pages.presentation import case_url
from enforcement.pages.reason_templates import reason_templates
from enforcement.services.hearings import ending, opening
from enforcement.services.hearings.planning import decision_heard

PROPOSE = "enforcement.propose_decision"


class HearingPage(RecordPage):
    """A hearing as it stands."""

    permission = VIEW
    template_name = "enforcement/hearing.html"
    list_title = gettext_lazy("hearings")
    list_url_name = "admin:enforcement_hearing_changelist"
    provision = Provision.PUBLIC_ACCOUNT_20_2

    def find_record(self) -> Hearing:
        found = Hearing.objects.select_related(
            "account", "after", "case", "clock", "outcome__person"
        )
        return get_object_or_404(found, pk=self.kwargs["pk"])

    def get_title(self) -> str:
        title = (
            _("Hearing after %(number)s: %(account)s")
            if self.record.after is not None
            else _("Hearing before %(number)s: %(account)s")
        )
        return title % {
            "number": decision_heard(self.record).number,
            "account": self.record.account.name,
        }

    def breadcrumbs(self) -> list[Crumb]:
        account, case = self.record.account, self.record.case
        first, *rest = super().breadcrumbs()
        return [
            first,
            Crumb(account.name, account_url(account)),
            Crumb(case.number, case_url(case)),
            *rest,
        ]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        record, staff = self.record, staff_of(self.request)
        return {
            "badge": state_badge(record),
            "facts": hearing_facts(record),
            "warning": warning_of(record),
            "statements": statement_rows(record, staff),
            "clocks": [clock_panel(record.clock)],
            "later_url": later_url(record),
            "told": notice_rows([record], staff),
            "steps": timeline_of(record),
            **super().get_context_data(**kwargs),
        }

    def allowed_actions(self) -> list[AllowedAction]:
        record, staff = self.record, staff_of(self.request)
        is_over = record.clock.due_at <= timezone.now()
        if record.status != HearingStatus.WAITING or not is_over:
            return []
        if opening.has_lapsed_untold(record):
            if not staff.has_perm(opening.RENEW):
                return []
            return [
                self.action(
                    "renew_time",
                    _("Give the time anew"),
                    hint=_("The operator is told again, with a new date and a new link."),
                    key="n",
                )
            ]
        if not staff.has_perm(PROPOSE):
            return []
        return [
            self.action(
                "pass_on_in_silence",
                _("Pass on to whoever decides"),
                hint=_("The time is over and nothing came; the worker does it within minutes too."),
                key="p",
            )
        ]

    def reason_templates(self, act: str) -> list[ReasonTemplate]:
        return reason_templates(act)

    def carry_out(self, act: str, actor: StaffUser, reason: str) -> str:
        grounds = Grounds(actor=actor, provision=self.provision, reason=reason)
        if act == "renew_time":
            opening.renew_time(
                hearing=self.record,
                expected_version=posted_number(self.request, "version"),
                **grounds,
            )
            return _("The time is given anew; the operator is told.")
        if act == "pass_on_in_silence":
            ending.end_in_silence(hearing=self.record, **grounds)
            return _("Passed on to the approvers.")
        return super().carry_out(act, actor, reason)


def page_of_clock(clock: Clock) -> str:
    """Return the page of the hearing that a clock belongs to, or ""."""
    found = Hearing.objects.filter(clock=clock).first()
    return hearing_url(found) if found is not None else ""


def register() -> None:
    """Give the page its address; called when apps are ready."""
    register_page("hearings/<int:pk>/", HearingPage, name="hearing")
    register_clock_page(page_of_clock)
