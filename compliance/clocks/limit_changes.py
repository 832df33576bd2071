"""Services for time limits: propose another one, approve it, and which are published."""

import json
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db import transaction
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext as _

from compliance import audit, proposals
from compliance.clocks.rules import ZONE
from compliance.errors import ActionRefused, InvalidInput
from compliance.grounds import Grounds
from compliance.models import LimitUnit, Proposal, ProposalResult, Side, StaffUser, TimeLimit
from compliance.models.limits import (
    SHORTEST_ANNOUNCEMENT,
    STEP_LABELS,
    step_in_words,
)
from compliance.provisions import PLATFORM_DEFAULT, Provision
from compliance.roles import require_permission

LIMIT_KIND = "time_limit"
# Two approvers, one of them compliance officer: a change of what was promised.
LIMIT_SLOTS = ("compliance.approve_limit", "compliance.approve_limit_as_officer")
# Our choices; no article sets them.
LARGEST_AMOUNT = 3650
FURTHEST_AHEAD = timedelta(days=366)


@dataclass(frozen=True)
class LimitDraft:
    """A version of a limit as it is proposed; in force not before the day it names."""

    code: str
    amount: int
    unit: LimitUnit
    not_before: date
    warn_percent: int = 70
    provision: str = PLATFORM_DEFAULT


@dataclass(frozen=True)
class PublishedLimit:
    """The limit of a step that is in force, and the one that is announced, where there is one."""

    in_force: TimeLimit
    announced: TimeLimit | None


def published_limits(now: datetime) -> list[PublishedLimit]:
    """
    Return the limits that bind at `now`, in the order of the steps, each with its announced change.

    Public Account Provisions, art. 20 §2: time limits are published.
    """
    versions: dict[str, list[TimeLimit]] = {}
    for limit in TimeLimit.objects.order_by("effective_from"):
        versions.setdefault(limit.code, []).append(limit)
    found = []
    for code in sorted(versions, key=_place):
        in_force = [each for each in versions[code] if each.effective_from <= now]
        announced = [each for each in versions[code] if each.effective_from > now]
        if in_force:
            found.append(PublishedLimit(in_force[-1], announced[0] if announced else None))
    return found


def past_limits(now: datetime) -> list[TimeLimit]:
    """Return the versions that were in force once and are no longer, newest first."""
    in_force = {each.in_force.pk for each in published_limits(now)}
    past = TimeLimit.objects.filter(effective_from__lte=now).exclude(pk__in=in_force)
    return list(past.order_by("-effective_from", "code"))


def _place(code: str) -> tuple[int, str]:
    codes = list(STEP_LABELS)
    return (codes.index(code) if code in STEP_LABELS else len(codes), code)


def open_limit_changes() -> list[Proposal]:
    """Return the proposed limits on which not everybody needed has decided."""
    waiting = Proposal.objects.filter(kind=LIMIT_KIND, outcome__isnull=True)
    return list(waiting.select_related("proposer").order_by("pk"))


@transaction.atomic
def propose_limit(
    *, draft: LimitDraft, actor: StaffUser, provision: Provision, reason: str
) -> Proposal:
    """
    Propose another version of a time limit.

    Opinions on Platform Responsibility, point 2: procedure is laid down, and changed by several.

    :raises NotPermitted: if the actor may not propose limits.
    :raises InvalidInput: if step, amount, unit or day cannot be, or nothing would change.
    :raises ActionRefused: if another change of the step is proposed or announced.
    """
    require_permission(actor, "compliance.propose_limit")
    present = check_limit(draft)
    if any(json.loads(each.content)["code"] == draft.code for each in open_limit_changes()):
        raise ActionRefused(
            _("A change of “%(step)s” waits for approval already.")
            % {"step": step_in_words(draft.code)}
        )
    return proposals.submit_proposal(
        matter=proposals.open_matter(LIMIT_KIND),
        kind=LIMIT_KIND,
        content={
            "code": draft.code,
            "amount": draft.amount,
            "unit": str(draft.unit),
            "warn_percent": draft.warn_percent,
            "provision": draft.provision,
            "not_before": draft.not_before,
            "present": {"amount": present.amount, "unit": present.unit, "number": present.pk},
        },
        slots=LIMIT_SLOTS,
        proposer_side=Side.DECIDED,
        approver_side=Side.DECIDED,
        actor=actor,
        provision=provision,
        reason=reason,
    )


