"""Services for decisions: propose, approve, return, withdraw."""

from collections.abc import Sequence

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.enums import AccountStatus
from accounts.services.violations import record_violation
from compliance import audit, proposals, work
from compliance.clocks import start_clock, stop_clock
from compliance.errors import ActionRefused, NotPermitted
from compliance.grounds import Grounds
from compliance.models import (
    Clause,
    Proposal,
    ProposalResult,
    StaffUser,
    Verdict,
    WorkItem,
)
from compliance.provisions import Provision
from enforcement.enums import (
    CaseStatus,
    ContentKind,
    MeasureCode,
)
from enforcement.models import (
    Case,
    Decision,
    Factor,
    ViolationType,
)
from enforcement.rules.measures import appeal_limit
from enforcement.services import terminations
from enforcement.services.appeals.filing import invite_appeal
from enforcement.services.approval_items import close_approval_item, open_approval_item, queue_of
from enforcement.services.blacklist.ordering import require_still_listable
from enforcement.services.cases import requeue_case
from enforcement.services.credit import deduct_credit, tell_change
from enforcement.services.deciding_sides import deciding_side, require_others
from enforcement.services.decision_checks import check_proposal, decision_taken_up
from enforcement.services.decision_content import (
    DecisionWords,
    MeasureOrder,
    proposal_content,
)
from enforcement.services.decision_writing import write_decision
from enforcement.services.deviations import require_still_counting
from enforcement.services.emergencies.afterwards import hear_afterwards
from enforcement.services.emergencies.ordering import (
    EmergencyWords,
    emergency_of,
    step_of_approval,
    stop_meanwhile,
)
from enforcement.services.evidence import require_no_collector
from enforcement.services.hearings.notices import tell_of_hearing
from enforcement.services.hearings.opening import drop_hearing, invite
from enforcement.services.hearings.weighing import require_heard, weigh_statement
from enforcement.services.holds.ending import end_holds_of
from enforcement.services.holds.locking import lock_case
from enforcement.services.measures import carry_out, in_order
from enforcement.services.notices import write_notices
from enforcement.services.ordered_corrections import require_correctable
from enforcement.services.report_duties import open_report_duty

DECISION_KIND = "decision"


def propose_decision(
    *,
    case: Case,
    fence: int,
    violation_type: ViolationType,
    severity: int,
    facts: str,
    reasoning: str,
    clauses: Sequence[Clause],
    measures: Sequence[MeasureOrder],
    content_kind: str = ContentKind.ACCOUNT,
    content_ref: str = "",
    statute: str = "",
    private_note: str = "",
    is_automated: bool = False,
    factors: Sequence[Factor] = (),
    deviation_reason: str = "",
    deviation_note: str = "",
    emergency: EmergencyWords | None = None,
    actor: StaffUser,
    provision: Provision,
    reason: str,
) -> Decision:
    """
    Propose what is to be done about a case, for others to approve.

    Public Account Provisions, art. 19 §2: a measure is taken on the law and the agreement, with
    its record. The facts, the clauses and their text, the reasoning and the measures are fixed
    here; approvers approve exactly them. Before a grave measure the operator is heard first and
    told so here. `fence` is that of the actor's lease on the case. Opinions on Platform
    Responsibility, point 2: the step of the ladder is fixed with them; whoever departs from it
    gives the kind of reason and says why.

    :raises NotPermitted: if the actor may not propose decisions.
    :raises StaleLease: if the actor does not hold the case.
    :raises InvalidInput: if words, violation, clauses, measures or factors do not do, or a
        deviation from the ladder has no reason.
    :raises ActionRefused: if the case is not open, a decision on it waits, the account is closed, or
        it is graver than what the operator has defended themselves against.
    """
    words = DecisionWords(
        violation_type=violation_type,
        severity=severity,
        facts=facts.strip(),
        reasoning=reasoning.strip(),
        private_note=private_note.strip(),
        statute=statute.strip(),
        content_kind=content_kind,
        content_ref=content_ref.strip(),
        clauses=clauses,
        measures=measures,
        is_automated=is_automated or actor.person.is_system,
        factors=factors,
        deviation_reason=deviation_reason,
        deviation_note=deviation_note,
        emergency=emergency,
    )
    return propose_words(
        case=case, fence=fence, words=words, actor=actor, provision=provision, reason=reason
    )


