"""Comparable decisions beside a decision that is written or approved: what is usual, what is not."""

from collections.abc import Callable

import pytest
from django.db import connection
from django.urls import reverse

from compliance.provisions import Provision
from enforcement.enums import DeviationKind, MeasureCode
from enforcement.models import Case, Decision
from enforcement.pages.comparable import comparable_panel
from enforcement.rules.consistency import Taken, compare, distribution_of, permille, relation
from enforcement.rules.ladder import Order
from enforcement.services import reversals
from enforcement.services.consistency.comparable import comparable_decisions
from tests.enforcement.conftest import REASON, Staff, propose, suspension, violation
from tests.enforcement.console import approval_page, client_of, text_of

WARN = Order(MeasureCode.WARN)
WEEK, MONTH = Order(MeasureCode.SUSPEND_UPDATES, 7), Order(MeasureCode.SUSPEND_UPDATES, 30)


def taken(*orders: Order, deviation: str = DeviationKind.NONE) -> Taken:
    return Taken(orders, deviation)


class TestWhatIsUsual:
    def test_shares_and_medians_are_counted_by_measure_the_mildest_first(self) -> None:
        found = distribution_of(
            [
                taken(WARN),
                taken(WARN, WEEK),
                taken(MONTH, deviation=DeviationKind.HEAVIER),
            ]
        )

        shares = [
            (each.measure, each.count, each.permille, each.median_days) for each in found.measures
        ]
        assert shares == [("warn", 2, 667, None), ("suspend_updates", 2, 667, 18.5)]
        assert (found.count, found.on_ladder, found.lighter, found.heavier) == (3, 2, 0, 1)

    def test_a_share_of_nothing_is_nothing(self) -> None:
        assert permille(0, 0) == 0
        assert distribution_of([]).measures == ()

    @pytest.mark.parametrize(
        ("orders", "other", "kind"),
        [
            ((WARN,), (WARN,), DeviationKind.NONE),
            ((WARN,), (WEEK,), DeviationKind.LIGHTER),
            ((MONTH,), (WEEK,), DeviationKind.HEAVIER),
            ((WARN, MONTH), (WEEK,), DeviationKind.HEAVIER),
        ],
    )
    def test_what_exceeds_another_order_in_anything_is_heavier(
        self, orders: tuple[Order, ...], other: tuple[Order, ...], kind: DeviationKind
    ) -> None:
        assert relation(orders, other) == kind

    def test_an_order_is_compared_with_each_decision(self) -> None:
        found = compare([WEEK], [taken(WARN), taken(WEEK), taken(MONTH), taken(MONTH)])

        assert (found.same, found.lighter, found.heavier) == (1, 2, 1)


@pytest.mark.django_db
class TestTheLast:
    def test_they_are_of_the_same_violation_severity_and_offence_the_newest_first(
        self, decide: Callable[..., Decision]
    ) -> None:
        first = decide()
        decide(violation_type=violation("V06.2"))
        decide(severity=3)
        decide(first.account)
        last = decide()

        found = comparable_decisions("V06.1", 4, 1)

        assert found == [last, first]
        assert comparable_decisions("V06.1", 4, 1, without=last.case) == [first]
        assert comparable_decisions("V06.1", 4, 1, limit=1) == [last]

    def test_what_was_reversed_is_no_measure_for_others(
        self,
        decide: Callable[..., Decision],
        staff_user: Callable[..., object],
    ) -> None:
        decision = decide()
        reversals.reverse_decision(
            decision=decision,
            actor=staff_user("complaint_handler"),
            provision=Provision.PUBLIC_ACCOUNT_20_2,
            reason=REASON,
        )

        assert comparable_decisions("V06.1", 4, 1) == []

    def test_they_are_read_by_an_index_of_their_own(self, db: None) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL enable_seqscan = off")
            cursor.execute(
                "EXPLAIN SELECT d.id FROM enforcement_decision d WHERE d.violation_type_id = 1 "
                "AND d.severity = 4 AND d.offence_number = 1 AND d.in_force_from IS NOT NULL "
                "ORDER BY d.in_force_from DESC LIMIT 20"
            )
            plan = "\n".join(row[0] for row in cursor.fetchall())

        assert "decision_comparable" in plan
        assert "Sort" not in plan


@pytest.mark.django_db
class TestThePanel:
    def test_it_says_how_what_is_proposed_stands_to_the_others(
        self, decide: Callable[..., Decision], open_case: Callable[..., Case], staff: Staff
    ) -> None:
        decide()
        decide(measures=suspension(7))
        proposed = propose(open_case(), staff.moderator, measures=suspension(3))

        answer = client_of(staff.supervisor).get(approval_page(proposed))

        panel = answer.context["comparable"]
        assert [row.count for row in panel.shares] == [1, 1]
        assert "1" in panel.present
        assert panel.present in text_of(answer)

    def test_it_names_no_account_and_no_person(
        self, decide: Callable[..., Decision], open_case: Callable[..., Case]
    ) -> None:
        decision = decide()

        panel = comparable_panel("V06.1", 4, 1, without=open_case())

        assert decision.number in repr(panel)
        assert decision.account.name not in repr(panel)
        assert decision.proposed_by.name not in repr(panel)

    def test_the_form_asks_with_the_measures_as_they_are_chosen(
        self, decide: Callable[..., Decision], open_case: Callable[..., Case], staff: Staff
    ) -> None:
        decide()

        answer = client_of(staff.moderator).get(
            reverse("admin:ladder_of_case", args=[open_case().pk]),
            {
                "violation": violation().pk,
                "severity": 4,
                "measures": ["suspend_updates"],
                "term_suspend_updates": "7",
            },
        )

        assert answer.context["panel"].comparable.present in text_of(answer)
        assert answer.context["panel"].comparable.present != ""
