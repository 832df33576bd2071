"""Names of files as they came: kept without a path, shown with every trick in them visible."""

import re
import unicodedata
from typing import Final

# Our choice; file systems allow 255 bytes.
LONGEST_NAME: Final = 200
LONGEST_SHOWN: Final = 120
_ORDINARY_BLANK: Final = " "
_NOT_IN_NAMES: Final = re.compile(r'[<>:;"|?*.\s]+')


def cleaned(name: str) -> str:
    """Return the last part of a name, at most as long as a file system allows, ending kept."""
    last = re.split(r"[/\\]", name)[-1].strip()
    if len(last) <= LONGEST_NAME:
        return last
    stem, dot, ending = last.rpartition(".")
    if not dot or len(ending) > 10:
        return last[:LONGEST_NAME]
    return f"{stem[: LONGEST_NAME - len(ending) - 1]}.{ending}"


def ending_of(name: str) -> str:
    """Return the last ending of a name in small letters, without the dot; "" where there is none."""
    _stem, dot, ending = cleaned(name).rpartition(".")
    return unicodedata.normalize("NFKC", ending).lower() if dot else ""


def shown(name: str) -> str:
    """Return a name for the screen: what turns, hides or breaks text stands there by its number."""
    pieces = []
    for character in unicodedata.normalize("NFC", name):
        category = unicodedata.category(character)
        is_odd_blank = category in ("Zs", "Zl", "Zp") and character != _ORDINARY_BLANK
        is_hidden = category.startswith("C") or is_odd_blank
        pieces.append(f"⟨U+{ord(character):04X}⟩" if is_hidden else character)
    text = "".join(pieces)
    if len(text) <= LONGEST_SHOWN:
        return text
    half = LONGEST_SHOWN // 2
    return f"{text[:half]}…{text[-half:]}"


def handed_out(number: str, name: str, ending: str) -> str:
    """Return the name under which a file leaves: its number, what is harmless of its name, ours."""
    stem = cleaned(name).rpartition(".")[0] or cleaned(name)
    visible = "".join(
        character
        for character in unicodedata.normalize("NFKC", stem)
        if unicodedata.category(character)[0] in "LNPSZM" and character.isprintable()
    )
    harmless = _NOT_IN_NAMES.sub("_", visible).strip("_")[:60]
    return f"{number}_{harmless}.{ending}" if harmless else f"{number}.{ending}"
