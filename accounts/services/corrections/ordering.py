"""Services that order a correction, set its time anew, and withdraw it; and what they share."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.db import transaction
from django.db.models import CharField, Exists, OuterRef, QuerySet, Subquery
from django.db.models.functions import Cast
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.correction_words import (
    OPEN_STATUSES,
    CorrectionGround,
    CorrectionStatus,
    Mismatch,
)
from accounts.enums import AccountStatus, FindingKind, GroundKind, HoldKind, RestrictionKind
from accounts.models import Correction, Finding, PublicAccount, Restriction
from accounts.services.correction_notices import ORDERED, tell
from accounts.services.corrections.invitations import invite
from accounts.services.findings import set_aside_finding, take_up_finding
from accounts.services.holds import place_hold, release_hold
from accounts.services.restrictions import end_restriction, impose_restriction
from compliance import audit
from compliance.clocks import finish_clock, start_clock
from compliance.errors import ActionRefused, InvalidInput
from compliance.grounds import Grounds
from compliance.models import Clause, Delivery, Side, StaffUser, WorkItem
from compliance.proposals import open_matter, take_part
from compliance.provisions import Provision
from compliance.responses import close_invitations
from compliance.roles import require_permission
from compliance.rulebook.documents import clauses_in_force
from compliance.staff import system_actor
from compliance.work import close_item, require_lease

ORDER: Final = "accounts.order_correction"
WITHDRAW: Final = "accounts.withdraw_correction"
MATTER: Final = "correction"
STEP: Final = "correction"
# Our choices; no article sets them.
LONGEST_FACTS: Final = 4000
FEWEST_LETTERS: Final = 8
# Kept as it is in the log, whichever language a screen has.
_SETTLED: Final = "改正事项已经了结"


@dataclass(frozen=True, kw_only=True)
class CorrectionDraft:
    """What is found wrong: what, in what way, the facts that are told, and the clause cited."""

    mismatches: Sequence[str]
    ground: str
    facts: str
    clause: Clause
    private_note: str = ""


def correction_ref(correction: Correction) -> str:
    """Return how what rests on a correction names it."""
    return f"correction:{correction.pk}"


def clauses_to_cite() -> QuerySet[Clause]:
    """Return the clauses in force that a correction can cite."""
    return clauses_in_force(timezone.localdate())


@transaction.atomic
def order_correction(
    *,
    account: PublicAccount,
    draft: CorrectionDraft,
    finding: Finding | None = None,
    finding_fence: int | None = None,
    actor: StaffUser,
    provision: Provision,
    reason: str,
) -> Correction:
    """
    Suspend the service of an account whose profile does not agree, and set a term to correct it.

    Public Account Provisions, art. 8 §2. The suspension is this matter's own; the operator is told
    the facts, the rule, what to do and until when, what comes otherwise and how to appeal. The
    account is held meanwhile (art. 11 §2). A finding is taken up in the same transaction.

    :raises NotPermitted: if the actor may not order corrections.
    :raises MissingReason: if the reason is blank.
    :raises InvalidInput: if it is not said what is wrong, or the clause cannot be cited.
    :raises ActionRefused: if the account is closed, or a correction of it is open.
    :raises StaleLease: if the actor does not hold the finding.
    :raises TransitionRefused: if the finding was taken up or set aside before.
    """
    require_permission(actor, ORDER)
    grounds = Grounds(actor=actor, provision=provision, reason=audit.require_reason(reason))
    audit.lock(account)
    _check(account, draft)
    check_grounds_told(draft.facts, draft.clause)
    if finding is not None and finding.account_id != account.pk:
        raise InvalidInput(_("The finding is about another account."))
    return _order(account, draft, finding, finding_fence, "", grounds)


@transaction.atomic
def order_decided_correction(
    *,
    account: PublicAccount,
    draft: CorrectionDraft,
    origin_ref: str,
    actor: StaffUser,
    provision: Provision,
    reason: str,
) -> Correction:
    """
    Order a correction that was decided on; who may decide is the matter of the service that does.

    Public Account Provisions, art. 8 §2. Facts and clause are those of the decision, fixed when it
    was proposed.

    :raises MissingReason: if the reason is blank.
    :raises InvalidInput: if it is not said what is wrong.
    :raises ActionRefused: if the account is closed, or a correction of it is open.
    """
    grounds = Grounds(actor=actor, provision=provision, reason=audit.require_reason(reason))
    audit.lock(account)
    _check(account, draft)
    return _order(account, draft, None, None, origin_ref, grounds)


def _order(
    account: PublicAccount,
    draft: CorrectionDraft,
    finding: Finding | None,
    finding_fence: int | None,
    origin_ref: str,
    grounds: Grounds,
) -> Correction:
    actor, now = grounds["actor"], timezone.now()
    matter = open_matter(MATTER)
    take_part(matter, actor, Side.DECIDED)
    correction = Correction(
        account=account,
        mismatches=[each for each in Mismatch.values if each in draft.mismatches],
        ground=draft.ground,
        facts=draft.facts.strip(),
        clause=draft.clause,
        private_note=draft.private_note.strip(),
        profile_found={"name": account.name, "bio": account.bio, "category": account.category},
        origin_ref=f"finding:{finding.pk}" if finding is not None else origin_ref,
        clock=start_clock(step=STEP, at=now, **grounds),
        matter=matter,
        ordered_by=actor.person,
        ordered_at=now,
    )
    audit.create(correction, **grounds)
    impose_restriction(
        account=account,
        kind=RestrictionKind.SUSPEND_SERVICE,
        from_=now,
        until=None,
        ground_kind=GroundKind.CORRECTION,
        ground_ref=correction.reference,
        **grounds,
    )
    place_hold(
        account=account,
        kind=HoldKind.PENDING_CORRECTION,
        ground_ref=correction_ref(correction),
        **grounds,
    )
    if finding is not None:
        take_up_finding(
            finding=finding,
            taken_up_as=correction_ref(correction),
            fence=finding_fence,
            **grounds,
        )
    invite(correction, grounds)
    tell(correction, ORDERED, actor=actor)
    return correction


def _check(account: PublicAccount, draft: CorrectionDraft) -> None:
    if account.status != AccountStatus.ACTIVE:
        raise ActionRefused(_("The account is closed; there is nothing to correct."))
    if not draft.mismatches or not set(draft.mismatches) <= set(Mismatch.values):
        raise InvalidInput(_("Say what is wrong: the name, the picture or the introduction."))
    if draft.ground not in CorrectionGround.values:
        raise InvalidInput(_("Say in what way it is wrong."))
    require_none_open(account)


def require_none_open(account: PublicAccount) -> None:
    """
    Refuse a second correction of one account.

    :raises ActionRefused: naming the one that is open.
    """
    waiting = Correction.objects.open().filter(account=account).first()
    if waiting is not None:
        raise ActionRefused(
            _("A correction of this account is open already: %(reference)s.")
            % {"reference": waiting.reference}
        )


def check_grounds_told(facts: str, clause: Clause) -> None:
    """
    Refuse facts that the operator could not put right, and a clause that is not in force.

    :raises InvalidInput: for either.
    """
    letters = sum(each.isalnum() for each in facts)
    if letters < FEWEST_LETTERS or len(facts) > LONGEST_FACTS:
        raise InvalidInput(
            _("Write what was found, so that the operator can put it right (%(few)s to %(most)s).")
            % {"few": FEWEST_LETTERS, "most": LONGEST_FACTS}
        )
    if audit.UNSEEN.search(facts):
        raise InvalidInput(_("The facts hold invisible characters. Write them without."))
    if not clauses_to_cite().filter(pk=clause.pk).exists():
        raise InvalidInput(_("Cite a clause that is in force."))


def _deliveries_in_time() -> QuerySet[Delivery]:
    """Return what proves, of the correction of an outer query, that its present time was told."""
    return Delivery.objects.filter(
        notice__purpose=ORDERED,
        notice__about_type=Correction._meta.label_lower,
        notice__about_id=Cast(OuterRef("pk"), CharField()),
        notice__occasion=Cast(OuterRef("clock_id"), CharField()),
        # After the time was over it is none.
        delivered_at__lt=OuterRef("clock__due_at"),
    )


def with_proof(corrections: QuerySet[Correction]) -> QuerySet[Correction]:
    """Return those of the corrections whose notice is known to have been delivered in time."""
    return corrections.filter(Exists(_deliveries_in_time()))


def proofs_of_delivery(corrections: Sequence[Correction]) -> dict[int, datetime]:
    """
    Return when the notices with the present time limits were delivered, where that is known.

    Public Account Provisions, art. 8 §2: only who was told can fail to correct. Read from the
    outbox.
    """
    first = _deliveries_in_time().order_by("delivered_at").values("delivered_at")[:1]
    found = Correction.objects.filter(pk__in=[each.pk for each in corrections])
    told = found.annotate(told_at=Subquery(first)).values_list("pk", "told_at")
    return {key: at for key, at in told if at is not None}


def proof_of_delivery(correction: Correction) -> datetime | None:
    """Return when the notice with the present time limit was delivered, or None."""
    return proofs_of_delivery([correction]).get(correction.pk)


def restriction_of(correction: Correction) -> Restriction | None:
    """Return the suspension that is the correction's own, while it runs."""
    return Restriction.objects.filter(
        account=correction.account_id,
        ground_kind=GroundKind.CORRECTION,
        ground_ref=correction.reference,
        ended_at=None,
    ).first()


