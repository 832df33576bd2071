"""Reading a year's working days from a file, and from the calendar library."""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import holidays
from django.utils.translation import gettext as _

from compliance.audit import UNSEEN
from compliance.errors import InvalidInput

COLUMNS = ("date", "is_working_day", "name")
_COLUMNS_IN_CHINESE = ("日期", "是否上班", "名称")
_YES = frozenset({"yes", "true", "1", "是", "班", "上班"})
_NO = frozenset({"no", "false", "0", "否", "休", "放假"})
_DATE = re.compile(r"(\d{4})([-/.])(\d{1,2})\2(\d{1,2})")
# Our choices; no article sets them. A notice names some thirty days.
LARGEST_FILE = 64 * 1024
MOST_DAYS = 120
LONGEST_NAME = 80
MOST_PROBLEMS_NAMED = 5


@dataclass(frozen=True)
class Day:
    """A day that differs from Monday to Friday, and the occasion."""

    date: date
    is_working_day: bool
    name: str


def read_days(content: bytes, year: int) -> list[Day]:
    """
    Return the days of a year's notice from a CSV file (UTF-8 with or without BOM, or GB18030).

    :raises InvalidInput: if the file cannot be used; every row that is wrong is named, up to five.
    """
    if len(content) > LARGEST_FILE:
        raise InvalidInput(_("The file is too large for the working days of one year."))
    rows = _rows(_text(content))
    header = tuple(cell.strip() for cell in next(rows, []))
    if not any(header):
        raise InvalidInput(_("The file is empty."))
    if header not in (COLUMNS, _COLUMNS_IN_CHINESE):
        raise InvalidInput(
            _("The header of the file must be: %(columns)s") % {"columns": ",".join(COLUMNS)}
        )
    days: list[Day] = []
    problems: list[str] = []
    for number, cells in enumerate(rows, start=2):
        if not any(cell.strip() for cell in cells):
            continue
        try:
            days.append(_day(cells, year, {each.date for each in days}))
        except InvalidInput as problem:
            problems.append(
                _("Line %(number)s: %(problem)s") % {"number": number, "problem": problem}
            )
    if problems:
        raise InvalidInput(_joined(problems))
    return check_days(days, year)


def check_days(days: Sequence[Day], year: int) -> list[Day]:
    """
    Return the days in their order, if together they can be a year's notice.

    :raises InvalidInput: if there are none or far too many, or no weekend day is worked.
    """
    if not days:
        raise InvalidInput(_("The file names no day that differs from Monday to Friday."))
    if len(days) > MOST_DAYS:
        raise InvalidInput(
            _("%(count)s days differ from Monday to Friday; a notice names some thirty.")
            % {"count": len(days)}
        )
    if all(each.is_working_day for each in days):
        raise InvalidInput(_("The file names no holiday of %(year)s.") % {"year": year})
    return sorted(days, key=lambda each: each.date)


def library_days(year: int) -> list[Day]:
    """
    Return the days of a year as the calendar library has them.

    :raises InvalidInput: if the library does not know the year's notice yet.
    """
    calendar = holidays.country_holidays("CN", language="zh_CN")
    january = date(year, 1, 1)
    days = [
        Day(day, calendar.is_working_day(day), calendar.get(day) or "")
        for day in (january + timedelta(days=number) for number in range(366))
        if day.year == year and calendar.is_working_day(day) != (day.isoweekday() < 6)
    ]
    # Every notice moves some working days to weekends; without one the library only reckons.
    if not any(each.is_working_day for each in days):
        raise InvalidInput(
            _("The calendar library does not know the notice for %(year)s yet.") % {"year": year}
        )
    return days


def _text(content: bytes) -> str:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" not in text:
            return text
    raise InvalidInput(_("The file is not text in UTF-8 or GB18030."))


def _rows(text: str) -> Iterator[list[str]]:
    try:
        yield from csv.reader(io.StringIO(text), strict=True)
    except csv.Error as problem:
        raise InvalidInput(_("The file is not a readable CSV file.")) from problem


def _day(cells: Sequence[str], year: int, known: Iterable[date]) -> Day:
    if len(cells) not in (2, 3):
        raise InvalidInput(_("the row does not have three cells."))
    day = _date(cells[0].strip())
    word = cells[1].strip().lower()
    name = cells[2].strip() if len(cells) == 3 else ""
    if day.year != year:
        raise InvalidInput(_("%(day)s is not a day of %(year)s.") % {"day": day, "year": year})
    if day in known:
        raise InvalidInput(_("%(day)s stands in the file twice.") % {"day": day})
    if word not in _YES | _NO:
        raise InvalidInput(_("say yes or no whether %(day)s is worked.") % {"day": day})
    if (word in _YES) == (day.isoweekday() < 6):
        raise InvalidInput(
            _("%(day)s is worked anyway; only days that differ from Monday to Friday are listed.")
            % {"day": day}
            if word in _YES
            else _(
                "%(day)s is a weekend anyway; only days that differ from Monday to Friday are "
                "listed."
            )
            % {"day": day}
        )
    if len(name) > LONGEST_NAME or UNSEEN.search(name):
        raise InvalidInput(_("the name of the occasion is too long or holds invisible characters."))
    return Day(day, word in _YES, name)


def _date(text: str) -> date:
    match = _DATE.fullmatch(text)
    try:
        if match is None:
            raise ValueError
        return date(int(match[1]), int(match[3]), int(match[4]))
    except ValueError:
        raise InvalidInput(
            _("“%(text)s” is not a date such as 2027-02-05.") % {"text": text[:40]}
        ) from None


def _joined(problems: Sequence[str]) -> str:
    named = " ".join(problems[:MOST_PROBLEMS_NAMED])
    more = len(problems) - MOST_PROBLEMS_NAMED
    if more <= 0:
        return named
    return _("%(named)s And %(more)s more.") % {"named": named, "more": more}
