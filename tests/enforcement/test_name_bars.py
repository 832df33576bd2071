"""A decision bars one name for a term, by two, and it ends with its own decision alone."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from accounts.models import ListedName, PublicAccount
from compliance.errors import ActionRefused, InvalidInput
from compliance.models import StaffUser
from enforcement.enums import MeasureCode
from enforcement.models import Case, Decision, OrderedMeasure
from enforcement.services.decision_content import MeasureOrder
from enforcement.services.lapses import lapse_measures
from enforcement.services.lifting import proposing
from enforcement.services.lifting.ending import LiftDraft
from enforcement.services.reversals import reverse_decision
from tests.enforcement.conftest import REASON, P, Staff, clause, propose, violation

pytestmark = pytest.mark.django_db
BARRED = MeasureOrder(MeasureCode.BAR_NAME, 90)
IMPERSONATION: dict[str, Any] = {"severity": 3, "deviation_reason": "persistent"}


@pytest.fixture
def bar(decide: Callable[..., Decision]) -> Callable[..., Decision]:
    """Takes a decision that bars the name of an account."""

    def make(account: PublicAccount | None = None, **changes: Any) -> Decision:
        return decide(
            account,
            violation_type=violation("V02.2"),
            clauses=[clause("public-account-2021:18(2)")],
            **{**IMPERSONATION, "measures": [MeasureOrder(MeasureCode.WARN), BARRED], **changes},
        )

    return make


def test_two_bar_the_name_and_the_account_goes_on(bar: Callable[..., Decision]) -> None:
    decision = bar()

    measure = decision.measures.get(measure=MeasureCode.BAR_NAME)
    assert measure.approvals_given == 2
    assert measure.barred_name is not None
    assert measure.barred_name.in_force_until == measure.in_force_until
    assert PublicAccount.objects.get(pk=decision.account_id).status == "active"
    assert ListedName.objects.in_force().filter(name=decision.account.name).exists()


@pytest.mark.parametrize("days", [None, 0, 367])
def test_it_has_a_term_of_a_year_at_most(
    open_case: Callable[..., Case], staff: Staff, days: int | None
) -> None:
    with pytest.raises(InvalidInput):
        propose(
            open_case(),
            staff.moderator,
            violation_type=violation("V02.2"),
            clauses=[clause("public-account-2021:18(2)")],
            **IMPERSONATION,
            measures=[MeasureOrder(MeasureCode.BAR_NAME, days)],
        )

    assert not OrderedMeasure.objects.exists()


def test_a_name_of_symbols_bars_nothing_and_is_refused(
    open_case: Callable[..., Case],
    staff: Staff,
    make_account: Callable[..., PublicAccount],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    case = open_case()
    monkeypatch.setattr(case.account, "folded_name", "")

    with pytest.raises(ActionRefused):
        propose(
            case,
            staff.moderator,
            violation_type=violation("V02.2"),
            clauses=[clause("public-account-2021:18(2)")],
            **IMPERSONATION,
            measures=[BARRED],
        )

    assert not Decision.objects.exists()


def test_it_lapses_with_the_time_and_the_sweep_only_records_it(
    bar: Callable[..., Decision], system: StaffUser
) -> None:
    decision = bar()
    name = decision.account.name
    with time_machine.travel(timezone.now() + timedelta(days=90, minutes=1), tick=False):
        assert not ListedName.objects.in_force().filter(name=name).exists()

        lapse_measures(now=timezone.now(), actor=system)

        listed = ListedName.objects.get(name=name)
        assert listed.removed_at is not None
    assert decision.measures.get(measure=MeasureCode.BAR_NAME).status == "expired"


@pytest.mark.parametrize("way", ["lift", "reverse"])
def test_only_its_own_bar_ends_with_it(
    bar: Callable[..., Decision],
    staff: Staff,
    staff_user: Callable[..., StaffUser],
    way: str,
) -> None:
    first = bar()
    second = bar(first.account)
    grounds: dict[str, Any] = {"provision": P, "reason": REASON}

    if way == "reverse":
        report = reverse_decision(decision=first, actor=staff_user("complaint_handler"), **grounds)
        assert report.not_restored == []
    else:
        proposal = proposing.propose_lift(
            measure=first.measures.get(measure=MeasureCode.BAR_NAME),
            draft=LiftDraft("not_needed", "被仿冒的机构已更名"),
            actor=staff.moderator,
            **grounds,
        )
        proposing.approve_lift(proposal=proposal, actor=staff.supervisor, **grounds)
        proposing.approve_lift(proposal=proposal, actor=staff.officer, **grounds)

    (left,) = ListedName.objects.in_force().filter(name=first.account.name)
    assert left == second.measures.get(measure=MeasureCode.BAR_NAME).barred_name
