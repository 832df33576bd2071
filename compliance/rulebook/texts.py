"""
Clauses out of a running text, and back: nobody types forty clauses into single boxes.

A clause begins on a line of its own with 第…条, or with a number such as 3.1; 第…章 and its like
stand above the clauses that follow. What stands beside the number is the heading where a text
follows and the line is short and no sentence.
"""

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from django.utils.translation import gettext as _

from compliance.errors import InvalidInput

# Our choices; no article sets them.
LONGEST_HEADING: Final = 40
LARGEST_FILE: Final = 1_000_000

PREAMBLE: Final = "引言"
_DIGITS: Final = {c: n for n, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_UNITS: Final = {"十": 10, "百": 100, "千": 1000}
_NUMERALS: Final = "".join([*_DIGITS, *_UNITS])
_ARTICLE: Final = re.compile(
    rf"第\s*([{_NUMERALS}0-9][{_NUMERALS}0-9\s]*?)\s*条(?:\s*之\s*[{_NUMERALS}])?"
)
_DOTTED: Final = re.compile(r"(\d{1,3}(?:\.\d{1,3})+)(?=[\s、:.】【]|$)[.、]?")
_DIVISION: Final = re.compile(rf"第\s*([{_NUMERALS}0-9]+)\s*([编章节])(?=\s|$)\s*(.*)")
# After a number without a blank these go on with a sentence that cites it.
_CITED_ON: Final = frozenset("第款项至、，,。；;和与或及规所的中之前后以、")
_BRACKETED: Final = re.compile(r"[【\[](.+?)[】\]]\s*(.*)", re.DOTALL)
_SENTENCE_END: Final = tuple("。；;：:，,！!？?、")
# Blanks that word processors put in: narrow, ideographic, no-break.
_BLANKS: Final = re.compile(r"[\t\u00a0\u2000-\u200a\u202f\u3000]")
_UNSEEN_MARKS: Final = re.compile("[\u200b-\u200d\u2060\ufeff]")


@dataclass(frozen=True)
class ClauseText:
    """A clause as it is written: where it stands, its number, heading and text, what it carries out."""

    number: str
    text: str
    heading: str = ""
    chapter: str = ""
    provision: str = ""


@dataclass(frozen=True)
class ParsedText:
    """The clauses that were recognised, and what a person should look at."""

    clauses: tuple[ClauseText, ...]
    notes: tuple[str, ...] = ()


@dataclass
class _Open:
    number: str
    chapter: str
    rest: str
    lines: list[str] = field(default_factory=list)


def decode_text(content: bytes) -> str:
    """
    Return the text of a file in UTF-8 or GB18030, with or without a byte order mark.

    :raises InvalidInput: if the file is too large or no text in either.
    """
    if len(content) > LARGEST_FILE:
        raise InvalidInput(_("The file is larger than one megabyte. Give the bare text."))
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" in text:
            break
        return text
    raise InvalidInput(_("The file is no plain text. Save it as a text file and try again."))


def parse_clauses(text: str) -> ParsedText:
    """Return the clauses of a running text, with notes where the numbering looks odd."""
    opened: list[_Open] = []
    preamble: list[str] = []
    division: dict[str, str] = {}
    last = 0
    for line in _lines(text):
        found = _DIVISION.fullmatch(line)
        if found is not None:
            _enter(division, found)
            continue
        number, rest, value = _clause_start(line, last)
        if number:
            opened.append(_Open(number, " · ".join(division.values()), rest))
            last = value or last
        elif opened:
            opened[-1].lines.append(line)
        else:
            preamble.append(line)
    clauses = [_closed(each) for each in opened]
    if clauses and any(preamble):
        clauses.insert(0, ClauseText(PREAMBLE, _joined(preamble)))
    return ParsedText(tuple(clauses), tuple(_notes(clauses)))


def _lines(text: str) -> Iterable[str]:
    text = _UNSEEN_MARKS.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    for line in text.split("\n"):
        yield _BLANKS.sub(" ", line).strip()


def _enter(division: dict[str, str], found: re.Match[str]) -> None:
    number, level, title = found.groups()
    order = "编章节"
    for lower in order[order.index(level) :]:
        division.pop(lower, None)
    division[level] = f"第{number}{level} {title}".strip()


def _clause_start(line: str, last: int) -> tuple[str, str, int]:
    """Return number, rest of the line and value of a line that begins a clause, else nothing."""
    # Full-width digits and dots are the same numbers.
    head = unicodedata.normalize("NFKC", line[:40]) if line else ""
    found = _ARTICLE.match(head)
    if found is not None and "之" not in found[0]:
        value = _value(found[1])
        rest = _after(line, head, found.end())
        # Without a blank it may be a sentence that cites another clause.
        is_set_off = (
            not rest or rest[0] in " :：【[" or (value == last + 1 and rest[0] not in _CITED_ON)
        )
        if value and is_set_off:
            return re.sub(r"\s", "", found[0]), rest.lstrip(" :：").strip(), value
        return "", "", 0
    if found is not None:
        rest = _after(line, head, found.end())
        if not rest or rest[0] in " :：【[":
            return re.sub(r"\s", "", found[0]), rest.lstrip(" :：").strip(), 0
        return "", "", 0
    dotted = _DOTTED.match(head)
    if dotted is not None:
        rest = _after(line, head, dotted.end())
        return dotted[1], rest.lstrip(" :：、").strip(), 0
    return "", "", 0


def _after(line: str, head: str, end: int) -> str:
    # Folding may change the length of what stands in front; count it on the line itself.
    for cut in range(len(line) + 1):
        if len(unicodedata.normalize("NFKC", line[:cut])) >= end:
            return line[cut:]
    return ""


def _value(numeral: str) -> int:
    """Return the number that a Chinese or Arabic numeral stands for, 0 where it stands for none."""
    numeral = re.sub(r"\s", "", numeral)
    if numeral.isdigit() and numeral.isascii():
        return int(numeral)
    total, digit = 0, 0
    for sign in numeral:
        if sign in _UNITS:
            total += (digit or 1) * _UNITS[sign]
            digit = 0
        elif sign in _DIGITS:
            digit = _DIGITS[sign]
        else:
            return 0
    return total + digit


def _closed(clause: _Open) -> ClauseText:
    body = _joined(clause.lines)
    bracketed = _BRACKETED.fullmatch(clause.rest)
    if bracketed is not None:
        heading = bracketed[1].strip()
        text = "\n".join(part for part in (bracketed[2].strip(), body) if part)
    elif body and _is_heading(clause.rest):
        heading, text = clause.rest, body
    else:
        heading, text = "", "\n".join(part for part in (clause.rest, body) if part)
    return ClauseText(clause.number, text, heading=heading, chapter=clause.chapter)


def _is_heading(rest: str) -> bool:
    return 0 < len(rest) <= LONGEST_HEADING and not rest.endswith(_SENTENCE_END)


def _joined(lines: Sequence[str]) -> str:
    """Return lines as paragraphs, without empty ones at the ends and never two in a row."""
    return re.sub(r"\n{2,}", "\n", "\n".join(lines)).strip("\n")


def _notes(clauses: Sequence[ClauseText]) -> Iterable[str]:
    seen: set[str] = set()
    last, last_number = 0, ""
    for clause in clauses:
        if clause.number in seen:
            yield _("%(number)s stands here twice.") % {"number": clause.number}
        seen.add(clause.number)
        if not clause.text:
            yield _("%(number)s has no text.") % {"number": clause.number}
        found = _ARTICLE.fullmatch(clause.number)
        value = _value(found[1]) if found is not None and "之" not in clause.number else 0
        if value and last and value != last + 1:
            yield _("After %(last)s comes %(number)s: is something missing?") % {
                "last": last_number,
                "number": clause.number,
            }
        if value:
            last, last_number = value, clause.number
        if clause.number == PREAMBLE:
            yield _("What stands before the first number becomes the clause “%(number)s”.") % {
                "number": PREAMBLE
            }


def editable_text(clauses: Iterable[ClauseText]) -> str:
    """Return clauses as the running text from which `parse_clauses` makes the same ones again."""
    parts: list[str] = []
    divisions: list[str] = []
    for clause in clauses:
        chapter = clause.chapter.split(" · ") if clause.chapter else []
        if chapter != divisions:
            same = 0
            while chapter[: same + 1] == divisions[: same + 1] and same < len(chapter):
                same += 1
            parts += chapter[same:]
            divisions = chapter
        if clause.number == PREAMBLE:
            parts.append(clause.text)
        elif clause.heading and _is_heading(clause.heading):
            parts.append(f"{clause.number} {clause.heading}\n{clause.text}")
        elif clause.heading:
            parts.append(f"{clause.number} 【{clause.heading}】\n{clause.text}")
        else:
            parts.append(f"{clause.number}\n{clause.text}")
    return "\n\n".join(parts)


def digest_of(clauses: Iterable[ClauseText]) -> str:
    """Return the digest of clauses in their order, as the database computes it again."""
    written = "\x1e".join(
        "\x1f".join((each.chapter, each.number, each.heading, each.text, each.provision))
        for each in clauses
    )
    return hashlib.sha256(written.encode()).hexdigest()


def with_provisions(
    clauses: Iterable[ClauseText], provisions: Sequence[str]
) -> tuple[ClauseText, ...]:
    """Return clauses with what each carries out, in their order; missing ones carry out nothing."""
    given = iter(provisions)
    return tuple(replace(each, provision=next(given, "").strip()) for each in clauses)
