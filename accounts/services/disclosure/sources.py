"""Where marks and changes of subject come from: the parts that grant and approve them say."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.functional import Promise

from accounts.models import PublicAccount

Text = str | Promise


@dataclass(frozen=True, kw_only=True)
class Mark:
    """A special mark that an account carries now, with what it rests on; no number of a document."""

    code: str
    label: Text
    since: date
    basis: Text = ""


@dataclass(frozen=True, kw_only=True)
class SubjectChange:
    """That another subject took an account over; each is named as far as it may be shown."""

    on: date
    earlier: Text
    later: Text


MarkSource = Callable[[PublicAccount], Sequence[Mark]]
ChangeSource = Callable[[PublicAccount], Sequence[SubjectChange]]

_marks: list[MarkSource] = []
_changes: list[ChangeSource] = []


def register_mark_source(source: MarkSource) -> None:
    """
    Add a source of special marks that are published; called when apps are ready.

    Public Account Provisions, art. 9 §2: whoever was verified carries a special mark.
    """
    if source not in _marks:
        _marks.append(source)


def register_subject_change_source(source: ChangeSource) -> None:
    """
    Add a source of changes of subject that are published; called when apps are ready.

    Public Account Provisions, art. 11 §2: a change of the subject is published.
    """
    if source not in _changes:
        _changes.append(source)


def marks_of(account: PublicAccount) -> list[Mark]:
    """Return the marks that an account carries now."""
    return [mark for source in _marks for mark in source(account)]


def changes_of(account: PublicAccount) -> list[SubjectChange]:
    """Return the changes of subject that are published, the latest first."""
    found = [change for source in _changes for change in source(account)]
    return sorted(found, key=lambda change: change.on, reverse=True)
