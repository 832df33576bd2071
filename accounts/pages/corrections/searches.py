"""How corrections are found."""

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy

from accounts.models import Correction
from accounts.models.corrections import CORRECTION_PREFIX
from accounts.pages.corrections.presentation import VIEW, correction_url, state_badge
from compliance.numbers import read_item_number, read_number
from compliance.ui.search import Hit, register_search


def find_corrections(words: str) -> QuerySet | None:
    """Return the correction of a number, or of the work item in which its answer waits."""
    found = Correction.objects.select_related("account").order_by("pk")
    item = read_item_number(words)
    if item is not None:
        return found.filter(work_item_id=item)
    number = read_number(CORRECTION_PREFIX, words)
    return found.filter(pk=number) if number is not None else None


def correction_hit(correction: Correction) -> Hit:
    """Return how a correction is shown among what was found."""
    return Hit(
        title=correction.reference,
        hint=correction.account.name,
        url=correction_url(correction),
        badge=state_badge(correction),
    )


def register() -> None:
    """Let corrections be found; called when apps are ready."""
    register_search(
        "correction",
        gettext_lazy("Corrections"),
        VIEW,
        find_corrections,
        hit=correction_hit,
        by=gettext_lazy("GZ and the number, or # and the number of the work item"),
        icon="edit_note",
        order=32,
    )
