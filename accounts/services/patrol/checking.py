"""Services for the check of one account on patrol."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.enums import AccountStatus, FindingKind
from accounts.models import PatrolCheck, PatrolPoint
from accounts.patrol_words import PatrolItem, PointResult
from accounts.services.findings import FindingDraft, record_findings
from accounts.services.patrol.hints import VERIFIED, ask_provider, hints_for
from compliance import audit
from compliance.clocks import finish_clock
from compliance.context import record_language
from compliance.errors import InvalidInput, StaleLease
from compliance.grounds import Grounds
from compliance.models import StaffUser
from compliance.provisions import Provision
from compliance.roles import require_permission
from compliance.staff import system_actor
from compliance.work import close_item, require_lease

CHECK: Final = "accounts.check_patrol"
LONGEST_WORDS: Final = 1_000


@dataclass(frozen=True)
class Point:
    """What a person says of one point."""

    result: str
    words: str = ""


def verify_again(
    *, check: PatrolCheck, fence: int, actor: StaffUser, provision: Provision, reason: str
) -> bool:
    """
    Have the identity behind an account verified again; return whether the provider confirms it.

    Public Account Provisions, art. 9 §3. The provider is asked outside a transaction.

    :raises NotPermitted: if the actor may not check.
    :raises StaleLease: if the actor does not hold the item.
    :raises VerificationUnavailable: if the provider gives no answer.
    """
    require_permission(actor, CHECK)
    with transaction.atomic():
        _require_held(check, fence, actor)
    is_confirmed = ask_provider(check)
    audit.record(
        action=VERIFIED,
        target=check,
        actor=actor,
        provision=provision,
        reason=reason,
        changes={"is_confirmed": is_confirmed},
    )
    return is_confirmed


def _require_held(check: PatrolCheck, fence: int | None, actor: StaffUser) -> None:
    if check.work_item is None or fence is None:
        raise StaleLease
    require_lease(work_item=check.work_item, actor=actor, fence=fence)


@transaction.atomic
def finish_check(
    *,
    check: PatrolCheck,
    points: Mapping[str, Point],
    fence: int | None,
    expected_version: int | None = None,
    actor: StaffUser,
    provision: Provision,
    reason: str,
) -> None:
    """
    Finish the check of an account with a word on every point; each failed one becomes a finding.

    Public Account Provisions, art. 9 §3. A finding changes nothing by itself: a person decides what
    follows from it.

    :raises NotPermitted: if the actor may not check.
    :raises MissingReason: if the reason is blank.
    :raises InvalidInput: if a point is left open, or one that failed has no words.
    :raises StaleLease: if the actor does not hold the item.
    :raises StaleVersion: if the check has moved on.
    :raises TransitionRefused: if it was finished before.
    """
    require_permission(actor, CHECK)
    grounds = Grounds(actor=actor, provision=provision, reason=audit.require_reason(reason))
    _check_points(points)
    _require_held(check, fence, actor)
    account = check.account
    failed = [item for item in PatrolItem if points[item].result == PointResult.FAIL]
    is_closed = account.status != AccountStatus.ACTIVE
    arrow = "drop" if is_closed else "fail" if failed else "pass"
    now = timezone.now()
    audit.move(
        check,
        arrow,
        expected_version=expected_version,
        decided_by=actor.person,
        decided_at=now,
        **grounds,
    )
    with record_language():
        hints = hints_for(check, now)
    PatrolPoint.objects.bulk_create(
        PatrolPoint(
            check_of=check,
            item=item,
            result=points[item].result,
            words=points[item].words.strip(),
            hint=hints[item].words if item in hints else "",
        )
        for item in PatrolItem
    )
    if failed and not is_closed:
        _report(check, {item: points[item].words.strip() for item in failed}, grounds)
    item = check.work_item
    assert item is not None
    close_item(item)
    finish_clock(clock=item.clock, **grounds)


def _check_points(points: Mapping[str, Point]) -> None:
    for item in PatrolItem:
        point = points.get(item)
        if point is None or point.result not in PointResult.values:
            raise InvalidInput(
                _("Say of every point what came of it: “%(item)s” is open.") % {"item": item.label}
            )
        if len(point.words) > LONGEST_WORDS or audit.UNSEEN.search(point.words):
            raise InvalidInput(_("The words on “%(item)s” cannot be kept.") % {"item": item.label})
        if point.result == PointResult.FAIL and not point.words.strip():
            raise InvalidInput(
                _("Say in words what is not in order: “%(item)s”.") % {"item": item.label}
            )


def _report(check: PatrolCheck, failed: Mapping[PatrolItem, str], grounds: Grounds) -> None:
    with record_language():
        drafts = [
            FindingDraft(
                account=check.account,
                kind=FindingKind.PATROL_FAILED,
                facts=_("Patrol %(month)s: not in order: %(item)s. %(words)s")
                % {"month": f"{check.run.month:%Y-%m}", "item": item.label, "words": words},
                ground_ref=f"patrol_check:{check.pk}/{item}",
                figures={"patrol_item": str(item)},
            )
            for item, words in failed.items()
        ]
    # Whoever checks may not have the right to record findings by hand; the patrol has.
    record_findings(
        drafts,
        actor=system_actor(),
        provision=grounds["provision"],
        reason=grounds["reason"],
    )
