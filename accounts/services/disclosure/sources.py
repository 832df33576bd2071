"""The marks and changes of subject that are published."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.functional import Promise
from django.utils.timezone import localdate, now

from accounts.models import PublicAccount
from accounts.qualification_words import MarkCode
from accounts.services.qualifications import cover

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
    # Announced: both sides have confirmed it, and the followers still have time to react.
    is_planned: bool = False


@dataclass(frozen=True, kw_only=True)
class AccountLabel:
    """What readers of an account are warned of, and since when."""

    label: Text
    since: date


LabelSource = Callable[[PublicAccount], Sequence[AccountLabel]]
ChangeSource = Callable[[PublicAccount], Sequence[SubjectChange]]

_changes: list[ChangeSource] = []
_labels: list[LabelSource] = []


def register_subject_change_source(source: ChangeSource) -> None:
    """
    Add a source of changes of subject that are published; called when apps are ready.

    Public Account Provisions, art. 11 §2: a change of the subject is published.
    """
    if source not in _changes:
        _changes.append(source)


def register_label_source(source: LabelSource) -> None:
    """
    Add a source of labels that accounts carry; called when apps are ready.

    Our choice, no article: whoever decided on a label says so where the account is looked up.
    """
    if source not in _labels:
        _labels.append(source)


def labels_of(account: PublicAccount) -> list[AccountLabel]:
    """Return the labels that an account carries now."""
    return [label for source in _labels for label in source(account)]


def marks_of(account: PublicAccount) -> list[Mark]:
    """
    Return the marks that an account carries now, each with the name of the document it rests on.

    Public Account Provisions, art. 9 §2: whoever was verified carries a special mark.
    """
    return [
        Mark(
            code=each.code,
            label=MarkCode(each.code).label,
            since=localdate(each.in_force_from),
            basis=each.qualification.get_type_display(),
        )
        for each in cover.marks_of(account, now())
    ]


def changes_of(account: PublicAccount) -> list[SubjectChange]:
    """Return the changes of subject that are published, the latest first."""
    found = [change for source in _changes for change in source(account)]
    return sorted(found, key=lambda change: change.on, reverse=True)