def open_work_item(correction: Correction) -> WorkItem | None:
    """Return the item in which an answer waits for its review, if one does."""
    return WorkItem.objects.open().filter(correction=correction).first()


def begin(
    correction: Correction,
    actor: StaffUser,
    permission: str,
    expected_version: int | None,
    fence: int | None = None,
) -> WorkItem | None:
    """Lock account and correction for an act of a colleague; return the open item, held if given."""
    require_permission(actor, permission)
    # The account first, as in ordering and answering.
    audit.lock(PublicAccount.objects.get(pk=correction.account_id))
    item = open_work_item(correction)
    if item is not None and fence is not None:
        require_lease(work_item=item, actor=actor, fence=fence)
    audit.lock(correction, expected_version=expected_version)
    take_part(correction.matter, actor, Side.DECIDED)
    return item


Follower = Callable[[Correction, Grounds], None]
_followers: Final[list[Follower]] = []


def follow_settlement(follower: Follower) -> None:
    """Let something follow whenever a correction is settled; called when apps are ready."""
    if follower not in _followers:
        _followers.append(follower)


@transaction.atomic
def withdraw_decided_correction(
    *, correction: Correction, told: str, actor: StaffUser, provision: Provision, reason: str
) -> bool:
    """
    Withdraw an order whose decision was undone; return whether it was still open.

    Public Account Provisions, art. 20 §2: what an appeal revokes is undone exactly. An answer that
    is under review needs no answer any more.

    :raises MissingReason: if the reason is blank.
    """
    grounds = Grounds(actor=actor, provision=provision, reason=audit.require_reason(reason))
    audit.lock(PublicAccount.objects.get(pk=correction.account_id))
    audit.lock(correction)
    if correction.status not in OPEN_STATUSES:
        return False
    item = open_work_item(correction)
    decide(correction, "withdraw_order", grounds, decision_reason=require_told(told))
    settle(correction, item, grounds)
    tell(correction, actor=actor)
    return True


