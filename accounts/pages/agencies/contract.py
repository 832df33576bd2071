"""The page of one agreement with an agency: what is known of it, and what may be done now."""

from typing import Any

from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import AgencyContract
from accounts.pages.addresses import account_url
from accounts.pages.agencies.presentation import (
    contract_badge,
    contract_documents_context,
    contract_facts,
    contract_url,
)
from accounts.powers_words import ContractStatus
from accounts.services.agencies import review
from accounts.services.agencies.ending import TERMINATE
from compliance.grounds import Grounds
from compliance.models import Clock, StaffUser
from compliance.pages.clock_panel import clock_panel
from compliance.pages.deliveries import notice_rows
from compliance.pages.door import posted_number, staff_of
from compliance.pages.overdue import register_clock_page
from compliance.pages.record import RecordPage
from compliance.pages.record_timeline import timeline_page
from compliance.provisions import Provision
from compliance.ui.kit import AllowedAction
from compliance.ui.pages import Crumb, register_page

S = ContractStatus
REVIEW_PAGE = "review_agency_contract"


class ContractPage(RecordPage):
    """An agreement as it stands; what needs no work item can be done here."""

    permission = "accounts.view_agencycontract"
    template_name = "accounts/agencies/contract.html"
    list_title = gettext_lazy("agreements with agencies")
    list_url_name = "admin:accounts_agencycontract_changelist"
    provision = Provision.PUBLIC_ACCOUNT_16_4

    def find_record(self) -> AgencyContract:
        found = AgencyContract.objects.with_all().select_related(
            "work_item__clock", "material_clock"
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
            "badge": contract_badge(record),
            "facts": contract_facts(record),
            "clocks": [clock_panel(each) for each in clocks if each is not None],
            "told": notice_rows([record], staff),
            "review_url": (
                reverse(f"admin:{REVIEW_PAGE}", args=[item.pk])
                if item is not None and is_open and staff.has_perm(review.REVIEW)
                else ""
            ),
            **contract_documents_context(record, staff),
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
        told = _("Reason told to the operator")
        appeal = _("The way to appeal is added to what you write.")
        if record.status == S.WAITING_MATERIAL and staff.has_perm(review.REVIEW):
            return [
                self.action(
                    "resume_review",
                    _("The material is there"),
                    hint=_("The agreement goes back into the queue of those to review."),
                    key="m",
                ),
                self.action(
                    "refuse", _("Refuse"), reason_label=told, hint=appeal, tone="danger", key="r"
                ),
                self.action("withdraw", _("Withdrawn by the operator")),
            ]
        if record.status == S.IN_FORCE and staff.has_perm(TERMINATE):
            return [
                self.action(
                    "terminate",
                    _("End it early"),
                    reason_label=told,
                    hint=appeal,
                    tone="danger",
                )
            ]
        return []

    def carry_out(self, act: str, actor: StaffUser, reason: str) -> str:
        on: dict[str, Any] = {
            "contract": self.record,
            "expected_version": posted_number(self.request, "version"),
            **Grounds(actor=actor, provision=self.provision, reason=reason),
        }
        if act == "resume_review":
            review.resume_contract(**on)
            return _("The agreement is back in its queue.")
        if act == "refuse":
            review.refuse_contract(**on, fence=None, told=reason)
            return _("Refused.")
        if act == "withdraw":
            review.withdraw_contract(**on, fence=None)
            return _("Withdrawn.")
        if act == "terminate":
            review.terminate_contract(**on, told=reason)
            return _("Ended.")
        return super().carry_out(act, actor, reason)


def page_of_clock(clock: Clock) -> str:
    """Return the page of the agreement that a clock for material belongs to, or ""."""
    found = AgencyContract.objects.filter(material_clock=clock).first()
    return contract_url(found) if found is not None else ""


def register() -> None:
    """Give the page its address; called when apps are ready."""
    register_page("agency-contracts/<int:pk>/", ContractPage, name="agency_contract")
    register_clock_page(page_of_clock)
