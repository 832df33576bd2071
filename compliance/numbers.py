"""The numbers by which people call records: two letters and at least eight digits."""

import re
import unicodedata
from typing import Final

# The largest number that a table's key can hold.
LARGEST: Final = 2**63 - 1
_DIGITS: Final = re.compile(r"[0-9]{1,19}")


def read_number(prefix: str, text: str) -> int | None:
    """
    Return the number of the record that a text names, or None where it names none of that kind.

    "AJ00000012", "aj12" and the same in full width all name record 12 of the prefix "AJ".
    """
    written = unicodedata.normalize("NFKC", text).strip().upper()
    if not written.startswith(prefix):
        return None
    digits = written.removeprefix(prefix).strip()
    if not _DIGITS.fullmatch(digits):
        return None
    number = int(digits)
    return number if 0 < number <= LARGEST else None


def read_plain_number(text: str) -> int | None:
    """Return the number that a text of nothing but digits names, or None."""
    return read_number("", text)


def read_item_number(text: str) -> int | None:
    """Return the number of the work item that "#12" names, or None."""
    return read_number("#", text)
