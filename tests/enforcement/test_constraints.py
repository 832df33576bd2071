"""What the database refuses by itself, whoever asks: plain SQL as the application role."""

from collections.abc import Callable

import pytest
from django.db import IntegrityError, ProgrammingError, connection, transaction
from django.db.models import Model

from accounts.models import PublicAccount
from compliance import proposals
from compliance.models import Approval, Notice, Side, StaffUser
from enforcement.enums import MeasureCode
from enforcement.models import (
    ApprovalRule,
    Case,
    CaseSnapshot,
    Decision,
    DecisionClause,
    Measure,
    MeasureType,
    OrderedMeasure,
    ReportDuty,
    ViolationType,
)
from tests.enforcement.conftest import (
    CLOSURE,
    REASON,
    Staff,
    approve,
    propose,
    suspension,
)
from tests.enforcement.raw_rows import (
    another_item,
    another_proposal,
    constraint_of,
    refused_change,
    refused_copy,
)

pytestmark = pytest.mark.django_db


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


@pytest.mark.parametrize(
    "model",
    [
        CaseSnapshot,
        DecisionClause,
        Notice,
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
        ("hearing", staff.moderator.person_id, REASON),
        ("proposed", system.person_id, "运营者答复"),
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
