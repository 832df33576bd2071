"""What the database refuses by itself, whoever asks: plain SQL as the application role."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, ProgrammingError, connection, transaction
from django.db.models import Model
from django.utils import timezone

from accounts.models import PublicAccount
from compliance import proposals, work
from compliance.models import Approval, Side, StaffUser
from compliance.staff import system_actor
from enforcement.enums import MeasureCode
from enforcement.models import (
    ApprovalRule,
    Case,
    CaseSnapshot,
    Decision,
    DecisionClause,
    DecisionNotice,
    Measure,
    MeasureType,
    OrderedMeasure,
    ReportDuty,
    ViolationType,
)
from enforcement.services.decision_content import MeasureOrder
from tests.compliance.clocks import clock_due
from tests.enforcement.conftest import (
    CLOSURE,
    REASON,
    P,
    Staff,
    approve,
    propose,
    suspension,
)

pytestmark = pytest.mark.django_db


def constraint_of(problem: DatabaseError) -> str:
    name: str = problem.__cause__.diag.constraint_name
    return name


def copy_row(row: Model, **changes: Any) -> None:
    """Insert a copy of a row with other values in some of its columns."""
    table = row._meta.db_table
    columns = [f.column for f in row._meta.local_concrete_fields if f.column != "id"]
    picked = ", ".join("%s" if column in changes else f'"{column}"' for column in columns)
    quoted = ", ".join(f'"{column}"' for column in columns)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            f'INSERT INTO "{table}" ({quoted}) SELECT {picked} FROM "{table}" WHERE id = %s',
            [*(changes[column] for column in columns if column in changes), row.pk],
        )


def change_row(row: Model, **changes: Any) -> None:
    """Change a row, raising its version as the trigger wants."""
    settings = ", ".join(f'"{column}" = %s' for column in changes)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            f'UPDATE "{row._meta.db_table}" SET {settings}, version = version + 1 WHERE id = %s',
            [*changes.values(), row.pk],
        )
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def refused_copy(row: Model, **changes: Any) -> str:
    with pytest.raises(IntegrityError) as caught:
        copy_row(row, **changes)
    return constraint_of(caught.value)


def another_item() -> int:
    return work.open_item(queue="approvals", clock=clock_due(timezone.now())).pk


def another_proposal(decision: Decision) -> int:
    """Return a proposal of the same matter, as each decision has its own."""
    return proposals.submit_proposal(
        matter=decision.case.matter,
        kind="decision",
        content={},
        slots=["enforcement.approve_decision"],
        proposer_side=Side.DECIDED,
        approver_side=Side.DECIDED,
        actor=system_actor(),
        provision=P,
        reason=REASON,
    ).pk


def refused_change(row: Model, **changes: Any) -> str:
    with pytest.raises(IntegrityError) as caught:
        change_row(row, **changes)
    return constraint_of(caught.value)


@pytest.fixture
def proposed(open_case: Callable[..., Case], staff: Staff) -> Decision:
    """A closure that waits for both its approvals."""
    return propose(open_case(), staff.moderator, measures=CLOSURE)


class TestApprovals:
    def test_approval_approver_is_not_proposer(self, proposed: Decision, staff: Staff) -> None:
        approve(proposed, staff.supervisor)

        name = refused_copy(Approval.objects.get(), approver_id=staff.moderator.person_id, slot=2)

        assert name == "approval_approver_is_not_proposer"

    def test_approval_once_per_person(self, proposed: Decision, staff: Staff) -> None:
        approve(proposed, staff.supervisor)

        assert refused_copy(Approval.objects.get(), slot=2) == "approval_once_per_person"

    def test_approvalrule_one_or_two_approvers(self) -> None:
        rule = ApprovalRule.objects.first()

        for permissions in ([], ["a.b", "c.d", "e.f"]):
            name = refused_copy(rule, permissions=permissions, longer_than_days=99)
            assert name == "approvalrule_one_or_two_approvers"


class TestCases:
    def test_case_has_summary(self, open_case: Callable[..., Case]) -> None:
        assert refused_change(open_case(), summary="") == "case_has_summary"

    def test_case_of_authority_has_letter(self, open_case: Callable[..., Case]) -> None:
        case = open_case(source="authority", source_ref="函〔2026〕3号")

        assert refused_change(case, source_ref="") == "case_of_authority_has_letter"

    def test_a_case_stays_with_its_account(
        self, open_case: Callable[..., Case], make_account: Callable[..., PublicAccount]
    ) -> None:
        assert refused_change(open_case(), account_id=make_account().pk) == "frozen_columns"

    def test_a_status_is_not_changed_past_the_history(self, open_case: Callable[..., Case]) -> None:
        assert refused_change(open_case(), status="closed") == "history_differs"


class TestDecisions:
    def test_decision_one_open_per_case(self, proposed: Decision) -> None:
        name = refused_copy(
            proposed, approval_item_id=another_item(), proposal_id=another_proposal(proposed)
        )

        assert name == "decision_one_open_per_case"

    def test_decision_taken_only_if_approved(self, proposed: Decision) -> None:
        for status in ("in_force", "expired", "lifted", "reversed"):
            assert refused_change(proposed, status=status) == "decision_taken_only_if_approved"

    def test_a_decision_in_force_says_that_it_was_approved(self, proposed: Decision) -> None:
        name = refused_change(proposed, status="in_force", in_force_from="2026-01-01")

        assert name == "decision_taken_only_if_approved"

    def test_decision_approval_is_real(self, proposed: Decision) -> None:
        name = refused_change(
            proposed, status="in_force", approved_result="approved", in_force_from="2026-01-01"
        )

        assert name == "decision_approval_is_real"

    def test_an_approval_of_the_proposal_cannot_be_made_up(self, proposed: Decision) -> None:
        with (
            pytest.raises(IntegrityError) as caught,
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(
                "INSERT INTO compliance_proposaloutcome (proposal_id, result) VALUES (%s, %s)",
                [proposed.proposal_id, "approved"],
            )

        assert constraint_of(caught.value) == "proposaloutcome_earned"

    def test_decision_account_of_case(
        self, proposed: Decision, make_account: Callable[..., PublicAccount]
    ) -> None:
        name = refused_copy(
            proposed,
            status="withdrawn",
            account_id=make_account().pk,
            approval_item_id=another_item(),
            proposal_id=another_proposal(proposed),
        )

        assert name == "decision_account_of_case"

    def test_decision_replaces_one_of_its_case(
        self, proposed: Decision, open_case: Callable[..., Case], staff: Staff
    ) -> None:
        elsewhere = propose(open_case(), staff.moderator)

        name = refused_copy(
            proposed,
            status="withdrawn",
            replaces_id=elsewhere.pk,
            approval_item_id=another_item(),
            proposal_id=another_proposal(proposed),
        )

        assert name == "decision_replaces_one_of_its_case"

    def test_decision_has_facts_and_reasoning(self, proposed: Decision) -> None:
        for column in ("facts", "reasoning"):
            name = refused_copy(proposed, **{"status": "withdrawn", column: ""})
            assert name == "decision_has_facts_and_reasoning"

    def test_decision_severity_1_to_4(self, proposed: Decision) -> None:
        name = refused_copy(proposed, status="withdrawn", severity=5)

        assert name == "decision_severity_1_to_4"

    @pytest.mark.parametrize(
        ("column", "value"),
        [
            ("facts", "另一事实"),
            ("reasoning", "另一理由"),
            ("private_note", ""),
            ("severity", 1),
            ("is_automated", True),
            ("content_ref", ""),
        ],
    )
    def test_what_was_proposed_never_changes(
        self, proposed: Decision, column: str, value: object
    ) -> None:
        assert refused_change(proposed, **{column: value}) == "frozen_columns"


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

    @pytest.mark.parametrize("column", ["in_force_from", "in_force_until"])
    def test_the_term_of_a_measure_never_changes(self, suspended: Measure, column: str) -> None:
        assert refused_change(suspended, **{column: "2999-01-01"}) == "frozen_columns"

    def test_a_measure_is_not_ended_past_the_history(self, suspended: Measure) -> None:
        name = refused_change(suspended, status="lifted", ended_at="2026-01-01")

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

    def test_decisionnotice_once_per_language(self, decide: Callable[..., Decision]) -> None:
        notice = decide().notices.first()

        assert refused_copy(notice) == "decisionnotice_once_per_language"


@pytest.mark.parametrize(
    "model",
    [
        CaseSnapshot,
        DecisionClause,
        DecisionNotice,
        OrderedMeasure,
        ViolationType,
        MeasureType,
        ApprovalRule,
    ],
)
def test_records_of_fact_are_neither_changed_nor_removed(
    model: type[Model], decide: Callable[..., Decision]
) -> None:
    decide()
    table = model._meta.db_table

    for statement in (f'UPDATE "{table}" SET id = id', f'DELETE FROM "{table}"'):
        with (
            pytest.raises(ProgrammingError, match="permission denied"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(statement)


@pytest.mark.parametrize("model", [Case, Decision, Measure, ReportDuty])
def test_nothing_with_a_history_is_deleted(
    model: type[Model], decide: Callable[..., Decision]
) -> None:
    decide(measures=suspension(7))

    with (
        pytest.raises(ProgrammingError, match="permission denied"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(f'DELETE FROM "{model._meta.db_table}"')


def test_a_decision_and_its_traces_agree(
    decide: Callable[..., Decision], staff: Staff, system: StaffUser
) -> None:
    decision = decide(measures=suspension(7))

    steps = decision.history.order_by("history_id").values_list(
        "status", "history_user_id", "history_change_reason"
    )
    assert list(steps) == [
        ("proposed", staff.moderator.person_id, REASON),
        ("in_force", staff.supervisor.person_id, "事实清楚，同意"),
    ]


@pytest.mark.django_db(transaction=True)
class TestAfterTheProposal:
    """What can be told apart only when the proposal was committed before."""

    def test_no_measure_is_added_to_what_was_proposed(
        self, proposed: Decision, system: StaffUser
    ) -> None:
        ordered = proposed.ordered_measures.get()

        refused = refused_copy(ordered, measure=MeasureCode.WARN, term_days=None)

        assert refused == "born_with"
        assert proposed.ordered_measures.count() == 1

    def test_no_clause_is_added_to_what_was_proposed(self, proposed: Decision) -> None:
        assert refused_copy(proposed.clauses.first(), number="x") == "born_with"

    def test_the_system_approves_nothing_by_sql_either(
        self, proposed: Decision, staff: Staff, system: StaffUser
    ) -> None:
        approve(proposed, staff.supervisor)
        proposals.take_part(proposed.case.matter, system, Side.DECIDED)

        refused = refused_copy(Approval.objects.get(), approver_id=system.person_id, slot=2)

        assert refused == "approval_by_people"
