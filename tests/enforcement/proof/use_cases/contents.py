"""The other measures of the provisions: contents, labels, names, corrections, terminations."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any, Final

import time_machine
from django.utils import timezone

from accounts.models import Finding
from accounts.services.corrections import lapses as correction_lapses
from accounts.services.corrections import ordering
from compliance.models import Delivery
from enforcement.enums import MeasureCode
from enforcement.models import Case, Decision
from enforcement.services import cases, reversals
from enforcement.services.decision_content import MeasureOrder
from tests.accounts import corrections
from tests.enforcement.conftest import approve, clause, violation
from tests.enforcement.proof.use_cases.laying import Act, UseCase, fresh
from tests.enforcement.proof.use_cases.measures import reversing
from tests.enforcement.proof.world import World, grounds

CONTENTS: Final = (
    MeasureOrder(
        MeasureCode.HANDLE_CONTENT, content_refs=("article-17",), content_acts=("stop", "keep")
    ),
    MeasureOrder(MeasureCode.LABEL, content_refs=("article-18",), label="rumour"),
)
LABEL: Final = (MeasureOrder(MeasureCode.LABEL, 30, label="generated"),)
BARRED_NAME: Final = (MeasureOrder(MeasureCode.WARN), MeasureOrder(MeasureCode.BAR_NAME, 90))
SUSPENDED: Final = (
    MeasureOrder(MeasureCode.WARN),
    MeasureOrder(MeasureCode.SUSPEND_SERVICE, 30),
)
CORRECTION: Final = (
    MeasureOrder(MeasureCode.WARN),
    MeasureOrder(MeasureCode.SUSPEND_SERVICE),
    MeasureOrder(MeasureCode.ORDER_CORRECTION, mismatches=("name",), correction_ground="organ"),
)
HEAVIER: Final[dict[str, Any]] = {"severity": 3, "deviation_reason": "persistent"}
TERMINATION: Final = (MeasureOrder(MeasureCode.TERMINATE),)


def words_for(*orders: MeasureOrder) -> dict[str, Any]:
    """Return the violation that measures are ordered for, where it is not the one of the tests."""
    codes = {each.measure for each in orders}
    of_profile = {MeasureCode.ORDER_CORRECTION, MeasureCode.TERMINATE}
    if codes & of_profile:
        found = ("V01.3", "public-account-2021:18(1)", {"severity": 2})
    elif MeasureCode.BAR_NAME in codes:
        found = ("V02.2", "public-account-2021:18(2)", HEAVIER)
    elif MeasureCode.SUSPEND_SERVICE in codes:
        found = ("V08.1", "public-account-2021:18(8)", HEAVIER)
    else:
        return {}
    code, cited, more = found
    return {
        "violation_type": violation(code),
        "clauses": [clause(cited)],
        "content_kind": "account",
        "content_ref": "",
        **more,
    }


def ordered(world: World, *orders: MeasureOrder, case: Case | None = None) -> Decision:
    """Return a decision that waits for its last approval."""
    decision = world.proposed(*orders, case=case, **words_for(*orders))
    if decision.approvals_needed > 1:
        approve(decision, world.supervisor)
    return decision


def in_force(world: World, *orders: MeasureOrder, case: Case | None = None) -> Decision:
    """Return a decision in force."""
    last_approved(world, ordered(world, *orders, case=case))()
    return Decision.objects.latest("pk")


def last_approved(world: World, decision: Decision) -> Act:
    by = world.officer if decision.approvals_needed > 1 else world.supervisor
    return lambda: approve(fresh(decision), by)


def ordering_them(*orders: MeasureOrder) -> Callable[[World], Act]:
    def lay(world: World) -> Act:
        return last_approved(world, ordered(world, *orders))

    return lay


def correction_withdrawn(world: World) -> Act:
    decision = in_force(world, *CORRECTION)
    correction = decision.measures.get(measure=MeasureCode.ORDER_CORRECTION).correction
    assert correction is not None
    return lambda: ordering.withdraw_correction(
        correction=corrections.again(correction),
        expected_version=correction.version,
        told="经复核，账号名称与主体身份相符。",
        **grounds(world.supervisor),
    )


def missed_case(world: World) -> Case:
    """Return a case about a correction that was told and missed."""
    begun = timezone.now() - timedelta(days=30)
    with time_machine.travel(begun):
        correction = corrections.order(world.account(), world.moderator)
    Delivery.objects.filter(notice__about_id=str(correction.pk)).update(
        delivered_at=begun + timedelta(hours=1)
    )
    correction_lapses.lapse_corrections(now=timezone.now(), actor=world.system)
    finding = Finding.objects.get(account=correction.account, status="open")
    assert finding.work_item is not None
    return cases.open_case(
        account=correction.account,
        source="finding",
        summary="逾期未改正",
        finding=finding,
        finding_fence=world.claim(finding.work_item, world.moderator),
        **grounds(world.moderator),
    )


def terminated(world: World) -> Act:
    return last_approved(world, ordered(world, *TERMINATION, case=missed_case(world)))


def reinstated(world: World) -> Act:
    decision = in_force(world, *TERMINATION, case=missed_case(world))
    return lambda: reversals.reverse_decision(decision=fresh(decision), **grounds(world.handler))


USE_CASES: dict[str, UseCase] = {
    "contents are stopped and labelled": UseCase(ordering_them(*CONTENTS)),
    "contents are shown again": UseCase(reversing(*CONTENTS, take=in_force)),
    "an account is labelled": UseCase(ordering_them(*LABEL)),
    "a name is barred for a time": UseCase(ordering_them(*BARRED_NAME)),
    "a bar of a name is reversed": UseCase(reversing(*BARRED_NAME, take=in_force)),
    "the service is suspended": UseCase(ordering_them(*SUSPENDED)),
    "a correction is ordered": UseCase(ordering_them(*CORRECTION)),
    "an order to correct is reversed": UseCase(reversing(*CORRECTION, take=in_force)),
    "an order to correct is withdrawn": UseCase(correction_withdrawn),
    "the service is terminated": UseCase(terminated),
    "a termination is reversed": UseCase(reinstated),
}
