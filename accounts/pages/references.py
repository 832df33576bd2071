"""What findings and holds rest on and lead to, in words, and the way there."""

from collections.abc import Callable
from dataclasses import dataclass

from compliance.models import StaffUser


@dataclass(frozen=True)
class ReferencePages:
    """How references of one type ("case:7") are worded, and which page tells of one."""

    words: Callable[[str], str]
    url: Callable[[str, StaffUser], str]


_pages: dict[str, ReferencePages] = {}


def register_reference(
    reference_type: str, *, words: Callable[[str], str], url: Callable[[str, StaffUser], str]
) -> None:
    """
    Say what the references of a type are called and where they lead; called when apps are ready.

    Both are given what stands after the colon; `url` returns "" for whoever may not go there.
    """
    _pages[reference_type] = ReferencePages(words, url)


def reference_in_words(reference: str) -> str:
    """Return a reference in words; one of a type that nobody registered as it is."""
    kind, _colon, key = reference.partition(":")
    pages = _pages.get(kind)
    return pages.words(key) if pages is not None else reference


def reference_url(reference: str, staff: StaffUser) -> str:
    """Return the address of what a reference names, or "" where there is none."""
    kind, _colon, key = reference.partition(":")
    pages = _pages.get(kind)
    return pages.url(key, staff) if pages is not None else ""
