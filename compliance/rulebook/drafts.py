"""Drafts of a version of a rule, and what has to be true of one before it is proposed."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from django.utils import timezone
from django.utils.translation import gettext as _

from compliance import audit
from compliance.errors import InvalidInput
from compliance.models import (
    DocumentKind,
    RuleDocument,
)
from compliance.rulebook.documents import standing_of
from compliance.rulebook.texts import ClauseText

# After the E-Commerce Law, art. 34, which says it of the rules of shopping platforms. The trigger
# `heyan_rule_version_in_order` holds the same number.
ANNOUNCED_BEFORE: Final = timedelta(days=7)
# Our choices; no article sets them.
ACCEPTED_WITHIN: Final = timedelta(days=30)
MOST_CLAUSES: Final = 400
LONGEST_CLAUSE: Final = 10_000
LONGEST_SUMMARY: Final = 2_000
# A label is part of a permanent address.
LABEL: Final = re.compile(r"[0-9A-Za-z][0-9A-Za-z.-]{0,39}")
CODE: Final = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")


@dataclass(frozen=True)
class VersionDraft:
    """A version as it is proposed."""

    label: str
    effective_date: date
    change_summary: str
    clauses: Sequence[ClauseText]
    accept_until: date | None = None


def check_draft(document: RuleDocument, draft: VersionDraft) -> VersionDraft:
    """
    Return a draft as it would be proposed now.

    Public Account Provisions, art. 6 §2.

    :raises InvalidInput: with the sentence that says what is wrong with it.
    """
    label, summary = draft.label.strip(), draft.change_summary.strip()
    if not LABEL.fullmatch(label):
        raise InvalidInput(
            _("A version is named by letters, digits, dots and hyphens, for example 2.1.")
        )
    if document.versions.filter(label=label).exists():
        raise InvalidInput(_("There is a version of this name already."))
    if not summary or len(summary) > LONGEST_SUMMARY or audit.UNSEEN.search(summary):
        raise InvalidInput(
            _("Say in at most %(count)s characters what changes.") % {"count": LONGEST_SUMMARY}
        )
    require_in_time(document, draft.effective_date)
    if document.versions.filter(effective_date=draft.effective_date).exists():
        raise InvalidInput(_("A version with this date was withdrawn. Choose another day."))
    _check_acceptance(document, draft)
    _check_clauses(draft.clauses)
    return VersionDraft(
        label=label,
        effective_date=draft.effective_date,
        change_summary=summary,
        clauses=tuple(draft.clauses),
        accept_until=draft.accept_until,
    )


def require_in_time(document: RuleDocument, effective_date: date) -> None:
    """
    Refuse a date that is too near to be announced, or not after that of the newest version.

    Our choice, after the E-Commerce Law, art. 34; asked when a version is proposed and again when
    it is approved.

    :raises InvalidInput: with the sentence that says what is wrong with it.
    """
    today = timezone.localdate()
    if document.kind != DocumentKind.LAW and effective_date < today + ANNOUNCED_BEFORE:
        raise InvalidInput(
            _("A rule is announced at least %(days)s days before it comes into force.")
            % {"days": ANNOUNCED_BEFORE.days}
        )
    newest = standing_of(document, today).newest
    if newest is not None and effective_date <= newest.effective_date:
        raise InvalidInput(
            _(
                "Version %(label)s comes into force on %(date)s. The next one has to come after "
                "it, or it has to be withdrawn first."
            )
            % {"label": newest.label, "date": newest.effective_date}
        )


def _check_acceptance(document: RuleDocument, draft: VersionDraft) -> None:
    is_agreement = document.kind == DocumentKind.SERVICE_AGREEMENT
    if is_agreement != (draft.accept_until is not None):
        raise InvalidInput(
            _("Say until when operators have to accept the new version.")
            if is_agreement
            else _("Only a service agreement is accepted by operators.")
        )
    if draft.accept_until is not None and draft.accept_until < draft.effective_date:
        raise InvalidInput(_("Operators may accept a version at least until it is in force."))


def _check_clauses(clauses: Sequence[ClauseText]) -> None:
    if not clauses:
        raise InvalidInput(
            _("No clause was recognised. Each begins on a line of its own with 第…条 or 1.1.")
        )
    if len(clauses) > MOST_CLAUSES:
        raise InvalidInput(_("A document has at most %(count)s clauses.") % {"count": MOST_CLAUSES})
    numbers: set[str] = set()
    for each in clauses:
        said = {"number": each.number}
        if each.number in numbers:
            raise InvalidInput(_("%(number)s stands here twice.") % said)
        numbers.add(each.number)
        if not each.text.strip():
            raise InvalidInput(_("%(number)s has no text.") % said)
        if len(each.text) > LONGEST_CLAUSE:
            raise InvalidInput(
                _("%(number)s is longer than %(count)s characters.")
                % {**said, "count": LONGEST_CLAUSE}
            )
        lines = (each.number, each.heading, each.chapter, each.provision)
        longest = (40, 120, 120, 60)
        if any(len(text) > limit for text, limit in zip(lines, longest, strict=True)):
            raise InvalidInput(
                _("Number, heading, chapter or provision of %(number)s is too long.") % said
            )
        if any(audit.UNSEEN.search(text) for text in (*lines, each.text)):
            raise InvalidInput(
                _("%(number)s holds invisible characters. Write it without them.") % said
            )
