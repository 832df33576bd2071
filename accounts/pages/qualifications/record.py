"""The page of one qualification: what is known of it, and what may be done when nobody reviews it."""

from typing import Any

from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Qualification
from accounts.pages.addresses import account_url
from accounts.pages.qualifications.presentation import (
    checks_made,
    documents_context,
    qualification_facts,
    qualification_url,
    same_number_facts,
    state_badge,
)
from accounts.pages.qualifications.review import URL_NAME, templates_for
from accounts.qualification_words import QualificationStatus
from accounts.services.qualifications import checking, review, standing
from accounts.services.qualifications.cover import provision_of
from accounts.services.qualifications.submission import SUBMIT, open_work_item
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

S = QualificationStatus


class QualificationPage(RecordPage):
    """A qualification as it stands; what needs no work item can be done here."""

    permission = "accounts.view_qualification"
    template_name = "accounts/qualifications/record.html"
    list_title = gettext_lazy("qualifications")
    list_url_name = "admin:accounts_qualification_changelist"
    provision = Provision.PUBLIC_ACCOUNT_9_1

    def find_record(self) -> Qualification:
        found = Qualification.objects.with_identity().select_related(
            "work_item__clock", "material_clock", "decided_by"
        )
        return get_object_or_404(found, pk=self.kwargs["pk"])

    def get_title(self) -> str:
        return str(self.record)

    def breadcrumbs(self) -> list[Crumb]:
        account = self.record.account
        first, *rest = super().breadcrumbs()
        return [first, Crumb(account.name, account_url(account)), *rest]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        record, staff = self.record, staff_of(self.request)
        item = record.work_item
        clocks = [record.material_clock, item.clock if item is not None else None]
        is_open = item is not None and item.closed_at is None
        return {
            "badge": state_badge(record),
            "facts": qualification_facts(record, staff),
            "checks": checks_made(record),
            "same_number": same_number_facts(record),
            "clocks": [clock_panel(each) for each in clocks if each is not None],
            "told": notice_rows([record], staff),
            "review_url": (
                reverse(f"admin:{URL_NAME}", args=[item.pk])
                if item is not None and is_open and staff.has_perm(checking.REVIEW)
                else ""
            ),
            **self.ways_on(staff),
            **documents_context(record, staff),
            "timeline": timeline_page(
                record,
                staff,
                kind=self.request.GET.get("kind", ""),
                position=self.request.GET.get("from", ""),
            ),
            **super().get_context_data(**kwargs),
        }

    def ways_on(self, staff: StaffUser) -> dict[str, str]:
        """Return where documents and a renewal are handed in, for whoever may."""
        record = self.record
        if not staff.has_perm(SUBMIT):
            return {}
        takes_files = record.status in (S.IN_REVIEW, S.WAITING_MATERIAL, S.VERIFIED)
        renewable = record.status in (S.VERIFIED, S.EXPIRED)
        entering = reverse("admin:enter_qualification", args=[record.account_id])
        return {
            "attach_url": (
                reverse("admin:attach_qualification_documents", args=[record.pk])
                if takes_files
                else ""
            ),
            "renew_url": f"{entering}?renews={record.pk}" if renewable else "",
        }

    def allowed_actions(self) -> list[AllowedAction]:
        record, staff = self.record, staff_of(self.request)
        told = _("Reason told to the operator")
        appeal = _("The way to appeal is added to what you write.")
        actions = []
        if record.status == S.WAITING_MATERIAL and staff.has_perm(checking.REVIEW):
            actions += [
                self.action(
                    "resume_review",
                    _("The material is there"),
                    hint=_("The qualification goes back into the queue of those to review."),
                    key="m",
                ),
                self.action(
                    "refuse", _("Refuse"), reason_label=told, hint=appeal, tone="danger", key="r"
                ),
                self.action("withdraw", _("Withdrawn by the operator")),
            ]
        is_free = open_work_item(record) is None
        if is_free and record.status == S.VERIFIED and staff.has_perm(checking.REVIEW):
            actions.append(
                self.action(
                    "check_again",
                    _("Look at it again"),
                    hint=_("It goes into the queue and stays verified meanwhile."),
                    key="c",
                )
            )
        is_standing = record.status in (S.VERIFIED, S.EXPIRED)
        if is_free and is_standing and staff.has_perm(standing.REVOKE):
            actions.append(
                self.action(
                    "revoke", _("Revoke"), reason_label=told, hint=appeal, tone="danger", key="r"
                )
            )
        return actions

    def reason_templates(self, act: str) -> list[ReasonTemplate]:
        return templates_for(act)

    def carry_out(self, act: str, actor: StaffUser, reason: str) -> str:
        record, version = self.record, posted_number(self.request, "version")
        grounds = Grounds(actor=actor, provision=provision_of(record.field), reason=reason)
        on: dict[str, Any] = {"qualification": record, "expected_version": version, **grounds}
        if act == "resume_review":
            review.resume_qualification(**on)
            return _("The qualification is back in its queue.")
        if act == "refuse":
            review.refuse_qualification(**on, fence=None, told=reason)
            return _("Refused.")
        if act == "withdraw":
            review.withdraw_qualification(**on, fence=None)
            return _("Withdrawn.")
        if act == "check_again":
            standing.check_again(**on)
            return _("It is in the queue.")
        if act == "revoke":
            standing.revoke_qualification(**on, fence=None, told=reason)
            return _("Revoked.")
        return super().carry_out(act, actor, reason)


def page_of_clock(clock: Clock) -> str:
    """Return the page of the qualification that a clock for material belongs to, or ""."""
    found = Qualification.objects.filter(material_clock=clock).first()
    return qualification_url(found) if found is not None else ""


def register() -> None:
    """Give the page its address; called when apps are ready."""
    register_page("qualifications/<int:pk>/", QualificationPage, name="qualification")
    register_clock_page(page_of_clock)
