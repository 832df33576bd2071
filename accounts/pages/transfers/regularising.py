"""The page about a transfer without approval, and the act on the finding that leads to it."""

from typing import Any

from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.enums import FindingKind
from accounts.models import Finding, Regularisation
from accounts.pages.addresses import account_url
from accounts.pages.findings import FindingAct, register_finding_act
from accounts.pages.presentation import instant
from accounts.pages.references import reference_in_words, reference_url
from accounts.pages.transfers.presentation import (
    regularisation_badge,
    regularisation_url,
    transfer_url,
)
from accounts.services.transfers import regularising
from accounts.transfer_words import RegularisationStatus
from compliance.grounds import Grounds
from compliance.models import Clock, StaffUser
from compliance.pages.clock_panel import clock_panel
from compliance.pages.deliveries import notice_rows
from compliance.pages.door import posted_number, staff_of
from compliance.pages.overdue import register_clock_page
from compliance.pages.record import RecordPage
from compliance.pages.record_timeline import timeline_page
from compliance.provisions import Provision
from compliance.ui.kit import AllowedAction, Fact
from compliance.ui.pages import register_page


class RegularisationPage(RecordPage):
    """A transfer without approval: until when it can be put in order, and what became of it."""

    permission = "accounts.view_regularisation"
    template_name = "accounts/transfers/matter.html"
    list_title = gettext_lazy("transfers without approval")
    list_url_name = "admin:accounts_regularisation_changelist"
    provision = Provision.PUBLIC_ACCOUNT_11_2

    def find_record(self) -> Regularisation:
        found = Regularisation.objects.select_related(
            "account", "finding", "restriction", "clock", "transfer__account"
        )
        return get_object_or_404(found, pk=self.kwargs["pk"])

    def get_title(self) -> str:
        return str(self.record)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        record, staff = self.record, staff_of(self.request)
        account, transfer = record.account, record.transfer
        ground = f"finding:{record.finding_id}"
        facts = [
            Fact(_("Account"), account.name, hint=account.platform_uid, url=account_url(account)),
            Fact(_("Facts that were found"), record.finding.facts),
            Fact(_("Rests on"), reference_in_words(ground), url=reference_url(ground, staff)),
            Fact(_("Service suspended since"), instant(record.opened_at)),
        ]
        if transfer is not None:
            facts.append(Fact(_("Put in order by"), transfer.reference, url=transfer_url(transfer)))
        return {
            "badge": regularisation_badge(record),
            "facts": facts,
            "clocks": [clock_panel(record.clock)],
            "told": notice_rows([record], staff),
            "timeline": timeline_page(
                record,
                staff,
                kind=self.request.GET.get("kind", ""),
                position=self.request.GET.get("from", ""),
            ),
            **super().get_context_data(**kwargs),
        }

    def allowed_actions(self) -> list[AllowedAction]:
        is_over = self.record.status not in (
            RegularisationStatus.OPEN,
            RegularisationStatus.MISSED,
        )
        if is_over or not staff_of(self.request).has_perm(regularising.HANDLE):
            return []
        return [
            self.action(
                "clear",
                _("Find that no transfer took place"),
                hint=_("Service is resumed; the operator is told."),
                key="a",
            )
        ]

    def carry_out(self, act: str, actor: StaffUser, reason: str) -> str:
        if act != "clear":
            return super().carry_out(act, actor, reason)
        regularising.clear_account(
            regularisation=self.record,
            expected_version=posted_number(self.request, "version"),
            actor=actor,
            provision=self.provision,
            reason=reason,
        )
        return _("Service is resumed.")


def _suspend(finding: Finding, fence: int, grounds: Grounds) -> tuple[str, str]:
    regularisation = regularising.suspend_for_transfer(
        finding=finding,
        fence=fence,
        actor=grounds["actor"],
        provision=Provision.PUBLIC_ACCOUNT_11_2,
        reason=grounds["reason"],
    )
    return _("Service is suspended; the operator is told how to apply."), regularisation_url(
        regularisation
    )


def page_of_clock(clock: Clock) -> str:
    """Return the page of the matter that a time to apply belongs to, or ""."""
    found = Regularisation.objects.filter(clock=clock).first()
    return regularisation_url(found) if found is not None else ""


def register() -> None:
    """Give the page its address and offer the act; called when apps are ready."""
    register_page("regularisations/<int:pk>/", RegularisationPage, name="regularisation")
    register_clock_page(page_of_clock)
    register_finding_act(
        FindingAct(
            code="suspend_for_transfer",
            label=gettext_lazy("Suspend service, with time to apply for the transfer"),
            permission=regularising.HANDLE,
            carry_out=_suspend,
            hint=gettext_lazy(
                "The operator is told, and has time to put it in order (art. 11 §2)."
            ),
            kinds=frozenset({FindingKind.UNAPPROVED_TRANSFER}),
            key="s",
            tone="danger",
        )
    )
