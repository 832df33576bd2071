"""What a restriction, bar or closure rests on, and the way to it."""

from collections.abc import Callable

from accounts.enums import GroundKind
from accounts.pages.references import reference_in_words
from compliance.models import StaffUser

GroundPage = Callable[[str, StaffUser], str]

_pages: dict[GroundKind, GroundPage] = {}


def register_ground_page(kind: GroundKind, page: GroundPage) -> None:
    """
    Say which page tells of a ground, by its reference; called when apps are ready.

    The package that takes decisions knows where they are read, this one only how they are called.
    `page` returns "" where the reference is none of its own or the person may not go there.
    """
    _pages[kind] = page


def ground_in_words(kind: str, reference: str) -> str:
    """Return a ground with its reference as people call it."""
    label = str(GroundKind(kind).label)
    return f"{label} {reference_in_words(reference)}" if reference else label


def ground_url(kind: str, reference: str, staff: StaffUser) -> str:
    """Return the address of the page that tells of a ground, or "" where there is none."""
    page = _pages.get(GroundKind(kind))
    return page(reference, staff) if page is not None else ""
