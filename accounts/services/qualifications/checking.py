"""Services of whoever looks at a qualification: tick the checklist, ask the issuer, correct."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import ChecklistTick, IssuerLookup, PublicAccount, Qualification
from accounts.qualification_words import (
    ChecklistItem,
    LookupMethod,
    LookupResult,
    ValidityRule,
)
from accounts.rules.qualifications import months_later
from accounts.services.qualifications.catalogue import rule_in_force
from accounts.services.qualifications.submission import check_term, open_work_item
from compliance import audit
from compliance.clocks import finish_clock
from compliance.errors import ActionRefused, InvalidInput, StaleLease
from compliance.grounds import Grounds
from compliance.models import Clock, EvidenceStatus, Side, StaffUser, WorkItem
from compliance.proposals import take_part
from compliance.provisions import Provision
from compliance.responses import close_invitations
from compliance.roles import require_permission
from compliance.work import close_item, require_lease

REVIEW: Final = "accounts.review_qualification"
# Our choices; no article sets them.
LONGEST_REMARK: Final = 400
_CLOCK_SLACK: Final = timedelta(minutes=5)


@dataclass(frozen=True)
class Tick:
    """What was found of one point of the checklist."""

    is_met: bool
    remark: str = ""


def begin(
    qualification: Qualification,
    actor: StaffUser,
    fence: int | None,
    expected_version: int | None = None,
    *,
    permission: str = REVIEW,
) -> WorkItem | None:
    """Lock account and qualification for an act of whoever holds its item; return the open item."""
    require_permission(actor, permission)
    # The account first, as in handing in: what covers its fields is counted under this lock.
    audit.lock(PublicAccount.objects.get(pk=qualification.account_id))
    item = open_work_item(qualification)
    if item is not None:
        require_lease(work_item=item, actor=actor, fence=fence)
    audit.lock(qualification, expected_version=expected_version)
    if qualification.matter is not None:
        take_part(qualification.matter, actor, Side.DECIDED)
    return item


def finish(qualification: Qualification, item: WorkItem | None, grounds: Grounds) -> None:
    """Take a decided qualification out of its queue; neither operator nor we have time now."""
    if item is not None:
        close_item(item)
    for clock in (review_clock(qualification), qualification.material_clock):
        finish_clock(clock=clock, **grounds)
    close_invitations(about=qualification, **grounds)


def review_clock(qualification: Qualification) -> Clock | None:
    item = qualification.work_item
    return item.clock if item is not None else None


def ticks_of(item: WorkItem | None) -> dict[str, ChecklistTick]:
    """Return the latest finding for each point of the checklist in one review."""
    if item is None:
        return {}
    found = ChecklistTick.objects.filter(work_item=item).select_related("person").order_by("pk")
    return {each.item: each for each in found}


def lookups_of(item: WorkItem | None) -> list[IssuerLookup]:
    """Return the look-ups at the issuer in one review, the latest first."""
    if item is None:
        return []
    return list(
        IssuerLookup.objects.filter(work_item=item).select_related("person").order_by("-pk")
    )


@transaction.atomic
def tick_checklist(
    *,
    qualification: Qualification,
    fence: int,
    ticks: Mapping[str, Tick],
    actor: StaffUser,
    provision: Provision,
    reason: str,
) -> list[ChecklistTick]:
    """
    Put on record what was found of points of the checklist; what was found before stays on record.

    Public Account Provisions, art. 9 §1.

    :raises NotPermitted: if the actor may not review.
    :raises StaleLease: if the actor does not hold the item.
    :raises InvalidInput: if a point is none of this type, or one that is not met has no remark.
    """
    item = begin(qualification, actor, fence)
    if item is None:
        raise StaleLease(_("This item was closed in the meantime."))
    # The version by which it is checked is the one in force when the checking begins.
    items = rule_in_force(qualification.type, timezone.now()).checklist
    before = ticks_of(item)
    rows = []
    for code, tick in ticks.items():
        remark = tick.remark.strip()
        if code not in items or len(remark) > LONGEST_REMARK:
            raise InvalidInput(_("This point is not on the checklist, or its remark is too long."))
        if not tick.is_met and not remark:
            raise InvalidInput(
                _("Say what is wrong: “%(point)s”.") % {"point": ChecklistItem(code).label}
            )
        last = before.get(code)
        if last is None or (last.is_met, last.remark) != (tick.is_met, remark):
            rows.append(
                ChecklistTick(
                    qualification=qualification,
                    work_item=item,
                    item=code,
                    is_met=tick.is_met,
                    remark=remark,
                    person=actor.person,
                )
            )
    if not rows:
        raise InvalidInput(_("Nothing of the checklist was changed."))
    ChecklistTick.objects.bulk_create(rows)
    audit.record(
        action="accounts.qualification.tick",
        target=qualification,
        actor=actor,
        provision=provision,
        reason=reason,
        changes={each.item: each.is_met for each in rows},
    )
    return rows


@transaction.atomic
def record_lookup(
    *,
    qualification: Qualification,
    fence: int,
    method: str,
    result: str,
    found: str,
    looked_up_at: datetime,
    actor: StaffUser,
    provision: Provision,
    reason: str,
) -> IssuerLookup:
    """
    Put on record how a qualification was held against its issuer's record, and what was found.

    Public Account Provisions, art. 9 §1.

    :raises NotPermitted: if the actor may not review.
    :raises StaleLease: if the actor does not hold the item.
    :raises InvalidInput: if method, result, words or instant cannot be.
    :raises ActionRefused: if only the document was looked at and none is there to be seen.
    """
    item = begin(qualification, actor, fence)
    if item is None:
        raise StaleLease(_("This item was closed in the meantime."))
    if method not in LookupMethod.values or result not in LookupResult.values:
        raise InvalidInput(_("Say how it was looked up and what came of it."))
    if not found.strip() or len(found) > LONGEST_REMARK:
        raise InvalidInput(
            _("Say what was found, in at most %(count)s characters.") % {"count": LONGEST_REMARK}
        )
    if looked_up_at > timezone.now() + _CLOCK_SLACK:
        raise InvalidInput(_("What was looked up lies in the past."))
    seen = qualification.documents.filter(file__status=EvidenceStatus.AVAILABLE)
    if method == LookupMethod.DOCUMENT and not seen.exists():
        raise ActionRefused(_("No document is attached that could be looked at."))
    lookup = IssuerLookup.objects.create(
        qualification=qualification,
        work_item=item,
        method=method,
        result=result,
        found=found.strip(),
        looked_up_at=looked_up_at,
        person=actor.person,
    )
    audit.record(
        action="accounts.qualification.look_up",
        target=qualification,
        actor=actor,
        provision=provision,
        reason=reason,
        changes={"method": method, "result": result},
    )
    return lookup


@transaction.atomic
def correct_qualification(
    *,
    qualification: Qualification,
    fence: int,
    expected_version: int,
    issuer: str,
    scope: str,
    valid_from: date | None,
    valid_until: date | None,
    actor: StaffUser,
    provision: Provision,
    reason: str,
) -> None:
    """
    Enter what the document says of issuer, scope and term, where something else was declared.

    Public Account Provisions, art. 9 §1. Number and holder are never changed: another document is
    handed in anew.

    :raises NotPermitted: if the actor may not review.
    :raises StaleLease: if the actor does not hold the item.
    :raises StaleVersion: if the qualification has moved on.
    :raises InvalidInput: if the term cannot be, or nothing would change.
    """
    item = begin(qualification, actor, fence, expected_version)
    if item is None:
        raise StaleLease(_("This item was closed in the meantime."))
    check_term(valid_from, valid_until)
    wanted: dict[str, Any] = {
        "issuer": issuer.strip()[:200],
        "scope": scope.strip()[:400],
        "valid_from": valid_from,
        "valid_until": valid_until,
    }
    changed = {
        name: value for name, value in wanted.items() if getattr(qualification, name) != value
    }
    if not changed:
        raise InvalidInput(_("This is what is on record already."))
    audit.amend(
        qualification, "correct", actor=actor, provision=provision, reason=reason, **changed
    )


def what_is_missing(qualification: Qualification, item: WorkItem | None) -> list[str]:
    """Return in words what has to be done before a qualification can be verified or confirmed."""
    rule = rule_in_force(qualification.type, timezone.now())
    ticks, lookups = ticks_of(item), lookups_of(item)
    missing = [
        str(point.label) for point in rule.items if point not in ticks or not ticks[point].is_met
    ]
    if not lookups:
        missing.append(_("a look-up at the issuer"))
    elif lookups[0].result != LookupResult.AGREES:
        missing.append(_("a look-up at the issuer that agrees"))
    if rule.validity == ValidityRule.TERM and qualification.valid_until is None:
        missing.append(_("the day until which it is valid"))
    if qualification.valid_until is not None and qualification.valid_until < timezone.localdate():
        missing.append(_("a term that is not over"))
    return missing


def require_complete(qualification: Qualification, item: WorkItem | None) -> None:
    missing = what_is_missing(qualification, item)
    if missing:
        raise ActionRefused(
            _("This is still missing before it can be verified: %(points)s.")
            % {"points": _("; ").join(missing)}
        )


def next_check(qualification: Qualification) -> date | None:
    rule = rule_in_force(qualification.type, timezone.now())
    if rule.validity != ValidityRule.RECHECK or rule.months is None:
        return None
    return months_later(timezone.localdate(), rule.months)
