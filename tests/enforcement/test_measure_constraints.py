"""What the database refuses of measures and of what follows them, whoever asks."""

from collections.abc import Callable

import pytest

from accounts.models import PublicAccount
from enforcement.enums import MeasureCode
from enforcement.models import (
    Case,
    Decision,
    Measure,
    OrderedMeasure,
    ReportDuty,
)
from enforcement.services.decision_content import MeasureOrder
from tests.enforcement.conftest import (
    CLOSURE,
    Staff,
    propose,
    suspension,
)
from tests.enforcement.raw_rows import (
    refused_change,
    refused_copy,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def proposed(open_case: Callable[..., Case], staff: Staff) -> Decision:
    """A closure that waits for both its approvals."""
    return propose(open_case(), staff.moderator, measures=CLOSURE)


class TestMeasures:
    @pytest.fixture
    def suspended(self, decide: Callable[..., Decision]) -> Measure:
        """A suspension of two approvals, in force."""
        return decide(measures=suspension(60)).measures.get()

    def order(self, decision: Decision, measure: str) -> OrderedMeasure:
        return OrderedMeasure.objects.create(decision=decision, measure=measure)

    def test_measure_closure_has_two_approvals(self, decide: Callable[..., Decision]) -> None:
        decision = decide(measures=suspension(7))
        closure = self.order(decision, MeasureCode.CLOSE)

        name = refused_copy(
            decision.measures.get(),
            ordered_id=closure.pk,
            measure="close",
            in_force_until=None,
            restriction_id=None,
        )

        assert name == "measure_closure_has_two_approvals"

    def test_measure_approvals_are_real(self, decide: Callable[..., Decision]) -> None:
        decision = decide(measures=suspension(7))
        closure = self.order(decision, MeasureCode.CLOSE)

        name = refused_copy(
            decision.measures.get(),
            ordered_id=closure.pk,
            measure="close",
            in_force_until=None,
            restriction_id=None,
            approvals_given=2,
        )

        assert name == "measure_approvals_are_real"

    def test_measure_approval_is_real(
        self, suspended: Measure, open_case: Callable[..., Case], staff: Staff
    ) -> None:
        waiting = propose(open_case(), staff.moderator, measures=[MeasureOrder(MeasureCode.CLOSE)])

        name = refused_copy(
            suspended,
            ordered_id=waiting.ordered_measures.get().pk,
            decision_id=waiting.pk,
            proposal_id=waiting.proposal_id,
            account_id=waiting.account_id,
            measure="close",
            in_force_until=None,
            restriction_id=None,
        )

        assert name == "measure_approval_is_real"

    def test_measure_of_decision(
        self, suspended: Measure, open_case: Callable[..., Case], staff: Staff
    ) -> None:
        waiting = propose(open_case(), staff.moderator, measures=CLOSURE)

        name = refused_copy(
            suspended,
            ordered_id=waiting.ordered_measures.get().pk,
            decision_id=waiting.pk,
            account_id=waiting.account_id,
            measure="close",
            in_force_until=None,
            restriction_id=None,
        )

        assert name == "measure_of_decision"

    def test_measure_as_ordered(self, suspended: Measure) -> None:
        warning = self.order(suspended.decision, MeasureCode.WARN)

        name = refused_copy(suspended, ordered_id=warning.pk, restriction_id=None)

        assert name == "measure_as_ordered"

    def test_measure_account_of_decision(
        self, suspended: Measure, make_account: Callable[..., PublicAccount]
    ) -> None:
        warning = self.order(suspended.decision, MeasureCode.WARN)

        name = refused_copy(
            suspended,
            ordered_id=warning.pk,
            measure="warn",
            account_id=make_account().pk,
            restriction_id=None,
        )

        assert name == "measure_account_of_decision"

    def test_measure_only_of_approved_proposal(self, suspended: Measure) -> None:
        name = refused_copy(suspended, approved_result="returned", restriction_id=None)

        assert name == "measure_only_of_approved_proposal"

    def test_measure_has_an_approval(self, suspended: Measure) -> None:
        name = refused_copy(suspended, approvals_given=0, restriction_id=None)

        assert name == "measure_has_an_approval"

    def test_measure_term_is_positive(self, suspended: Measure) -> None:
        name = refused_copy(suspended, in_force_until=suspended.in_force_from, restriction_id=None)

        assert name == "measure_term_is_positive"

    @pytest.mark.parametrize(
        ("column", "refused_by"),
        [
            ("in_force_from", "frozen_columns"),
            ("in_force_until", "measure_end_only_earlier_by_an_appeal"),
        ],
    )
    def test_the_term_of_a_measure_changes_by_an_appeal_alone(
        self, suspended: Measure, column: str, refused_by: str
    ) -> None:
        assert refused_change(suspended, **{column: "2999-01-01"}) == refused_by

    def test_a_measure_is_not_ended_past_the_history(self, suspended: Measure) -> None:
        name = refused_change(suspended, status="expired", ended_at="2026-01-01")

        assert name == "history_differs"

    @pytest.mark.parametrize(
        ("measure", "days"), [("suspend_updates", None), ("warn", 7), ("close", 7)]
    )
    def test_orderedmeasure_term_fits(
        self, proposed: Decision, measure: str, days: int | None
    ) -> None:
        name = refused_copy(proposed.ordered_measures.get(), measure=measure, term_days=days)

        assert name == "orderedmeasure_term_fits"

    def test_orderedmeasure_once(self, proposed: Decision) -> None:
        assert refused_copy(proposed.ordered_measures.get()) == "orderedmeasure_once"


class TestAftermath:
    @pytest.fixture
    def duty(self, decide: Callable[..., Decision]) -> ReportDuty:
        """A report that is due."""
        return decide(measures=suspension(7)).report_duty

    def test_reportduty_sent_has_time(self, duty: ReportDuty) -> None:
        assert refused_change(duty, status="sent") == "reportduty_sent_has_time"

    def test_reportduty_receipt_has_number(self, duty: ReportDuty) -> None:
        name = refused_change(duty, status="receipted", sent_at="2026-01-01")

        assert name == "reportduty_receipt_has_number"

    def test_the_due_instant_never_changes(self, duty: ReportDuty) -> None:
        assert refused_change(duty, clock_id=duty.clock_id + 1) == "frozen_columns"

    def test_notice_once_per_language(self, decide: Callable[..., Decision]) -> None:
        notice = decide().notices.first()

        assert refused_copy(notice) == "notice_once"
