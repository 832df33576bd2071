"""How agencies and agreements are worded for the pages that show them."""

from typing import Any, Final

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import Agency, AgencyContract
from accounts.pages.addresses import account_url
from accounts.pages.presentation import instant
from accounts.pages.shown_files import files_context
from accounts.powers_words import OPEN_CONTRACTS, AgencyStatus, ContractStatus
from accounts.services.agencies.submission import SUBMIT, documents_of
from compliance.models import StaffUser
from compliance.ui.kit import Badge, Fact

TONES: Final = {
    ContractStatus.SUBMITTED: "info",
    ContractStatus.IN_REVIEW: "info",
    ContractStatus.WAITING_MATERIAL: "warning",
    ContractStatus.IN_FORCE: "good",
    ContractStatus.REFUSED: "danger",
    ContractStatus.WITHDRAWN: "",
    ContractStatus.ENDED: "",
    ContractStatus.TERMINATED: "danger",
}
# Within so many days an end is shown as near.
SOON: Final = 30


def agency_url(agency: Agency) -> str:
    """Return the address of an agency's page."""
    return reverse("admin:agency", args=[agency.pk])


def contract_url(contract: AgencyContract) -> str:
    """Return the address of an agreement's page."""
    return reverse("admin:agency_contract", args=[contract.pk])


def agency_badge(agency: Agency) -> Badge:
    """Return whether an agency is on the register."""
    status = AgencyStatus(agency.status)
    return Badge(text=status.label, tone="good" if status == AgencyStatus.REGISTERED else "danger")


def contract_badge(contract: AgencyContract) -> Badge:
    """Return how an agreement stands now; that it begins later or ends soon is computed."""
    status = ContractStatus(contract.status)
    if status != ContractStatus.IN_FORCE:
        return Badge(text=status.label, tone=TONES[status])
    today = timezone.localdate()
    left = (contract.valid_until - today).days
    if left < 0:
        return Badge(text=ContractStatus.ENDED.label)
    if contract.valid_from > today:
        return Badge(text=_("Begins on %(day)s") % {"day": contract.valid_from}, tone="info")
    if left <= SOON:
        text = ngettext("Ends in %(days)s day", "Ends in %(days)s days", left) % {"days": left}
        return Badge(text=text, tone="warning")
    return Badge(text=status.label, tone="good")


def contract_facts(contract: AgencyContract) -> list[Fact]:
    """Return what is known of an agreement."""
    account, agency = contract.account, contract.agency
    facts = [
        Fact(_("Account"), account.name, hint=account.platform_uid, url=account_url(account)),
        Fact(
            _("Agency"),
            agency.public_name,
            hint=f"{agency.name} {agency.uscc}",
            url=agency_url(agency),
        ),
        Fact(_("Number of the agreement"), contract.number, is_code=True),
        Fact(
            _("Term"),
            _("%(begin)s to %(end)s") % {"begin": contract.valid_from, "end": contract.valid_until},
        ),
        Fact(_("What it covers"), contract.covers),
        Fact(_("Received at"), instant(contract.received_at), hint=contract.get_source_display()),
    ]
    if contract.decided_at is not None and contract.decided_by is not None:
        facts.append(
            Fact(_("Decided at"), instant(contract.decided_at), hint=contract.decided_by.name)
        )
    if contract.ended_at is not None:
        facts.append(Fact(_("Ended at"), instant(contract.ended_at)))
    return facts


def contract_documents_context(contract: AgencyContract, staff: StaffUser) -> dict[str, Any]:
    """Return the documents of an agreement as the pages show them, one after the other."""
    takes = contract.status in (*OPEN_CONTRACTS, ContractStatus.IN_FORCE)
    return {
        **files_context([(each.shows, each.file) for each in documents_of(contract)], staff),
        "attach_url": (
            reverse("admin:attach_contract_documents", args=[contract.pk])
            if takes and staff.has_perm(SUBMIT)
            else ""
        ),
    }
