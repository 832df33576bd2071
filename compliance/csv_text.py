"""
CSV for people: every cell quoted, none of them a formula when a spreadsheet opens it.

OWASP ASVS 5.0, 1.2.10. Our own lines because the libraries that were tried let leading tabs,
no-break and zero-width blanks and full-width signs through.
"""

import unicodedata
from collections.abc import Iterable
from typing import Final

BYTE_ORDER_MARK: Final = "\ufeff"
LINE_END: Final = "\r\n"
# What makes a spreadsheet take a cell for a formula or a command.
SIGNS: Final = frozenset("=+-@|%")
# Leading ones are dropped or split at by some programs, which lays bare what follows.
BREAKS: Final = frozenset("\t\r\n\x00")
# A minus to some programs, and it has no plain form to fold to.
MORE_SIGNS: Final = frozenset("\u2212")
# Blank to the eye though Unicode calls them letters, symbols or marks.
MORE_BLANKS: Final = frozenset("\u115f\u1160\u2800\u3164\uffa0\u034f\u17b4\u17b5")
_BLANK_CATEGORIES: Final = frozenset({"Zs", "Zl", "Zp", "Cf", "Cc"})


def is_blank(character: str) -> bool:
    """Return whether a character shows nothing, zero-width ones and variation selectors too."""
    return (
        unicodedata.category(character) in _BLANK_CATEGORIES
        or character in MORE_BLANKS
        or "\ufe00" <= character <= "\ufe0f"
    )


def starts_formula(text: str) -> bool:
    """Return whether a spreadsheet might take the text for a formula, blanks in front or not."""
    for character in text:
        if character.isalnum() and character not in MORE_BLANKS:
            return False
        if character in BREAKS or character in MORE_SIGNS:
            return True
        if is_blank(character):
            continue
        # Full-width, small and raised forms fold to the plain sign.
        return unicodedata.normalize("NFKC", character)[:1] in SIGNS
    return False


def safe_cell(text: str) -> str:
    """Return the text as a cell holds it: with an apostrophe in front of what might compute."""
    return f"'{text}" if starts_formula(text) else text


def csv_line(cells: Iterable[str]) -> str:
    """Return one line by RFC 4180, every cell quoted and safe."""
    return ",".join(f'"{safe_cell(cell).replace(chr(34), chr(34) * 2)}"' for cell in cells) + (
        LINE_END
    )
