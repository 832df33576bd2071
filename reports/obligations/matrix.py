"""Reading the obligation matrix from its data files."""

import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, TypeVar

from django.db import models
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

DATA = Path(__file__).resolve().parent / "data"
INSTRUMENTS = "instruments.toml"
# What a duty may name as keeping it, in the order in which it is shown.
REFERENCES = ("models", "services", "queues", "pages", "reports", "tests")
_REMARKS = ("planned", "outside", "note")
_KEYS = {"article", "paragraph", "part", "who", "force", "text", "acts", *REFERENCES, *_REMARKS}
_DIGITS = "零一二三四五六七八九"
# Of ones, tens, hundreds and thousands.
_UNITS = ("", "十", "百", "千")
_Read = TypeVar("_Read")


class Bound(models.TextChoices):
    """Whom a sentence of an instrument binds."""

    PLATFORM = "platform", gettext_lazy("platform")
    OPERATOR = "operator", gettext_lazy("operator")
    AUTHORITY = "authority", gettext_lazy("authorities")
    OTHERS = "others", gettext_lazy("others")


class Force(models.TextChoices):
    """How a sentence of an instrument binds."""

    MUST = "must", gettext_lazy("must")
    MUST_NOT = "must_not", gettext_lazy("must not")
    MAY = "may", gettext_lazy("may")
    ENCOURAGED = "encouraged", gettext_lazy("is encouraged to")
    STATES = "states", gettext_lazy("states")


class DutyState(models.TextChoices):
    """How far the product keeps a duty."""

    KEPT = "kept", gettext_lazy("Kept")
    PARTLY = "partly", gettext_lazy("Kept in part")
    PLANNED = "planned", gettext_lazy("Planned")
    OUTSIDE = "outside", gettext_lazy("Outside the console")


class MatrixDamaged(ValueError):
    """The data files of the matrix cannot be read as one."""


@dataclass(frozen=True)
class Words:
    """A sentence in both languages of the console."""

    zh: str
    en: str

    def __str__(self) -> str:
        return self.en if is_english() else self.zh


def numeral(number: int) -> str:
    """Return a number from 0 to 9999 as articles are numbered in the language of the screen."""
    if is_english():
        return str(number)
    digits = str(number)
    written = ""
    for place, digit in zip(reversed(range(len(digits))), digits, strict=True):
        if digit != "0":
            written += _DIGITS[int(digit)] + _UNITS[place]
        elif not written.endswith(_DIGITS[0]):
            written += _DIGITS[0]
    # Of a number in the tens alone nobody says the one.
    written = written.removeprefix("一") if 10 <= number < 20 else written
    return written.rstrip(_DIGITS[0]) or _DIGITS[0]


def is_english() -> bool:
    """Return whether the screen is in English; Chinese is what everything else falls back to."""
    return (get_language() or "").startswith("en")


@dataclass(frozen=True, kw_only=True)
class Instrument:
    """A law or another text that says what has to be done."""

    code: str
    title: Words
    # How many paragraphs each article has; empty for what is covered in extracts only.
    paragraphs: Mapping[int, int]
    # Whether the text numbers points instead of articles with paragraphs.
    has_points: bool

    def name_of(self, article: int) -> str:
        """Return an article or point as people write it: art. 6, point 2."""
        words = _("point %(article)s") if self.has_points else _("art. %(article)s")
        return words % {"article": numeral(article)}