@transaction.atomic
def propose_words(
    *,
    case: Case,
    fence: int,
    words: DecisionWords,
    actor: StaffUser,
    provision: Provision,
    reason: str,
) -> Decision:
    """
    Propose the decision that was written in `words`, as `propose_decision` does.

    Public Account Provisions, art. 19 §2.

    :raises ActionRefused: for every reason for which proposing is refused.
    """
    if words.emergency is not None:
        # It places a hold as well: locked in the order of those who act on holds.
        lock_case(case)
    checked, plan = check_proposal(case=case, fence=fence, words=words, actor=actor)
    replaces = decision_taken_up(case)
    side = deciding_side(case)
    require_others(case.matter, actor.person, side)
    proposal = proposals.submit_proposal(
        matter=case.matter,
        kind=DECISION_KIND,
        content=proposal_content(words, case=case, replaces=replaces, checked=checked),
        slots=checked.slots,
        proposer_side=side,
        approver_side=side,
        actor=actor,
        provision=provision,
        reason=reason,
    )
    grounds = Grounds(actor=actor, provision=provision, reason=reason)
    decision = write_decision(words, case, proposal, checked, replaces, plan, grounds)
    if words.emergency is not None:
        stop_meanwhile(case, words.emergency, decision.facts, grounds)
    if plan.is_opened and decision.hearing is not None:
        invite(decision.hearing, grounds)
        tell_of_hearing(decision.hearing, actor=actor)
    work.close_item(case.work_item)
    return decision


@transaction.atomic
def approve_decision(
    *, decision: Decision, weighed: str = "", actor: StaffUser, provision: Provision, reason: str
) -> bool:
    """
    Approve a proposed decision; with the last approval it comes into force. Return whether it did.

    Public Account Provisions, art. 19 §2: the measures, their record, the notice to the operator
    and the duty to report are written together or not at all. `weighed` says how the operator's
    statement was weighed, where there is one; the operator is told it.

    :raises NotPermitted: if no open approval fits the actor's roles.
    :raises SamePerson: if the actor proposed it, approved it before or collected its evidence.
    :raises ProposalClosed: if it was decided, returned or withdrawn.
    :raises InvalidInput: if it is not said how a statement was weighed.
    :raises ActionRefused: if the operator is still heard, the account was closed, the case ended or
        an earlier decision that was counted was reversed in the meantime.
    """
    if actor.person.is_system:
        raise NotPermitted(_("Measures are approved by people, never by a program."))
    require_no_collector(decision.case, actor)
    is_complete = proposals.approve_proposal(
        proposal=decision.proposal, actor=actor, provision=provision, reason=reason
    )
    audit.lock(decision)
    require_heard(decision)
    _check_release(decision)
    weigh_statement(decision, weighed, actor=actor)
    item = item_of(decision)
    if not is_complete:
        _pass_on(decision, item, actor=actor, provision=provision, reason=reason)
        return False
    _bring_into_force(decision, actor=actor, provision=provision, reason=reason)
    close_approval_item(item, Grounds(actor=actor, provision=provision, reason=reason))
    return True


def item_of(decision: Decision) -> WorkItem:
    """
    Return the item in which a decision waits for its approval.

    :raises ActionRefused: if the operator is still heard.
    """
    if decision.approval_item is None:
        raise ActionRefused(_("The operator is still being heard: nobody approves before."))
    return decision.approval_item


def _check_release(decision: Decision) -> None:
    account = audit.lock(decision.account)
    if account.status != AccountStatus.ACTIVE:
        raise ActionRefused(
            _("The account was closed in the meantime. Return the decision to its proposer.")
        )
    case = audit.lock(decision.case)
    if case.status != CaseStatus.OPEN:
        raise ActionRefused(_("This case is no longer open."))
    require_still_counting(decision)
    ordered = list(decision.ordered_measures.all())
    for each in ordered:
        if each.measure == MeasureCode.TERMINATE:
            # What was missed when it was proposed may have been put right since.
            terminations.require_terminable(each.ground_ref, account)
    require_still_listable(account, ordered)
    require_correctable(account, {each.measure for each in ordered})


def _pass_on(
    decision: Decision, item: WorkItem, *, actor: StaffUser, provision: Provision, reason: str
) -> None:
    proposal = decision.proposal
    given = proposal.approvals.filter(verdict=Verdict.APPROVE)
    permission = (
        proposal.slots.exclude(number__in=given.values("slot")).order_by("number")[0].permission
    )
    if item.queue == queue_of(permission):
        lease = getattr(item, "lease", None)
        if lease is not None and lease.holder_id == actor.person_id:
            lease.until = timezone.now()
            lease.save(update_fields=["until"])
        return
    grounds = Grounds(actor=actor, provision=provision, reason=reason)
    close_approval_item(item, grounds)
    audit.amend(
        decision,
        "pass_on",
        **grounds,
        approval_item=open_approval_item(
            permission,
            proposal,
            weight=item.weight,
            grounds=grounds,
            step=step_of_approval(emergency_of(decision)),
            at=item.clock.started_at if emergency_of(decision) is not None else None,
        ),
    )


