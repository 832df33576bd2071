"""What the database holds a rule to, whoever writes it."""

from datetime import date, datetime, timedelta
from typing import Any
from unittest import mock

import psycopg
import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from compliance.models import (
    Clause,
    ProposalResult,
    RuleChange,
    RuleDocument,
    RuleVersion,
    RuleWithdrawal,
)
from compliance.rulebook import changes, drafts
from compliance.rulebook.documents import (
    standing_of,
)
from tests.compliance.rule_documents import (
    TEXT,
    RuleStaff,
    add_document,
    announce,
    approve,
    because,
    draft,
    propose,
)
from tests.compliance.rulebook.conftest import constraint_of

pytestmark = pytest.mark.django_db


class TestDatabase:
    """What no door gets past, whatever the service says."""

    def insert(self, change: RuleChange, **changed: Any) -> RuleVersion:
        """Insert the version of an approved change as somebody without the service would."""
        content = {
            "label": "1.0",
            "effective_date": timezone.localdate() + timedelta(days=8),
            "announced_at": timezone.now(),
            "change_summary": "首次制定",
            "approved_result": ProposalResult.APPROVED,
            "proposal": change.proposal,
            "clauses_sha256": changes.digest_of(TEXT),
            **changed,
        }
        return RuleVersion.objects.create(document=change.document, **content)

    @pytest.fixture
    def approved(
        self, staff: RuleStaff, document: RuleDocument, monkeypatch: pytest.MonkeyPatch
    ) -> RuleChange:
        """A change whose approvals are given and whose version nobody has written yet."""
        change = propose(staff, document, draft())
        monkeypatch.setattr(changes, "_announce", lambda *_arguments: None)
        approve(staff, change)
        return change

    @pytest.mark.parametrize(
        ("constraint", "changed"),
        [
            (
                "ruleversion_announced_seven_days_before",
                # Four days short, so that a midnight between collection and run changes nothing.
                {"announced_at": timezone.now() + timedelta(days=5)},
            ),
            ("ruleversion_as_approved", {"label": "1.1"}),
            ("ruleversion_as_approved", {"effective_date": date(2031, 1, 1)}),
            ("ruleversion_as_approved", {"change_summary": "另一说法"}),
            ("ruleversion_as_approved", {"clauses_sha256": "0" * 64}),
            ("ruleversion_as_approved", {"accept_until": date(2031, 1, 1)}),
            ("ruleversion_approved", {"proposal": None}),
            ("ruleversion_announced_only_if_approved", {"approved_result": None}),
        ],
    )
    def test_a_version_is_what_was_approved_and_announced_in_time(
        self, approved: RuleChange, constraint: str, changed: dict[str, Any]
    ) -> None:
        with pytest.raises(DatabaseError) as refusal, transaction.atomic():
            self.insert(approved, **changed)

        assert constraint_of(refusal) == constraint

    def test_its_clauses_are_those_that_were_approved(self, approved: RuleChange) -> None:
        with pytest.raises(DatabaseError) as refusal, transaction.atomic():
            version = self.insert(approved)
            Clause.objects.create(rule_version=version, position=1, number="第一条", text="另文")
            connection.check_constraints()

        assert constraint_of(refusal) == "ruleversion_clauses_as_approved"

    def test_nothing_is_announced_without_every_approval(
        self, staff: RuleStaff, document: RuleDocument
    ) -> None:
        change = propose(staff, document, draft())
        changes.approve_change(change=change, **because(staff.supervisor))

        with pytest.raises(DatabaseError) as refusal, transaction.atomic():
            self.insert(change)
            connection.check_constraints()

        assert constraint_of(refusal) == "ruleversion_approval_is_real"

    def test_versions_stand_in_the_order_of_their_dates(
        self, staff: RuleStaff, document: RuleDocument, approved: RuleChange
    ) -> None:
        self.insert(approved)
        Clause.objects.bulk_create(
            Clause(
                rule_version=RuleVersion.objects.get(document=document), position=n, **vars(each)
            )
            for n, each in enumerate(TEXT, start=1)
        )
        with (
            mock.patch.object(drafts, "require_in_time"),
            mock.patch.object(changes, "require_in_time"),
        ):
            later = propose(staff, document, draft("1.1", days=7))
            approve(staff, later)

        with pytest.raises(DatabaseError) as refusal, transaction.atomic():
            self.insert(later, label="1.1", effective_date=timezone.localdate() + timedelta(days=7))

        assert constraint_of(refusal) == "ruleversion_after_the_last"

    def test_a_withdrawal_is_of_what_was_said_and_before_its_date(
        self, staff: RuleStaff, document: RuleDocument, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        version = announce(staff, document, draft())
        other = announce(staff, add_document(staff, "data_security"), draft())
        change = changes.propose_withdrawal(version=version, **because(staff.proposer))
        monkeypatch.setattr(changes, "_withdraw", lambda *_arguments: None)
        approve(staff, change)

        def withdraw(which: RuleVersion, at: datetime) -> str:
            with pytest.raises(DatabaseError) as refusal, transaction.atomic():
                RuleWithdrawal.objects.create(
                    version=which,
                    proposal=change.proposal,
                    approved_result=ProposalResult.APPROVED,
                    withdrawn_at=at,
                    reason="测试",
                )
            return constraint_of(refusal)

        now = timezone.now()
        assert withdraw(other, now) == "rulewithdrawal_as_approved"
        assert withdraw(version, now + timedelta(days=8)) == "rulewithdrawal_before_its_date"


@pytest.mark.django_db(transaction=True)
def test_no_clause_is_added_to_a_version_afterwards(staff: RuleStaff) -> None:
    version = announce(staff, add_document(staff), draft())

    with pytest.raises(DatabaseError) as refusal:
        Clause.objects.create(rule_version=version, position=9, number="第九条", text="后来添加")

    assert constraint_of(refusal) == "clause_with_its_version"
    assert version.clauses.count() == len(TEXT)


@pytest.mark.django_db(transaction=True)
def test_the_owner_may_lay_a_version_as_migrations_do(
    staff: RuleStaff, owner_connection: psycopg.Connection
) -> None:
    document = add_document(staff)

    owner_connection.execute(
        "INSERT INTO compliance_ruleversion (document_id, label, effective_date, change_summary,"
        " clauses_sha256) VALUES (%s, '0.9', '2021-03-01', '', '')",
        [document.pk],
    )

    standing = standing_of(document, timezone.localdate())
    assert standing.in_force is not None
    assert standing.in_force.announced_at is None
