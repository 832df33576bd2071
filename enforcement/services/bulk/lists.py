"""The list of accounts as somebody gives it: pasted, from a file, or the accounts of a subject."""

import csv
import io
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from django.utils.translation import gettext as _

from accounts.enums import AccountStatus
from accounts.models import PublicAccount, Subject
from compliance.errors import InvalidInput
from enforcement.models.bulk import MOST_ACCOUNTS

# Our choice; no article sets it.
LONGEST_LINE = 1000
LARGEST_FILE = 4_000_000
_MARK: Final = re.compile("[,，\t]")
_QUOTED: Final = re.compile('"((?:[^"]|"")*)"')


@dataclass(frozen=True)
class Entry:
    """One account of a list: its number at the platform, and what the facts say of it alone."""

    platform_uid: str
    line: str = ""


def read_list(text: str) -> list[Entry]:
    """
    Return the accounts of a pasted list: one a line, its number and, after a comma, its own facts.

    :raises InvalidInput: if a line has more than that, or there are too many.
    """
    return _entries(csv.reader(io.StringIO(text)))


def read_pasted(text: str) -> list[Entry]:
    """
    Return the accounts of a list that was typed or pasted: what follows the first mark is its facts.

    The mark is a comma of either width or the tab of a spreadsheet, and facts may have commas: no
    column can be mistaken for another, as in a file.

    :raises InvalidInput: if a line has no account number, or there are too many.
    """
    lines = (_MARK.split(line.strip(), maxsplit=1) for line in text.splitlines())
    return _entries([_unquoted(cell) for cell in cells] for cells in lines)


def _entries(rows: Iterable[list[str]]) -> list[Entry]:
    entries = []
    for number, row in enumerate(rows, start=1):
        cells = [cell.strip() for cell in row]
        if not any(cells):
            continue
        if len(cells) > 2 or not cells[0]:
            raise InvalidInput(
                _(
                    "Line %(number)s: give the account number and, after a comma, the facts of this "
                    "account; put facts with a comma in quotation marks."
                )
                % {"number": number}
            )
        if len(cells) == 2 and len(cells[1]) > LONGEST_LINE:
            raise InvalidInput(
                _("Line %(number)s: the facts of one account have at most %(count)s characters.")
                % {"number": number, "count": LONGEST_LINE}
            )
        entries.append(Entry(cells[0], cells[1] if len(cells) == 2 else ""))
    if len(entries) > MOST_ACCOUNTS:
        raise InvalidInput(
            _("A list has at most %(count)s accounts: divide it.") % {"count": f"{MOST_ACCOUNTS:,}"}
        )
    return entries


def _unquoted(cell: str) -> str:
    """Return a cell without the quotation marks that a file would need around all of it."""
    quoted = _QUOTED.fullmatch(cell.strip())
    return quoted[1].replace('""', '"') if quoted else cell


def read_file(content: bytes) -> list[Entry]:
    """
    Return the accounts of a CSV file in UTF-8 or GB18030; a heading "platform_uid" is skipped.

    :raises InvalidInput: if it is too large or cannot be read.
    """
    if len(content) > LARGEST_FILE:
        raise InvalidInput(_("The file is too large."))
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        entries = read_list(text)
        return entries[1:] if entries and entries[0].platform_uid == "platform_uid" else entries
    raise InvalidInput(_("The file cannot be read: save it as CSV in UTF-8."))


def accounts_of_subject(subject: Subject) -> list[Entry]:
    """Return the accounts that a subject runs and that are not closed, the oldest first."""
    found = PublicAccount.objects.filter(subject=subject, status=AccountStatus.ACTIVE)
    return [Entry(uid) for uid in found.order_by("pk").values_list("platform_uid", flat=True)]


def doubled(entries: Iterable[Entry]) -> list[str]:
    """Return the accounts that a list names more than once, in its order."""
    seen: set[str] = set()
    twice: dict[str, None] = {}
    for each in entries:
        if each.platform_uid in seen:
            twice[each.platform_uid] = None
        seen.add(each.platform_uid)
    return list(twice)
