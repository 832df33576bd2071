"""Carrying a list out: one account a transaction, resumable, each a decision of its own."""

import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from django.db import OperationalError, transaction
from django.utils.translation import gettext as _
from procrastinate.contrib.django import app

from compliance import audit, work
from compliance.context import record_language
from compliance.errors import ActionRefused
from compliance.grounds import Grounds
from compliance.models import Person, ProposalResult, StaffUser
from compliance.notices.writing import holding_back
from compliance.provisions import Provision
from compliance.roles import require_permission
from enforcement.bulk_words import BulkItemStatus, BulkStatus
from enforcement.enums import OPEN_DECISIONS, CaseStatus
from enforcement.models import BulkDecision, BulkItem, Case, Decision
from enforcement.services.bulk.contents import origin_of, words_for, words_of
from enforcement.services.bulk.drafting import PROPOSE
from enforcement.services.bulk.proposing import CARRY_OUT_TASK, require_list_unchanged
from enforcement.services.cases import open_case
from enforcement.services.decision_content import DecisionWords
from enforcement.services.decisions import enforce_decision, propose_words

UNDO: Final = "enforcement.undo_bulkdecision"
logger = logging.getLogger("heyan.enforcement")
# Kept as it is in the log, whichever language a screen has.
APPROVED: Final = "批量处置经两人批准，逐个账号执行"


@dataclass(frozen=True)
class Done:
    """What became of one account of a list."""

    item: BulkItem
    problem: str = ""


def carry_out_approved(*, actor: StaffUser) -> Iterator[Done]:
    """
    Carry out every approved list, one account in each transaction, and yield what became of it.

    Public Account Provisions, art. 19 §2. Whoever is interrupted goes on where it was; two at once
    never decide on an account twice.
    """
    for bulk in BulkDecision.objects.filter(status=BulkStatus.APPROVED).order_by("pk"):
        yield from carry_out_bulk(bulk=bulk, actor=actor)


def carry_out_bulk(*, bulk: BulkDecision, actor: StaffUser) -> Iterator[Done]:
    """
    Carry out one approved list until nothing waits on it or somebody stops it.

    Public Account Provisions, art. 19 §2.

    :raises ActionRefused: if the list is not the one that was approved.
    """
    require_list_unchanged(bulk)
    # Read once: what was approved does not change.
    words = words_of(bulk)
    while (done := _next(bulk, words, actor)) is not None:
        yield done


def _next(bulk: BulkDecision, words: DecisionWords, actor: StaffUser) -> Done | None:
    """Carry out the next account, or finish the list and return None."""
    grounds = Grounds(actor=actor, provision=Provision.PUBLIC_ACCOUNT_19_2, reason=_reason(bulk))
    waiting = BulkItem.objects.filter(bulk=bulk, status=BulkItemStatus.WAITING)
    item: BulkItem | None = None
    try:
        with transaction.atomic(), record_language():
            item = _take(bulk, waiting.order_by("place").first)
            if item is None:
                if bulk.status == BulkStatus.APPROVED:
                    audit.move(bulk, "finish", **grounds)
                return None
            _carry_out(bulk, item, words, grounds)
            return Done(item)
    except OperationalError:
        # The database is away, or somebody was in the way: the next run goes on here.
        raise
    except Exception as problem:
        if item is None:
            raise
        if not isinstance(problem, ActionRefused):
            logger.exception("%s: account %s", bulk.number, item.place)
        # One account never keeps the others waiting, whatever is the matter with it.
        return _note_failure(bulk, item.pk, problem, grounds)


def _note_failure(
    bulk: BulkDecision, number: int, refusal: Exception, grounds: Grounds
) -> Done | None:
    """Put on record that one account could not be done; what was begun with it is rolled back."""
    with transaction.atomic(), record_language():
        waiting = BulkItem.objects.filter(pk=number, status=BulkItemStatus.WAITING)
        item = _take(bulk, waiting.first)
        if item is None:
            return None
        said = _said(refusal)
        audit.move(item, "fail", **grounds, problem=said)
        return Done(item, said)


def _reason(bulk: BulkDecision) -> str:
    return f"{bulk.number} {APPROVED}"


def _take(bulk: BulkDecision, find: Callable[[], BulkItem | None]) -> BulkItem | None:
    """Lock the list and an account of it, unless the list is no longer being carried out."""
    audit.lock(bulk)
    if bulk.status != BulkStatus.APPROVED:
        return None
    item = find()
    return audit.lock(item) if item is not None else None


def _said(problem: Exception) -> str:
    if isinstance(problem, ActionRefused):
        return str(problem)
    return _("An unexpected error (%(problem)s); the log of the worker says more.") % {
        "problem": type(problem).__name__
    }


