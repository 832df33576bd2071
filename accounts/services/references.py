"""What restrictions, findings and holds rest on, as people call it; also where operators read it."""

from collections.abc import Callable
from typing import Final

_words: Final[dict[str, Callable[[str], str]]] = {}


def name_references(reference_type: str, words: Callable[[str], str]) -> None:
    """
    Say what the references of a type ("case:7") are called; called when apps are ready.

    `words` is given what stands after the colon.
    """
    _words[reference_type] = words


def reference_in_words(reference: str) -> str:
    """Return a reference in words; one of a type that nobody named as it is."""
    kind, _colon, key = reference.partition(":")
    words = _words.get(kind)
    return words(key) if words is not None else reference