@dataclass(frozen=True, kw_only=True)
class Duty:
    """What one sentence, or a part of it, asks for, and what of the product keeps it."""

    instrument: Instrument
    article: int
    paragraph: int
    part: str
    who: tuple[Bound, ...]
    force: Force
    text: Words
    # Codes of the provisions under which the product acts to keep the duty.
    acts: tuple[str, ...]
    models: tuple[str, ...]
    services: tuple[str, ...]
    queues: tuple[str, ...]
    pages: tuple[str, ...]
    reports: tuple[str, ...]
    tests: tuple[str, ...]
    planned: Words | None
    outside: Words | None
    note: Words | None

    @cached_property
    def code(self) -> str:
        """The place of the duty as machines write it: public-account-2021:6.1c."""
        part = f"({self.part})" if self.part.isdecimal() else self.part
        if self.paragraph:
            return f"{self.instrument.code}:{self.article}.{self.paragraph}{part}"
        return f"{self.instrument.code}:{self.article}{part}"

    @property
    def place(self) -> str:
        """The place of the duty within its instrument as people write it: art. 6 §1 c."""
        if self.part.isdecimal():
            words = _("art. %(article)s (%(part)s)")
        elif self.paragraph:
            words = _("art. %(article)s §%(paragraph)s")
        else:
            return f"{self.instrument.name_of(self.article)} {self.part}".strip()
        numbers = {
            "article": numeral(self.article),
            "paragraph": numeral(self.paragraph),
            "part": numeral(int(self.part)) if self.part.isdecimal() else "",
        }
        return (
            words % numbers if self.part.isdecimal() else f"{words % numbers} {self.part}".strip()
        )

    @property
    def has_references(self) -> bool:
        """Whether the duty names anything of the product."""
        return any(getattr(self, kind) for kind in REFERENCES)

    @property
    def state(self) -> DutyState:
        """How far the product keeps the duty."""
        if self.outside:
            return DutyState.OUTSIDE
        if self.planned:
            return DutyState.PARTLY if self.has_references else DutyState.PLANNED
        return DutyState.KEPT


@dataclass(frozen=True)
class Matrix:
    """Every duty, in the order of its instrument."""

    instruments: tuple[Instrument, ...]
    duties: tuple[Duty, ...]

    def count(self) -> dict[DutyState, int]:
        """Return how many duties stand in each state."""
        states = [duty.state for duty in self.duties]
        return {state: states.count(state) for state in DutyState}


def read_matrix(folder: Path = DATA) -> Matrix:
    """
    Read the instruments of a folder and the duties of all its other files, in the law's order.

    :raises MatrixDamaged: if a file is missing or is no table of duties.
    """
    instruments = {
        each.code: each
        for each in _read(folder / INSTRUMENTS, lambda table: map(_instrument, table["instrument"]))
    }
    duties = [
        duty
        for path in sorted(folder.glob("*.toml"))
        if path.name != INSTRUMENTS
        for duty in _read(path, lambda table: _duties(table, instruments))
    ]
    order = {code: place for place, code in enumerate(instruments)}
    duties.sort(key=lambda duty: (order[duty.instrument.code], duty.article, duty.paragraph))
    return Matrix(tuple(instruments.values()), tuple(duties))


def _read(path: Path, take: Callable[[dict[str, Any]], Iterable[_Read]]) -> list[_Read]:
    try:
        return list(take(tomllib.loads(path.read_text(encoding="utf-8"))))
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as problem:
        raise MatrixDamaged(
            _("%(file)s cannot be read: %(problem)s") % {"file": path.name, "problem": problem}
        ) from problem


def _duties(table: dict[str, Any], instruments: Mapping[str, Instrument]) -> Iterator[Duty]:
    for row in table["duty"]:
        row = {"instrument": table.get("instrument"), **row}
        try:
            yield _duty(row, instruments[row.pop("instrument")])
        except (KeyError, TypeError, ValueError) as problem:
            place = f"{row.get('article')}.{row.get('paragraph', 0)}{row.get('part', '')}"
            raise ValueError(
                _("duty %(place)s, %(problem)s is not understood")
                % {"place": place, "problem": problem}
            ) from problem


def _instrument(table: dict[str, Any]) -> Instrument:
    return Instrument(
        code=table["code"],
        title=Words(**table["title"]),
        paragraphs={int(article): count for article, count in table.get("paragraphs", {}).items()},
        has_points=table.get("has_points", False),
    )


def _duty(row: dict[str, Any], instrument: Instrument) -> Duty:
    if unknown := sorted(row.keys() - _KEYS):
        raise KeyError(", ".join(unknown))
    lists: dict[str, Any] = {name: tuple(row.get(name, ())) for name in ("acts", *REFERENCES)}
    words: dict[str, Any] = {name: Words(**row[name]) if name in row else None for name in _REMARKS}
    return Duty(
        instrument=instrument,
        article=row["article"],
        paragraph=row.get("paragraph", 0),
        part=row.get("part", ""),
        who=tuple(Bound(each) for each in row["who"]),
        force=Force(row["force"]),
        text=Words(**row["text"]),
        **lists,
        **words,
    )