def _carry_out(bulk: BulkDecision, item: BulkItem, words: DecisionWords, grounds: Grounds) -> None:
    assert bulk.proposal is not None
    assert bulk.held_until is not None
    proposer = proposer_login(bulk.proposal.proposer)
    # In the name of whoever proposed the list: their words, approved as they stand.
    theirs = Grounds(**{**grounds, "actor": proposer})
    if Decision.objects.filter(account=item.account, status__in=OPEN_DECISIONS).exists():
        raise ActionRefused(_("A decision on this account is already waiting for approval."))
    case = _case_of(bulk, item, theirs)
    fence = work.claim_item(work_item=case.work_item, actor=proposer).fence
    decision = propose_words(case=case, fence=fence, words=words_for(words, item.line), **theirs)
    audit.move(
        item,
        "carry_out",
        **grounds,
        decision=decision,
        approved_result=ProposalResult.APPROVED,
    )
    with holding_back(bulk.held_until):
        enforce_decision(decision=decision, approved=bulk.proposal, **grounds)


def proposer_login(person: Person) -> StaffUser:
    """
    Return the login in whose name decisions of a list are proposed.

    Our choice, no article: whoever has left proposes nothing any more.

    :raises ActionRefused: if the person may no longer propose.
    """
    for login in StaffUser.objects.filter(person=person, is_active=True).order_by("pk"):
        if login.person.is_client or login.has_perm(PROPOSE):
            return login
    raise ActionRefused(
        _("%(name)s may no longer propose decisions: somebody else has to draft the list anew.")
        % {"name": person.name}
    )


def _case_of(bulk: BulkDecision, item: BulkItem, grounds: Grounds) -> Case:
    """Return the case in which one account is decided on: that with the evidence, or a new one."""
    lead = bulk.lead_case
    if lead is not None and lead.account_id == item.account_id:
        lead.refresh_from_db()
        if lead.status == CaseStatus.OPEN:
            return lead
    origin = origin_of(bulk)
    summary = _("%(number)s, account %(place)s of %(count)s") % {
        "number": bulk.number,
        "place": item.place,
        "count": bulk.count,
    }
    if lead is not None:
        summary = _("%(summary)s; evidence in %(case)s") % {"summary": summary, "case": lead.number}
    return open_case(
        account=item.account,
        source=origin.source,
        source_ref=origin.source_ref or bulk.number,
        summary=summary,
        weight=bulk.severity,
        **grounds,
    )


@transaction.atomic
def stop_bulk(*, bulk: BulkDecision, actor: StaffUser, provision: Provision, reason: str) -> None:
    """
    Stop carrying a list out after the account that is under way; what is decided stands.

    Our choice, no article.

    :raises NotPermitted: if the actor neither proposed it nor may stop lists.
    :raises TransitionRefused: if it is not being carried out.
    """
    require_may_stop(bulk, actor)
    audit.move(bulk, "stop", actor=actor, provision=provision, reason=reason)


def require_may_stop(bulk: BulkDecision, actor: StaffUser) -> None:
    """
    Refuse whoever neither proposed a list nor may stop lists.

    :raises NotPermitted: if it is somebody else.
    """
    if bulk.drafted_by_id != actor.person_id:
        require_permission(actor, UNDO)


@transaction.atomic
def go_on_with_bulk(
    *, bulk: BulkDecision, actor: StaffUser, provision: Provision, reason: str
) -> None:
    """
    Go on with a list that was stopped.

    Our choice, no article.

    :raises NotPermitted: if the actor neither proposed it nor may stop lists.
    :raises ActionRefused: if it was not stopped.
    """
    require_may_stop(bulk, actor)
    audit.lock(bulk)
    if bulk.status != BulkStatus.STOPPED:
        raise ActionRefused(_("It was not stopped: there is nothing to go on with."))
    audit.move(bulk, "go_on", actor=actor, provision=provision, reason=reason)
    app.configure_task(CARRY_OUT_TASK).defer()


@transaction.atomic
def try_again(*, bulk: BulkDecision, actor: StaffUser, provision: Provision, reason: str) -> int:
    """
    Have the accounts tried once more that could not be carried out; return how many.

    Our choice, no article: what stood against them may have been put right.

    :raises NotPermitted: if the actor neither proposed it nor may stop lists.
    :raises ActionRefused: if nothing failed, or the list is not one that goes on.
    """
    require_may_stop(bulk, actor)
    grounds = Grounds(actor=actor, provision=provision, reason=audit.require_reason(reason))
    audit.lock(bulk)
    if bulk.status not in (BulkStatus.APPROVED, BulkStatus.DONE):
        raise ActionRefused(_("This list is not being carried out."))
    failed = list(bulk.items.filter(status=BulkItemStatus.FAILED).order_by("place"))
    if not failed:
        raise ActionRefused(_("Nothing failed: there is nothing to try again."))
    for item in failed:
        audit.move(item, "try_again", **grounds, problem="")
    if bulk.status == BulkStatus.DONE:
        audit.move(bulk, "go_on", **grounds)
    app.configure_task(CARRY_OUT_TASK).defer()
    return len(failed)
