"""How transfers are found."""

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy

from accounts.models import Regularisation, Transfer
from accounts.models.regularisations import REGULARISATION_PREFIX
from accounts.models.transfers import TRANSFER_PREFIX
from accounts.pages.transfers.presentation import (
    regularisation_badge,
    regularisation_url,
    state_badge,
    transfer_url,
)
from compliance.numbers import read_item_number, read_number
from compliance.ui.search import Hit, register_search


def find_transfers(words: str) -> QuerySet | None:
    """Return the transfer of a number, or of the work item in which it waits."""
    found = Transfer.objects.select_related("account").order_by("pk")
    item = read_item_number(words)
    if item is not None:
        return found.filter(work_item_id=item)
    number = read_number(TRANSFER_PREFIX, words)
    return found.filter(pk=number) if number is not None else None


def find_regularisations(words: str) -> QuerySet | None:
    """Return the transfer without approval of a number."""
    number = read_number(REGULARISATION_PREFIX, words)
    found = Regularisation.objects.select_related("account").order_by("pk")
    return found.filter(pk=number) if number is not None else None


def transfer_hit(transfer: Transfer) -> Hit:
    """Return how a transfer is shown among what was found."""
    return Hit(
        title=transfer.reference,
        hint=transfer.account.name,
        url=transfer_url(transfer),
        badge=state_badge(transfer),
    )


def regularisation_hit(regularisation: Regularisation) -> Hit:
    """Return how a transfer without approval is shown among what was found."""
    return Hit(
        title=regularisation.reference,
        hint=regularisation.account.name,
        url=regularisation_url(regularisation),
        badge=regularisation_badge(regularisation),
    )


def register() -> None:
    """Let transfers be found; called when apps are ready."""
    register_search(
        "transfer",
        gettext_lazy("Transfers"),
        "accounts.view_transfer",
        find_transfers,
        hit=transfer_hit,
        by=gettext_lazy("ZR and the number, or # and the number of the work item"),
        icon="swap_horiz",
        order=32,
    )
    register_search(
        "regularisation",
        gettext_lazy("Transfers without approval"),
        "accounts.view_regularisation",
        find_regularisations,
        hit=regularisation_hit,
        by=gettext_lazy("BB and the number"),
        icon="sync_problem",
        order=33,
    )
