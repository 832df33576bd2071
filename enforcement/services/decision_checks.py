"""Whether a decision could be proposed now: who may, on which case, with which measures."""

from dataclasses import replace

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.enums import AccountStatus
from accounts.services.barred_names import require_barrable
from compliance import audit, work
from compliance.errors import ActionRefused
from compliance.models import StaffUser
from compliance.roles import require_permission
from enforcement.enums import (
    ENDED_PROPOSALS,
    OPEN_DECISIONS,
    CaseStatus,
    MeasureCode,
)
from enforcement.models import (
    Case,
    Decision,
)
from enforcement.services import terminations
from enforcement.services.after_appeals import require_allowed_after_appeal
from enforcement.services.blacklist.ordering import require_listable
from enforcement.services.credit.approving import slots_with_credit
from enforcement.services.decision_content import (
    CheckedOrder,
    DecisionWords,
    check_order,
    check_words,
)
from enforcement.services.emergencies.ordering import check_emergency
from enforcement.services.hearings.planning import HearingPlan, plan_hearing
from enforcement.services.ordered_corrections import require_correctable


def check_proposal(
    *, case: Case, fence: int, words: DecisionWords, actor: StaffUser
) -> tuple[CheckedOrder, HearingPlan]:
    """
    Refuse a decision that could not be proposed now.

    Return its approvers with the ladder's step, and whether the operator is heard before them.

    Public Account Provisions, art. 19 §2. Locks the case, so it is called inside a transaction.

    :raises ActionRefused: for every reason for which proposing would be refused.
    """
    require_permission(actor, "enforcement.propose_decision")
    _hold_case(case, actor, fence)
    audit.lock(case)
    if case.status != CaseStatus.OPEN:
        raise ActionRefused(_("This case is no longer open."))
    if case.decisions.filter(status__in=OPEN_DECISIONS).exists():
        raise ActionRefused(_("A decision on this case is already waiting for approval."))
    if case.account.status != AccountStatus.ACTIVE:
        raise ActionRefused(_("The account is closed: no measure can be taken on it."))
    now = timezone.now()
    check_words(words, now=now, today=timezone.localdate(now))
    checked = check_order(words, account=case.account)
    require_allowed_after_appeal(case, words)
    slots = slots_with_credit(checked.slots, words, case.account, now)
    for order in words.measures:
        if order.measure == MeasureCode.TERMINATE:
            terminations.require_terminable(terminations.ground_of(case), case.account)
    ordered = [order.measure for order in words.measures]
    require_listable(case.account, ordered)
    require_correctable(case.account, ordered)
    if MeasureCode.BAR_NAME in ordered:
        require_barrable(case.account)
    if words.emergency is not None:
        check_emergency(case, words.emergency, ordered, actor)
    return replace(checked, slots=slots), plan_hearing(case, words)


def _hold_case(case: Case, actor: StaffUser, fence: int) -> None:
    if actor.person.is_system:
        # A program waits for nobody, but does not step over a colleague who is at work.
        fence = work.claim_item(work_item=case.work_item, actor=actor).fence
    work.require_lease(work_item=case.work_item, actor=actor, fence=fence)


def decision_taken_up(case: Case) -> Decision | None:
    """Return the decision on a case that came back last and that the next one replaces."""
    return (
        case.decisions.filter(
            status__in=ENDED_PROPOSALS,
            replaced_by__isnull=True,
        )
        .order_by("-pk")
        .first()
    )
