"""What an application for an account consists of, and how its cells are read; no check lives here."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Final, Protocol, TypeVar
from zoneinfo import ZoneInfo

from accounts.enums import Category, IdType, SubjectNature

SHANGHAI: Final = ZoneInfo("Asia/Shanghai")

# The columns in their published order, with the most characters that a cell may hold.
# Our choice; no article sets it: far above what is written in practice, low enough to store.
COLUMN_LIMITS: Final[Mapping[str, int]] = {
    "platform_uid": 100,
    "account_name": 200,
    "bio": 5_000,
    "category": 50,
    "subject_nature": 50,
    "subject_name": 200,
    "id_type": 50,
    "id_number": 256,
    "mobile": 50,
    "registered_region": 200,
    "operating_region": 200,
    "business_scope": 5_000,
    "contact": 500,
    "professional_background": 5_000,
    "qualification_type": 50,
    "qualification_number": 200,
    "qualification_issuer": 200,
    "qualification_valid_until": 50,
    "applied_at": 50,
}
COLUMNS: Final[tuple[str, ...]] = tuple(COLUMN_LIMITS)

_DATE: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_ENUMERATED: Final = {
    "category": Category,
    "subject_nature": SubjectNature,
    "id_type": IdType,
}
_EnumT = TypeVar("_EnumT", Category, IdType, SubjectNature)


class CellProblemKind(StrEnum):
    """Why a row cannot be taken as an application at all."""

    CELL_COUNT = "cell_count"
    UID_EMPTY = "uid_empty"
    DATE_UNREADABLE = "date_unreadable"
    VALUE_UNKNOWN = "value_unknown"
    CELL_OVERSIZED = "cell_oversized"
    CELL_FAR_OVERSIZED = "cell_far_oversized"
    ROW_OVERSIZED = "row_oversized"
    NUL = "nul"
    CARRIAGE_RETURN = "carriage_return"
    QUOTE_NEVER_CLOSED = "quote_never_closed"


@dataclass(frozen=True, slots=True)
class CellProblem:
    """One reason why a row is invalid, with its column where one is to blame."""

    kind: CellProblemKind
    column: str = ""
    params: tuple[tuple[str, int], ...] = ()


class ProfileData(Protocol):
    """What is said of an account in public, applied for or changed, as it was sent."""

    @property
    def account_name(self) -> str: ...

    @property
    def bio(self) -> str: ...

    @property
    def subject_nature(self) -> SubjectNature | None: ...


@dataclass(frozen=True, slots=True, repr=False)
class ApplicationData:
    """An application as it was sent: text untrimmed, enumerations and dates read."""

    platform_uid: str
    account_name: str
    bio: str
    category: Category | None
    subject_nature: SubjectNature | None
    subject_name: str
    id_type: IdType | None
    id_number: str
    mobile: str
    registered_region: str
    operating_region: str
    business_scope: str
    contact: str
    professional_background: str
    qualification_type: str
    qualification_number: str
    qualification_issuer: str
    qualification_valid_until: date | None
    applied_at: datetime | None

    def __repr__(self) -> str:
        # Names and numbers of people must not reach a log by way of a traceback.
        return f"ApplicationData(platform_uid={self.platform_uid!r})"

    def cells(self) -> dict[str, str]:
        """
        Return all columns as text in one spelling, for telling whether two are the same.

        Holds identity data: compare or digest it with a key, never store or log it.
        """
        cells = {}
        for column in fields(self):
            value = getattr(self, column.name)
            if isinstance(value, datetime):
                value = value.astimezone(SHANGHAI)
            cells[column.name] = value.isoformat() if isinstance(value, date) else str(value or "")
        return cells


def read_moment(text: str) -> datetime | None:
    """Return an ISO 8601 moment; without a zone it is meant in Asia/Shanghai. None if unreadable."""
    if not text.isascii():
        return None
    try:
        moment = datetime.fromisoformat(text)
        # At the ends of the calendar the conversion itself fails: those are no moments either.
        shanghai = (moment if moment.tzinfo else moment.replace(tzinfo=SHANGHAI)).astimezone(
            SHANGHAI
        )
        shanghai.astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    return moment if moment.tzinfo else shanghai


def read_date(text: str) -> date | None:
    """Return a date written YYYY-MM-DD, or None if it is unreadable."""
    if not _DATE.fullmatch(text):
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _read_member(kind: type[_EnumT], text: str) -> _EnumT | None:
    return kind(text) if text in kind.values else None


def cell_problems(cells: Mapping[str, str]) -> tuple[CellProblem, ...]:
    """Return why these cells are no application, whatever the checks would say."""
    problems = []
    for column, limit in COLUMN_LIMITS.items():
        text = cells[column]
        if len(text) > limit:
            sizes = (("size", len(text)), ("limit", limit))
            problems.append(CellProblem(CellProblemKind.CELL_OVERSIZED, column, sizes))
        elif "\x00" in text:
            # PostgreSQL has no such character, so it could not even be kept as it was sent.
            problems.append(CellProblem(CellProblemKind.NUL, column))
    refused = {problem.column for problem in problems}
    if not cells["platform_uid"].strip():
        problems.append(CellProblem(CellProblemKind.UID_EMPTY, "platform_uid"))
    for column, kind in _ENUMERATED.items():
        text = cells[column].strip()
        if column not in refused and text and text not in kind.values:
            problems.append(CellProblem(CellProblemKind.VALUE_UNKNOWN, column))
    for column, read in (("qualification_valid_until", read_date), ("applied_at", read_moment)):
        text = cells[column].strip()
        if column not in refused and text and read(text) is None:
            problems.append(CellProblem(CellProblemKind.DATE_UNREADABLE, column))
    return tuple(problems)


def read_application(cells: Mapping[str, str]) -> ApplicationData | tuple[CellProblem, ...]:
    """
    Return the application that these cells make, or every reason why they make none.

    `cells` holds each of COLUMNS. Text keeps its spaces: NAME_UNSAFE looks at the untrimmed name.
    """
    problems = cell_problems(cells)
    if problems:
        return problems
    return ApplicationData(
        platform_uid=cells["platform_uid"].strip(),
        account_name=cells["account_name"],
        bio=cells["bio"],
        category=_read_member(Category, cells["category"].strip()),
        subject_nature=_read_member(SubjectNature, cells["subject_nature"].strip()),
        subject_name=cells["subject_name"],
        id_type=_read_member(IdType, cells["id_type"].strip()),
        id_number=cells["id_number"],
        mobile=cells["mobile"],
        registered_region=cells["registered_region"],
        operating_region=cells["operating_region"],
        business_scope=cells["business_scope"],
        contact=cells["contact"],
        professional_background=cells["professional_background"],
        qualification_type=cells["qualification_type"],
        qualification_number=cells["qualification_number"],
        qualification_issuer=cells["qualification_issuer"],
        qualification_valid_until=read_date(cells["qualification_valid_until"].strip()),
        applied_at=read_moment(cells["applied_at"].strip()),
    )
