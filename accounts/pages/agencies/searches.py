"""How agencies and agreements are found."""

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy

from accounts.models import Agency, AgencyContract
from accounts.models.agencies import AGENCY_PREFIX, CONTRACT_PREFIX
from accounts.pages.agencies.presentation import (
    agency_badge,
    agency_url,
    contract_badge,
    contract_url,
)
from compliance.numbers import read_item_number, read_number
from compliance.ui.search import Hit, register_search


def find_agencies(words: str) -> QuerySet | None:
    """Return the agency of a number, a code or exactly this name."""
    found = Agency.objects.order_by("pk")
    number = read_number(AGENCY_PREFIX, words)
    if number is not None:
        return found.filter(pk=number)
    return found.filter(Q(uscc=words.upper()) | Q(name=words) | Q(public_name=words))


def agency_hit(agency: Agency) -> Hit:
    """Return how an agency is shown among what was found."""
    return Hit(
        title=str(agency), hint=agency.name, url=agency_url(agency), badge=agency_badge(agency)
    )


def find_contracts(words: str) -> QuerySet | None:
    """Return the agreement of a number, or of the work item in which it waits."""
    found = AgencyContract.objects.select_related("account", "agency").order_by("pk")
    item = read_item_number(words)
    if item is not None:
        return found.filter(work_item_id=item)
    number = read_number(CONTRACT_PREFIX, words)
    return found.filter(pk=number) if number is not None else None


def contract_hit(contract: AgencyContract) -> Hit:
    """Return how an agreement is shown among what was found."""
    return Hit(
        title=str(contract),
        hint=contract.account.name,
        url=contract_url(contract),
        badge=contract_badge(contract),
    )


def register() -> None:
    """Let agencies and agreements be found; called when apps are ready."""
    register_search(
        "agency",
        gettext_lazy("Agencies"),
        "accounts.view_agency",
        find_agencies,
        hit=agency_hit,
        by=gettext_lazy("JG and the number, the credit code, or the whole name"),
        icon="domain",
        order=33,
    )
    register_search(
        "agency_contract",
        gettext_lazy("Agreements with agencies"),
        "accounts.view_agencycontract",
        find_contracts,
        hit=contract_hit,
        by=gettext_lazy("XY and the number, or # and the number of the work item"),
        icon="contract",
        order=34,
    )
