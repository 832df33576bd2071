"""What the pieces of a page are given: facts, checks, steps, changes, and acts that are allowed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from difflib import SequenceMatcher
from typing import Any

from django.utils.functional import Promise

Text = str | Promise

# Tones that the stylesheet knows.
TONES = frozenset({"", "info", "good", "warning", "danger"})


@dataclass(frozen=True)
class Fact:
    """A name and its value; a value that is empty is said to be missing."""

    label: Text
    value: Any = ""
    hint: Text = ""
    url: str = ""
    is_code: bool = False


@dataclass(frozen=True, kw_only=True)
class Badge:
    """A word with a colour; the word carries the meaning, the colour only helps."""

    text: Text
    tone: str = ""


@dataclass(frozen=True, kw_only=True)
class Check:
    """A check and what came of it: code, outcome in words, the explanation and its evidence."""

    code: str
    title: Text
    outcome: Text
    tone: str = ""
    explanation: Text = ""
    evidence: Sequence[Fact] = field(default_factory=tuple)


@dataclass(frozen=True, kw_only=True)
class TimelineStep:
    """
    Something that happened: when, what, by whom, under which article, why, and what changed.

    `language` is that of `text` where it is quoted as it stands on record.
    """

    at: datetime
    title: Text
    actor: Text = ""
    provision: Text = ""
    text: Text = ""
    url: str = ""
    tone: str = ""
    changes: Text = ""
    language: str = ""


@dataclass(frozen=True)
class Change:
    """A field and its two values."""

    label: Text
    before: Any = ""
    after: Any = ""

    @property
    def has_changed(self) -> bool:
        return bool(self.before != self.after)


@dataclass(frozen=True)
class ReasonTemplate:
    """A ready-made reason that a person may take and change."""

    label: Text
    text: Text


@dataclass(frozen=True)
class Choice:
    """A value that may be picked, and its words."""

    value: str
    label: Text


@dataclass(frozen=True, kw_only=True)
class Input:
    """
    One line that an act asks for besides its reason; with `most` a whole number, or a day.

    With more `rows` than one it is words on several lines.
    """

    name: str
    label: Text
    hint: Text = ""
    suggestions: Sequence[Text] = field(default_factory=tuple)
    longest: int = 80
    least: int = 0
    most: int | None = None
    rows: int = 1
    is_day: bool = False
    is_needed: bool = True


@dataclass(frozen=True, kw_only=True)
class AllowedAction:
    """
    An act that the person at the screen may do now, and what its form sends.

    Posted are `action` (the code), `reason`, `fence`, `version`, `provision` and whatever stands in
    `hidden`. Give one provision to send it silently and several to let the person pick.
    """

    code: str
    label: Text
    url: str
    fence: int | str = ""
    version: int | str = ""
    provisions: Sequence[Choice] = field(default_factory=tuple)
    reason_templates: Sequence[ReasonTemplate] = field(default_factory=tuple)
    reason_label: Text = ""
    hint: Text = ""
    choices_name: str = ""
    choices_label: Text = ""
    choices: Sequence[Choice] = field(default_factory=tuple)
    inputs: Sequence[Input] = field(default_factory=tuple)
    hidden: Mapping[str, str | int] = field(default_factory=dict)
    is_reason_needed: bool = True
    tone: str = ""
    key: str = ""
    is_open: bool = False

    @property
    def form_id(self) -> str:
        """What tells the form apart on a page that offers the act for several records."""
        return "-".join([self.code, *map(str, self.hidden.values())])


@dataclass(frozen=True)
class Span:
    """A run of characters of one text, and whether the other text has others in its place."""

    text: str
    differs: bool


def compare_texts(left: str, right: str) -> tuple[list[Span], list[Span]]:
    """Return both texts cut into runs that agree and runs that differ, character by character."""
    lefts: list[Span] = []
    rights: list[Span] = []
    matcher = SequenceMatcher(a=left, b=right, autojunk=False)
    for tag, left_from, left_until, right_from, right_until in matcher.get_opcodes():
        differs = tag != "equal"
        if left_from < left_until:
            lefts.append(Span(left[left_from:left_until], differs))
        if right_from < right_until:
            rights.append(Span(right[right_from:right_until], differs))
    return lefts, rights
