"""Services for matches with the blacklist: on record at once, and decided by a person."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.blacklist_words import EntryStatus, MatchStatus
from accounts.models import Application, BlacklistMatch, Transfer
from compliance import audit, bulk_audit
from compliance.clocks import finish_clock, start_clocks
from compliance.errors import ActionRefused
from compliance.grounds import Grounds
from compliance.models import StaffUser, WorkItem
from compliance.provisions import Provision
from compliance.roles import require_permission
from compliance.work import close_item, require_lease

QUEUE: Final = "blacklist_matches"
STEP: Final = "blacklist_match"
DECIDE: Final = "accounts.decide_match"


@dataclass(frozen=True, kw_only=True)
class MatchDraft:
    """That an application or transfer met entries, each with the columns that are equal."""

    found: dict[int, list[str]]
    application: Application | None = None
    transfer: Transfer | None = None


def record_matches(drafts: Sequence[MatchDraft], grounds: Grounds) -> list[BlacklistMatch]:
    """
    Put on record who met an entry, set-based, each for a person to look at.

    Opinions on Platform Responsibility, point 3: a blacklist keeps accounts from coming back. Of
    what was equal the column is named, never the value. Called within the transaction that stores
    the applications.
    """
    pairs = [
        (draft, entry, draft.found[entry]) for draft in drafts for entry in sorted(draft.found)
    ]
    if not pairs:
        return []
    now = timezone.now()
    clocks = start_clocks(step=STEP, count=len(pairs), at=now, **grounds)
    items = WorkItem.objects.bulk_create(
        WorkItem(queue=QUEUE, clock=clock, due_at=clock.due_at) for clock in clocks
    )
    made = [
        BlacklistMatch(
            entry_id=entry,
            fields=fields,
            application=draft.application,
            transfer=draft.transfer,
            found_at=now,
            work_item=item,
        )
        for (draft, entry, fields), item in zip(pairs, items, strict=True)
    ]
    bulk_audit.create_many(made, **grounds)
    return made


@transaction.atomic
def decide_match(
    *,
    match: BlacklistMatch,
    is_same: bool,
    fence: int,
    expected_version: int | None = None,
    actor: StaffUser,
    provision: Provision,
    reason: str,
) -> None:
    """
    Say of a match whether it is the same subject; the reason stays on record.

    Opinions on Platform Responsibility, point 3. An application that met an entry by less than the
    document number can be approved once a person has found that it is somebody else. A refusal for
    the number itself stands as long as its entry is in force.

    :raises NotPermitted: if the actor may not decide matches.
    :raises MissingReason: if the reason is blank.
    :raises StaleLease: if the actor does not hold the item.
    :raises StaleVersion: if the match has moved on.
    :raises TransitionRefused: if it was decided before.
    """
    require_permission(actor, DECIDE)
    grounds = Grounds(actor=actor, provision=provision, reason=audit.require_reason(reason))
    item = match.work_item
    if match.status == MatchStatus.OPEN:
        require_lease(work_item=item, actor=actor, fence=fence)
    audit.move(
        match,
        "confirm" if is_same else "dismiss",
        **grounds,
        expected_version=expected_version,
        decided_by=actor.person,
        decided_at=timezone.now(),
        decision_reason=grounds["reason"],
    )
    close_item(item)
    finish_clock(clock=item.clock, **grounds)


def what_stands(about: Application | Transfer) -> list[str]:
    """Return in words which matches in force speak against an applicant or transferee now."""
    found = []
    in_force = about.blacklist_matches.filter(entry__status=EntryStatus.LISTED).order_by("pk")
    for match in in_force.exclude(status=MatchStatus.NOT_SAME):
        if match.status == MatchStatus.OPEN:
            found.append(
                _("Nobody has said yet whether match %(match)s is the same subject.")
                % {"match": match.reference}
            )
        else:
            found.append(
                _("It is the same subject as a blacklist entry, as match %(match)s says.")
                % {"match": match.reference}
            )
    return found


def require_cleared(about: Application | Transfer) -> None:
    """
    Refuse while a match with an entry in force is open or was found to be the same subject.

    Opinions on Platform Responsibility, point 3.

    :raises ActionRefused: with the matches.
    """
    found = what_stands(about)
    if found:
        raise ActionRefused(" ".join(found))