def settle(correction: Correction, item: WorkItem | None, grounds: Grounds) -> None:
    """End what the correction did to the account: its own suspension and hold, and nothing else."""
    account = correction.account
    restriction = restriction_of(correction)
    if restriction is not None:
        end_restriction(restriction=restriction, **grounds)
    release_hold(
        account=account,
        kind=HoldKind.PENDING_CORRECTION,
        ground_ref=correction_ref(correction),
        **grounds,
    )
    if item is not None:
        close_item(item)
        finish_clock(clock=item.clock, **grounds)
    finish_clock(clock=correction.clock, **grounds)
    close_invitations(about=correction, **grounds)
    _set_findings_aside(correction)
    for follow in _followers:
        follow(correction, grounds)


def _set_findings_aside(correction: Correction) -> None:
    # Nothing is missed any more: what nobody has taken up leads nowhere.
    waiting = Finding.objects.open().filter(
        account=correction.account_id,
        kind=FindingKind.CORRECTION_MISSED,
        ground_ref=correction_ref(correction),
    )
    for finding in waiting:
        set_aside_finding(
            finding=finding,
            fence=None,
            actor=system_actor(),
            provision=Provision.PUBLIC_ACCOUNT_8_2,
            reason=_SETTLED,
        )


@transaction.atomic
def withdraw_correction(
    *,
    correction: Correction,
    fence: int | None = None,
    expected_version: int,
    told: str,
    actor: StaffUser,
    provision: Provision,
    reason: str,
) -> None:
    """
    Withdraw an order that was wrong: the service resumes at once, and the operator is told why.

    Public Account Provisions, art. 8 §2 and art. 20 §2. Also where an objection is found to be
    right. While an answer is under review, only who holds it withdraws (`fence`).

    :raises NotPermitted: if the actor may not withdraw.
    :raises InvalidInput: if there is nothing to tell.
    :raises StaleLease: if an answer is under review and the actor does not hold it.
    :raises StaleVersion: if the correction has moved on.
    :raises TransitionRefused: if it is settled already.
    """
    grounds = Grounds(actor=actor, provision=provision, reason=reason)
    told = require_told(told)
    waits = open_work_item(correction) is not None
    item = begin(correction, actor, WITHDRAW, expected_version, (fence or 0) if waits else None)
    decide(correction, "withdraw_order", grounds, decision_reason=told)
    settle(correction, item, grounds)
    tell(correction, actor=actor)


