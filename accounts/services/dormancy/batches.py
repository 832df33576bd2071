"""Terminations by the agreement: proposed in batches, approved by others, carried out, undone."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from procrastinate.contrib.django import app

from accounts.dormancy_words import BatchStatus, DormancyStatus
from accounts.enums import AccountStatus, GroundKind
from accounts.models import Dormancy, DormancyBatch, DormancySweep, PublicAccount
from accounts.services.closing import close_accounts
from accounts.services.dormancy.notices import Told, tell_all
from accounts.services.dormancy.policy import allowing_clauses, rule_in_force
from accounts.services.dormancy.returning import HANDLE, end_dormancies, opened
from accounts.services.dormancy.selection import Measure, lock_accounts, look_at
from accounts.services.profiles import Profile, set_profile
from accounts.services.restrictions import end_restriction, reopen_account
from compliance import audit, proposals
from compliance.deadlines import due_instant
from compliance.errors import InvalidInput
from compliance.grounds import Grounds
from compliance.models import Proposal, ProposalResult, Side, StaffUser
from compliance.provisions import Provision
from compliance.roles import require_permission
from compliance.set_audit import change_rows, move_rows

TERMINATION_KIND: Final = "dormancy_termination"
APPROVE: Final = "accounts.approve_dormancybatch"
APPROVE_AS_OFFICER: Final = "accounts.approve_dormancybatch_as_officer"
UNDO: Final = "accounts.undo_dormancy"
SUSPENSION_STEP: Final = "dormancy_suspension"
CARRY_OUT_TASK: Final = "accounts.carry_out_terminations"
# Our choice (domain rules, bulk actions): more than so many need two approvals.
ONE_APPROVES: Final = 10
# Our choice: so many are closed in one transaction.
AT_ONCE: Final = 500
# Kept as it is in the log, whichever language a screen has.
APPROVED: Final = "批准的休眠终止按批执行"
STANDS_AGAINST: Final = "执行前复查发现不再符合终止条件"


@transaction.atomic
def propose_terminations(
    *,
    dormancies: Sequence[Dormancy],
    sweep: DormancySweep,
    actor: StaffUser,
    provision: Provision,
    reason: str,
) -> DormancyBatch:
    """
    Propose to end the service of suspended accounts; more than ten need two approvals.

    Public Account Provisions, art. 10 §2. The caller has locked the accounts. What is approved is
    the list of dormancies itself.

    :raises MissingReason: if the reason is blank.
    :raises TransitionRefused: if one of them is not suspended.
    """
    grounds = Grounds(actor=actor, provision=provision, reason=reason)
    matter = proposals.open_matter(TERMINATION_KIND)
    numbers = [each.pk for each in dormancies]
    proposal = proposals.submit_proposal(
        matter=matter,
        kind=TERMINATION_KIND,
        content={
            "sweep": sweep.pk,
            "rule": sweep.rule.number,
            "count": len(numbers),
            "clauses": sorted({each.clause_id for each in dormancies}),
            "dormancies": numbers,
        },
        slots=(APPROVE,) if len(numbers) <= ONE_APPROVES else (APPROVE, APPROVE_AS_OFFICER),
        proposer_side=Side.DECIDED,
        approver_side=Side.DECIDED,
        **grounds,
    )
    batch = audit.create(
        DormancyBatch(
            sweep=sweep,
            matter=matter,
            proposal=proposal,
            count=len(numbers),
            proposed_at=timezone.now(),
        ),
        **grounds,
    )
    change_rows(Dormancy, numbers, "propose", common={"batch": batch.pk}, grounds=grounds)
    return batch


def batch_of(proposal: Proposal) -> DormancyBatch:
    """
    Return the batch that a proposal is about.

    :raises InvalidInput: if it is about something else.
    """
    found = DormancyBatch.objects.filter(proposal=proposal).first()
    if found is None:
        raise InvalidInput(_("This proposal is not about terminations for dormancy."))
    return found


@transaction.atomic
def approve_batch(
    *, batch: DormancyBatch, actor: StaffUser, provision: Provision, reason: str
) -> bool:
    """
    Approve the terminations of a batch; with the last approval they are carried out by the worker.

    Public Account Provisions, art. 10 §2; our choice: by somebody, and from eleven on by two.
    Return whether this was the last approval.

    :raises NotPermitted: if no open approval fits the actor's roles.
    :raises SamePerson: if the actor approved it before.
    :raises ProposalClosed: if it was decided.
    """
    grounds = Grounds(actor=actor, provision=provision, reason=reason)
    if not proposals.approve_proposal(proposal=batch.proposal, **grounds):
        return False
    audit.move(batch, "approve", **grounds, approved_result=ProposalResult.APPROVED)
    app.configure_task(CARRY_OUT_TASK).defer()
    return True


@transaction.atomic
def return_batch(
    *, batch: DormancyBatch, actor: StaffUser, provision: Provision, reason: str
) -> None:
    """
    Return the terminations of a batch; its accounts stay suspended for another whole term.

    Public Account Provisions, art. 10 §2.

    :raises NotPermitted: if no open approval fits the actor's roles.
    :raises ProposalClosed: if it was decided.
    """
    grounds = Grounds(actor=actor, provision=provision, reason=reason)
    proposals.return_proposal(proposal=batch.proposal, **grounds)
    audit.move(batch, "return", **grounds)
    numbers = list(
        batch.dormancies.filter(status=DormancyStatus.PROPOSED)
        .order_by("account_id")
        .values_list("pk", "account_id")
    )
    lock_accounts([account for _number, account in numbers])
    _put_back([number for number, _account in numbers], grounds)


@transaction.atomic
def take_out(
    *,
    dormancy: Dormancy,
    expected_version: int | None = None,
    actor: StaffUser,
    provision: Provision,
    reason: str,
) -> None:
    """
    Take one account out of its batch; it stays suspended for another whole term.

    Public Account Provisions, art. 10 §2. Fewer are ended than was approved, never others.

    :raises NotPermitted: if the actor may neither approve nor handle it.
    :raises MissingReason: if the reason is blank.
    :raises StaleVersion: if the dormancy has moved on.
    :raises TransitionRefused: if its termination is not proposed, or no longer.
    """
    if not any(actor.has_perm(each) for each in (APPROVE, APPROVE_AS_OFFICER)):
        require_permission(actor, HANDLE)
    grounds = Grounds(actor=actor, provision=provision, reason=audit.require_reason(reason))
    lock_accounts([dormancy.account_id])
    audit.lock(dormancy, expected_version=expected_version)
    _put_back([dormancy.pk], grounds)
    dormancy.refresh_from_db()


def _put_back(numbers: Sequence[int], grounds: Grounds) -> None:
    change_rows(
        Dormancy,
        numbers,
        "take_out",
        common={
            "batch": None,
            "terminate_from": due_instant(SUSPENSION_STEP, timezone.now()),
        },
        grounds=grounds,
    )


@dataclass(frozen=True)
class CarriedOut:
    """What became of a part of a batch: what was ended, in use again, or not to be ended now."""

    terminated: Sequence[Dormancy]
    returned: Sequence[Dormancy]
    kept: Sequence[Dormancy]


def carry_out_approved(*, actor: StaffUser) -> Iterator[CarriedOut]:
    """
    Carry out every approved batch, some accounts in each transaction, and yield what became of them.

    Public Account Provisions, art. 10 §2. Whoever is interrupted goes on where it was; two at once
    never end an account twice.
    """
    for batch in DormancyBatch.objects.filter(status=BatchStatus.APPROVED).order_by("pk"):
        while part := carry_out_part(batch=batch, actor=actor):
            yield part


@transaction.atomic
def carry_out_part(*, batch: DormancyBatch, actor: StaffUser) -> CarriedOut | None:
    """
    End the service of the next accounts of an approved batch, or finish it and return None.

    Public Account Provisions, art. 10 §2. What was approved is looked at once more: an account in
    use again goes on, and one that something else holds stays suspended.

    :raises ActionRefused: if the agreement allows it no longer.
    """
    grounds = Grounds(actor=actor, provision=Provision.PUBLIC_ACCOUNT_10_2, reason=APPROVED)
    audit.lock(batch)
    if batch.status != BatchStatus.APPROVED:
        return None
    waiting = batch.dormancies.filter(status=DormancyStatus.PROPOSED).order_by("account_id")
    pairs = list(waiting.values_list("pk", "account_id")[:AT_ONCE])
    if not pairs:
        audit.move(batch, "finish", **grounds)
        return None
    lock_accounts([account for _number, account in pairs])
    found = opened([number for number, _account in pairs])
    now = timezone.now()
    rule = rule_in_force(now)
    day = timezone.localdate(now)
    measure = Measure(as_of=day, now=now, rule=rule, clauses=allowing_clauses(rule, day))
    facts = {each.account: each for each in look_at([each.account_id for each in found], measure)}
    used: list[Dormancy] = []
    kept: list[Dormancy] = []
    ended: list[Dormancy] = []
    for each in found:
        fact = facts.get(each.account_id)
        if fact is None or fact.kind is None:
            used.append(each)
        else:
            (kept if fact.left_out is not None else ended).append(each)
    end_dormancies(used, grounds)
    _put_back([each.pk for each in kept], Grounds(**{**grounds, "reason": STANDS_AGAINST}))
    _terminate(ended, grounds)
    return CarriedOut(terminated=ended, returned=used, kept=kept)


def _terminate(ended: Sequence[Dormancy], grounds: Grounds) -> None:
    if not ended:
        return
    move_rows(ended, "terminate", common={"ended_at": timezone.now()}, grounds=grounds)
    close_accounts(
        accounts=[each.account for each in ended],
        ground_kind=GroundKind.DORMANCY,
        ground_refs=[each.ground_ref for each in ended],
        **grounds,
    )
    tell_all([Told.of(each) for each in ended], actor=grounds["actor"])


@transaction.atomic
def undo_termination(
    *,
    dormancy: Dormancy,
    expected_version: int | None = None,
    actor: StaffUser,
    provision: Provision,
    reason: str,
) -> str:
    """
    Open an account again whose service was ended for dormancy; return the name that it has now.

    Public Account Provisions, art. 20 §2: what was wrong is undone exactly. Its name comes back
    unless somebody else has taken it since: then it is opened under its account number.

    :raises NotPermitted: if the actor may not undo terminations.
    :raises MissingReason: if the reason is blank.
    :raises StaleVersion: if the dormancy has moved on.
    :raises TransitionRefused: if it was not terminated, or that was undone before.
    :raises ActionRefused: if the account was closed on another ground.
    """
    require_permission(actor, UNDO)
    grounds = Grounds(actor=actor, provision=provision, reason=audit.require_reason(reason))
    account = PublicAccount.objects.get(pk=dormancy.account_id)
    lock_accounts([account.pk])
    audit.move(
        dormancy, "undo", expected_version=expected_version, ended_at=timezone.now(), **grounds
    )
    reopen_account(
        account=account,
        ground_kind=GroundKind.DORMANCY,
        ground_ref=dormancy.ground_ref,
        **grounds,
    )
    restriction = dormancy.restriction
    if restriction is not None and restriction.ended_at is None:
        end_restriction(restriction=restriction, **grounds)
    if is_name_taken(account):
        set_profile(
            account=account,
            profile=Profile(name=_("Account %(uid)s") % {"uid": account.platform_uid}),
            ground_ref=dormancy.ground_ref,
            **grounds,
        )
    told = opened_anew(dormancy)
    tell_all([Told.of(told)], actor=actor)
    return account.name


def opened_anew(dormancy: Dormancy) -> Dormancy:
    """Return a dormancy with its account and clause, as it is now."""
    return Dormancy.objects.select_related("account", "clause__rule_version__document").get(
        pk=dormancy.pk
    )


def is_name_taken(account: PublicAccount) -> bool:
    """Return whether another open account has the name of an account by now."""
    others = PublicAccount.objects.filter(
        folded_name=account.folded_name, status=AccountStatus.ACTIVE
    )
    return bool(account.folded_name) and others.exclude(pk=account.pk).exists()
