"""A decision suspends the service and orders a correction: one flow with every other correction."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import Correction, Finding, Hold, PublicAccount, Restriction
from accounts.services.corrections import lapses, ordering, review
from accounts.services.restrictions import state_of
from compliance.errors import ActionRefused, InvalidInput
from compliance.models import Notice, StaffUser
from compliance.notices import dispatch
from enforcement.enums import MeasureCode
from enforcement.models import Case, Decision, Measure, OrderedMeasure
from enforcement.services import reversals
from enforcement.services.decision_content import MeasureOrder
from enforcement.services.measures import lift_measure
from reports.demo.clock import clock_at
from tests.accounts.corrections import again, answer, held, order
from tests.enforcement.conftest import REASON, P, Staff, approve, clause, propose, violation
from tests.enforcement.console import client_of, decision_page, hold, look_and_propose, text_of

pytestmark = pytest.mark.django_db
SUSPENDED = MeasureOrder(MeasureCode.SUSPEND_SERVICE)
TO_CORRECT = MeasureOrder(
    MeasureCode.ORDER_CORRECTION, mismatches=("name",), correction_ground="organ"
)
MISMATCH: dict[str, Any] = {
    "severity": 2,
    "measures": [MeasureOrder(MeasureCode.WARN), SUSPENDED, TO_CORRECT],
}


@pytest.fixture
def of_profile(decide: Callable[..., Decision], at_once: None) -> Callable[..., Decision]:
    """Takes a decision on a profile that does not agree with who runs the account."""

    def make(account: PublicAccount | None = None, **changes: Any) -> Decision:
        return decide(
            account,
            violation_type=violation("V01.3"),
            clauses=[clause("public-account-2021:18(1)")],
            content_kind="account",
            content_ref="",
            **{**MISMATCH, **changes},
        )

    return make


def correction_of(decision: Decision) -> Correction:
    return Correction.objects.get(measure__decision=decision)


def states(decision: Decision) -> dict[str, str]:
    return dict(decision.measures.values_list("measure", "status"))


def test_it_suspends_sets_the_published_time_and_tells_how_to_answer(
    of_profile: Callable[..., Decision],
) -> None:
    decision = of_profile()

    correction = correction_of(decision)
    assert decision.deviation == "none"
    assert (correction.mismatches, correction.origin_ref) == (["name"], decision.number)
    assert correction.facts == decision.facts
    assert correction.clock.step == "correction"
    suspension = decision.measures.get(measure=MeasureCode.SUSPEND_SERVICE)
    assert suspension.in_force_until is None
    assert suspension.restriction == Restriction.objects.get(ground_ref=correction.reference)
    assert state_of(decision.account, timezone.now()).service is not None
    assert Notice.objects.about(correction).filter(purpose="accounts.correction_ordered").exists()


@pytest.mark.parametrize(
    "measures",
    [
        [TO_CORRECT],
        [SUSPENDED],
        [MeasureOrder(MeasureCode.SUSPEND_SERVICE, 7), TO_CORRECT],
        [SUSPENDED, MeasureOrder(MeasureCode.ORDER_CORRECTION, mismatches=("name",))],
        [SUSPENDED, MeasureOrder(MeasureCode.ORDER_CORRECTION, correction_ground="organ")],
        [
            SUSPENDED,
            MeasureOrder(
                MeasureCode.ORDER_CORRECTION, mismatches=("hat",), correction_ground="organ"
            ),
        ],
        [MeasureOrder(MeasureCode.WARN, mismatches=("name",))],
    ],
)
def test_half_an_order_is_refused_and_nothing_is_left(
    open_case: Callable[..., Case], staff: Staff, measures: list[MeasureOrder]
) -> None:
    with pytest.raises(InvalidInput):
        propose(
            open_case(),
            staff.moderator,
            violation_type=violation("V01.3"),
            clauses=[clause("public-account-2021:18(1)")],
            severity=2,
            measures=measures,
        )

    assert not OrderedMeasure.objects.exists()


def test_a_second_correction_is_refused_when_proposed_and_when_approved(
    of_profile: Callable[..., Decision],
    open_case: Callable[..., Case],
    staff: Staff,
    make_account: Callable[..., PublicAccount],
) -> None:
    account = make_account()
    words: dict[str, Any] = {
        "violation_type": violation("V01.3"),
        "clauses": [clause("public-account-2021:18(1)")],
        **MISMATCH,
    }
    waiting = propose(open_case(account), staff.moderator, **words)
    order(account, staff.moderator)

    with pytest.raises(ActionRefused):
        approve(waiting, staff.supervisor)
    with pytest.raises(ActionRefused):
        propose(open_case(account), staff.moderator, **words)

    assert not Measure.objects.exists()
    assert Correction.objects.count() == 1


def test_what_is_corrected_ends_both_measures_and_the_service_is_resumed(
    of_profile: Callable[..., Decision], staff: Staff, system: StaffUser
) -> None:
    decision = of_profile(measures=[SUSPENDED, TO_CORRECT], deviation_reason="enough")
    correction = correction_of(decision)
    answer(correction, system)

    review.accept_correction(**held(correction, staff.moderator))

    assert set(states(decision).values()) == {"expired"}
    decision.refresh_from_db()
    assert decision.status == "expired"
    assert state_of(PublicAccount.objects.get(pk=decision.account_id), timezone.now()).is_open
    assert state_of(decision.account, timezone.now()).service is None


def test_a_withdrawn_order_lifts_both_and_leaves_the_warning(
    of_profile: Callable[..., Decision], staff: Staff
) -> None:
    decision = of_profile()
    correction = again(correction_of(decision))

    ordering.withdraw_correction(
        correction=correction,
        expected_version=correction.version,
        told="经复核，名称与主体相符",
        actor=staff.supervisor,
        provision=P,
        reason=REASON,
    )

    assert states(decision) == {
        "warn": "in_force",
        "suspend_service": "lifted",
        "order_correction": "lifted",
    }


def test_it_is_lifted_on_its_own_page_alone(
    of_profile: Callable[..., Decision], staff: Staff
) -> None:
    decision = of_profile()

    for code in (MeasureCode.SUSPEND_SERVICE, MeasureCode.ORDER_CORRECTION):
        with pytest.raises(ActionRefused, match=correction_of(decision).reference):
            lift_measure(
                measure=decision.measures.get(measure=code),
                actor=staff.supervisor,
                provision=P,
                reason=REASON,
            )

    assert set(states(decision).values()) == {"in_force"}


def test_a_missed_one_becomes_a_finding_as_every_missed_correction(
    of_profile: Callable[..., Decision], system: StaffUser
) -> None:
    with clock_at(timezone.now() - timedelta(days=30)):
        decision = of_profile()
        dispatch.drain_outbox()

    lapses.lapse_corrections(now=timezone.now(), actor=system)

    correction = correction_of(decision)
    assert correction.status == "overdue"
    assert Finding.objects.filter(
        kind="correction_missed", ground_ref=f"correction:{correction.pk}"
    ).exists()
    assert set(states(decision).values()) == {"in_force"}


@pytest.mark.parametrize("is_corrected", [False, True])
def test_a_reversal_withdraws_the_order_and_says_what_was_corrected_meanwhile(
    of_profile: Callable[..., Decision],
    staff: Staff,
    staff_user: Callable[..., StaffUser],
    system: StaffUser,
    is_corrected: bool,
) -> None:
    decision = of_profile()
    if is_corrected:
        answer(correction_of(decision), system)
        review.accept_correction(**held(correction_of(decision), staff.moderator))

    report = reversals.reverse_decision(
        decision=Decision.objects.get(pk=decision.pk),
        actor=staff_user("complaint_handler"),
        provision=P,
        reason=REASON,
    )

    assert correction_of(decision).status == ("accepted" if is_corrected else "withdrawn")
    undone = {each.measure: each.is_restored for each in report.items}
    assert undone[MeasureCode.ORDER_CORRECTION] is not is_corrected
    assert set(states(decision).values()) == {"reversed"}
    account = PublicAccount.objects.get(pk=decision.account_id)
    assert state_of(account, timezone.now()).is_unrestricted
    assert not Hold.objects.in_force().filter(account=account, kind="pending_correction").exists()


def test_the_form_orders_it_and_the_page_leads_to_the_correction(
    open_case: Callable[..., Case], staff: Staff, of_profile: Callable[..., Decision]
) -> None:
    case = open_case()
    answered = look_and_propose(
        client_of(staff.moderator),
        case,
        hold(case, staff.moderator),
        violation=violation("V01.3").pk,
        clauses=[clause("public-account-2021:18(1)").pk],
        severity=2,
        content_kind="account",
        content_ref="",
        measures=["warn", "suspend_service", "order_correction"],
        term_suspend_updates="",
        mismatches=["name"],
        correction_ground="organ",
    )
    assert answered.status_code == 302
    assert Decision.objects.get().ordered_measures.get(measure="order_correction").mismatches == [
        "name"
    ]
    decision = of_profile()

    page = text_of(client_of(staff.officer).get(decision_page(decision)))

    assert correction_of(decision).reference in page