def require_told(told: str) -> str:
    """
    Return what the operator is told.

    :raises InvalidInput: if there is nothing to tell.
    """
    if not told.strip():
        raise InvalidInput(_("Write the reason that the operator is told."))
    return told.strip()


def decide(correction: Correction, arrow: str, grounds: Grounds, **fields: Any) -> None:
    """Take a step that a person answers for."""
    audit.move(
        correction,
        arrow,
        **grounds,
        decided_by=grounds["actor"].person,
        decided_at=timezone.now(),
        **fields,
    )


def has_lapsed_untold(correction: Correction) -> bool:
    """Return whether the time is over, but the notice did not arrive before it was."""
    return (
        correction.status in (CorrectionStatus.ORDERED, CorrectionStatus.REFUSED)
        and correction.clock.due_at <= timezone.now()
        and proof_of_delivery(correction) is None
    )


@transaction.atomic
def renew_time(
    *,
    correction: Correction,
    expected_version: int,
    actor: StaffUser,
    provision: Provision,
    reason: str,
) -> None:
    """
    Set the time of a correction anew and tell the operator, because the notice did not arrive.

    Public Account Provisions, art. 8 §2: nobody has missed what nobody was told.

    :raises NotPermitted: if the actor may not order corrections.
    :raises StaleVersion: if the correction has moved on.
    :raises ActionRefused: if its time still runs, or the notice did arrive.
    """
    grounds = Grounds(actor=actor, provision=provision, reason=reason)
    begin(correction, actor, ORDER, expected_version)
    if not has_lapsed_untold(correction):
        raise ActionRefused(
            _("The time is set anew only where it is over and the notice did not arrive.")
        )
    finish_clock(clock=correction.clock, **grounds)
    close_invitations(about=correction, **grounds)
    clock = start_clock(step=STEP, **grounds)
    audit.amend(correction, "renew_time", **grounds, clock=clock)
    invite(correction, grounds)
    tell(correction, ORDERED, actor=actor)