def _bring_into_force(
    decision: Decision, *, actor: StaffUser, provision: Provision, reason: str
) -> None:
    now = timezone.now()
    grounds = Grounds(actor=actor, provision=provision, reason=reason)
    ordered = list(decision.ordered_measures.order_by("pk"))
    limit = appeal_limit(each.measure for each in ordered)
    audit.move(
        decision,
        "enforce",
        **grounds,
        approved_result=ProposalResult.APPROVED,
        in_force_from=now,
        appeal_clock=start_clock(step=limit, at=now, **grounds),
    )
    for each in in_order(ordered):
        carry_out(ordered=each, decision=decision, at=now, **grounds)
    record_violation(account=decision.account, reference=decision.number, decided_at=now, **grounds)
    change = deduct_credit(decision=decision, at=now, **grounds)
    audit.move(decision.case, "decide", **grounds)
    end_holds_of(decision.case, actor=actor, provision=provision, reason=decision.number)
    stop_clock(clock=decision.case.work_item.clock, **grounds)
    open_report_duty(decision=decision, at=now, **grounds)
    hear_afterwards(decision, grounds)
    invite_appeal(decision, grounds)
    write_notices(decision, actor=actor)
    tell_change(change, actor=actor)


@transaction.atomic
def enforce_decision(
    *,
    decision: Decision,
    approved: Proposal,
    actor: StaffUser,
    provision: Provision,
    reason: str,
) -> None:
    """
    Bring a decision into force that was approved in a list with others, by the same approvals.

    Public Account Provisions, art. 19 §2. Called by the service that carries the list out; everything
    that stands against a single decision stands against this one.

    :raises SamePerson: if an approver took part in its case on another side.
    :raises ProposalClosed: if it was decided, returned or withdrawn.
    :raises ActionRefused: if the operator spoke in a hearing or is still heard, the account was
        closed, or the case ended.
    """
    grounds = Grounds(actor=actor, provision=provision, reason=reason)
    audit.lock(decision)
    item = item_of(decision)
    require_heard(decision)
    _check_release(decision)
    weigh_statement(decision, "", actor=actor)
    proposals.adopt_approvals(proposal=decision.proposal, approved=approved, **grounds)
    _bring_into_force(decision, **grounds)
    close_approval_item(item, grounds)


@transaction.atomic
def return_decision(
    *, decision: Decision, actor: StaffUser, provision: Provision, reason: str
) -> None:
    """
    Return a proposed decision to its proposer; the reason is the suggestion for a new one.

    Opinions on Platform Responsibility, point 2. The case goes into its queue again.

    :raises NotPermitted: if no open approval fits the actor's roles.
    :raises SamePerson: if the actor proposed it or gave a verdict before.
    :raises ProposalClosed: if it was decided, returned or withdrawn.
    :raises TransitionRefused: if the operator is still heard.
    """
    proposals.return_proposal(
        proposal=decision.proposal, actor=actor, provision=provision, reason=reason
    )
    _end_proposed(decision, "return", actor=actor, provision=provision, reason=reason)


@transaction.atomic
def withdraw_decision(
    *, decision: Decision, actor: StaffUser, provision: Provision, reason: str
) -> None:
    """
    Take back a decision that one proposed and that is not in force yet.

    Opinions on Platform Responsibility, point 2. The case goes into its queue again.

    :raises ActionRefused: if somebody else proposed it.
    :raises ProposalClosed: if it was decided, returned or withdrawn.
    """
    proposals.withdraw_proposal(
        proposal=decision.proposal, actor=actor, provision=provision, reason=reason
    )
    _end_proposed(decision, "withdraw", actor=actor, provision=provision, reason=reason)


def _end_proposed(
    decision: Decision, arrow: str, *, actor: StaffUser, provision: Provision, reason: str
) -> None:
    grounds = Grounds(actor=actor, provision=provision, reason=reason)
    audit.move(decision, arrow, **grounds, ended_at=timezone.now(), ended_reason=reason.strip())
    if decision.approval_item is not None:
        close_approval_item(decision.approval_item, grounds)
    elif decision.hearing is not None:
        drop_hearing(decision.hearing, grounds)
    requeue_case(case=decision.case, **grounds)
