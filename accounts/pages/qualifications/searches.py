"""How qualifications are found."""

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy

from accounts.models import Qualification
from accounts.models.qualifications import QUALIFICATION_PREFIX
from accounts.pages.qualifications.presentation import qualification_url, state_badge
from compliance.numbers import read_item_number, read_number
from compliance.ui.search import Hit, register_search


def find_qualifications(words: str) -> QuerySet | None:
    """Return the qualification of a number, or of the work item in which it waits."""
    found = Qualification.objects.select_related("account").order_by("pk")
    item = read_item_number(words)
    if item is not None:
        return found.filter(work_item_id=item)
    number = read_number(QUALIFICATION_PREFIX, words)
    return found.filter(pk=number) if number is not None else None


def qualification_hit(qualification: Qualification) -> Hit:
    """Return how a qualification is shown among what was found."""
    return Hit(
        title=str(qualification),
        hint=qualification.account.name,
        url=qualification_url(qualification),
        badge=state_badge(qualification),
    )


def register() -> None:
    """Let qualifications be found; called when apps are ready."""
    register_search(
        "qualification",
        gettext_lazy("Qualifications"),
        "accounts.view_qualification",
        find_qualifications,
        hit=qualification_hit,
        by=gettext_lazy("ZZ and the number, or # and the number of the work item"),
        icon="workspace_premium",
        order=31,
    )