def check_limit(draft: LimitDraft) -> TimeLimit:
    """
    Return the limit that is in force now, if the draft could take its place.

    :raises InvalidInput: if step, amount, unit or day cannot be, or nothing would change.
    :raises ActionRefused: if another change of the step is announced.
    """
    now = timezone.now()
    versions = TimeLimit.objects.filter(code=draft.code)
    present = versions.filter(effective_from__lte=now).order_by("-effective_from").first()
    if present is None:
        raise InvalidInput(_("Choose a step of which the console keeps the time."))
    _refuse_if_announced(draft.code, now)
    if not 0 <= draft.amount <= LARGEST_AMOUNT or draft.unit not in LimitUnit.values:
        raise InvalidInput(
            _("Give a whole number from 0 to %(most)s and a unit.") % {"most": LARGEST_AMOUNT}
        )
    if draft.amount == 0 and draft.unit == LimitUnit.HOUR:
        raise InvalidInput(_("A limit of no hours cannot be kept."))
    if not 1 <= draft.warn_percent <= 99:
        raise InvalidInput(_("The warning comes after 1 to 99 percent of the limit."))
    known = {PLATFORM_DEFAULT, *Provision.values}
    if draft.provision not in known:
        raise InvalidInput(_("Say which article sets the limit, or that the platform does."))
    if not timezone.localdate(now) <= draft.not_before <= timezone.localdate(now + FURTHEST_AHEAD):
        raise InvalidInput(_("It comes into force within a year from today."))
    same = (present.amount, present.unit, present.warn_percent, present.provision)
    if same == (draft.amount, draft.unit, draft.warn_percent, draft.provision):
        raise InvalidInput(_("This is the limit that is in force already."))
    return present


def _refuse_if_announced(code: str, now: datetime) -> None:
    if TimeLimit.objects.filter(code=code, effective_from__gt=now).exists():
        raise ActionRefused(
            _("Another change of “%(step)s” is announced. It has to be in force first.")
            % {"step": step_in_words(code)}
        )


@transaction.atomic
def approve_limit(
    *, proposal: Proposal, actor: StaffUser, provision: Provision, reason: str
) -> TimeLimit | None:
    """
    Approve a proposed limit; with the last approval it is announced. Return it then, else None.

    Opinions on Platform Responsibility, point 2. It comes into force on the day that was proposed,
    but not before it was announced for seven whole days.

    :raises SamePerson: if the actor proposed it or approved it before.
    :raises NotPermitted: if no open approval fits the actor's roles.
    :raises ProposalClosed: if it was approved, returned or withdrawn.
    :raises ActionRefused: if another change of the step was announced in the meantime.
    """
    if proposal.kind != LIMIT_KIND:
        raise InvalidInput(_("This proposal is not about a time limit."))
    grounds = Grounds(actor=actor, provision=provision, reason=reason)
    if not proposals.approve_proposal(proposal=proposal, **grounds):
        return None
    content = json.loads(proposal.content)
    now = timezone.now()
    _refuse_if_announced(content["code"], now)
    limit = TimeLimit.objects.create(
        code=content["code"],
        amount=content["amount"],
        unit=content["unit"],
        warn_percent=content["warn_percent"],
        provision=content["provision"],
        # By the database's clock, which also checks it.
        announced_at=Now(),
        effective_from=first_midnight(date.fromisoformat(content["not_before"]), now),
        proposal=proposal,
        approved_result=ProposalResult.APPROVED,
    )
    limit.refresh_from_db()
    audit.record(
        action="compliance.timelimit.announce",
        target=limit,
        changes={"effective_from": limit.effective_from},
        **grounds,
    )
    return limit


def first_midnight(not_before: date, announced_at: datetime) -> datetime:
    """Return the first midnight, not before that day, by which seven days have passed."""
    wanted = _midnight(not_before)
    earliest = announced_at + SHORTEST_ANNOUNCEMENT
    allowed = _midnight(earliest.astimezone(ZONE).date() + timedelta(days=1))
    return max(wanted, allowed)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time.min, tzinfo=ZONE)
