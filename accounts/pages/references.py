"""What findings and holds rest on and lead to, in words, and the way there."""

from collections.abc import Callable

from accounts.services.references import name_references, reference_in_words
from compliance.models import StaffUser

__all__ = ["reference_in_words", "reference_url", "register_reference"]

_urls: dict[str, Callable[[str, StaffUser], str]] = {}


def register_reference(
    reference_type: str, *, words: Callable[[str], str], url: Callable[[str, StaffUser], str]
) -> None:
    """
    Say what the references of a type are called and where they lead; called when apps are ready.

    Both are given what stands after the colon; `url` returns "" for whoever may not go there.
    """
    name_references(reference_type, words)
    _urls[reference_type] = url


def reference_url(reference: str, staff: StaffUser) -> str:
    """Return the address of what a reference names, or "" where there is none."""
    kind, _colon, key = reference.partition(":")
    url = _urls.get(kind)
    return url(key, staff) if url is not None else ""
