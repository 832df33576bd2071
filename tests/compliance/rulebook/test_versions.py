"""Documents, their versions in time and their withdrawal."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone

from compliance.errors import (
    ActionRefused,
    InvalidInput,
)
from compliance.models import (
    DocumentKind,
    RuleDocument,
    RuleVersion,
    RuleWithdrawal,
    StaffUser,
)
from compliance.rulebook import changes
from compliance.rulebook.documents import (
    VersionState,
    clauses_in_force,
    missing_kinds,
    standing_of,
    version_in_force,
)
from tests.compliance.rule_documents import (
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


class TestDocuments:
    def test_there_is_one_document_of_each_kind_but_laws_and_management_rules(
        self, staff: RuleStaff, document: RuleDocument
    ) -> None:
        with pytest.raises(InvalidInput):
            add_document(staff, document.kind, code="another")
        add_document(staff, "management_rules", code="rules-a")
        add_document(staff, "management_rules", code="rules-b")

        assert RuleDocument.objects.filter(kind=document.kind).count() == 1

    @pytest.mark.parametrize("code", ["", "Großes", "a b", "a/b", "time-limits", "-a"])
    def test_a_code_fits_into_an_address(self, staff: RuleStaff, code: str) -> None:
        with pytest.raises(InvalidInput):
            changes.add_document(
                code=code,
                kind="law",
                title="某法",
                is_public=True,
                **because(staff.proposer),
            )

        assert not RuleDocument.objects.filter(title="某法").exists()

    def test_rules_that_bind_operators_are_published_systems_only_if_wanted(
        self, staff: RuleStaff
    ) -> None:
        rules = add_document(staff, "management_rules", is_public=False)
        system = add_document(staff, "network_security", is_public=False)

        assert rules.is_public
        assert not system.is_public

    @pytest.mark.parametrize(
        ("constraint", "columns"),
        [
            ("ruledocument_kind_known", {"kind": "poem"}),
            ("ruledocument_one_of_a_kind", {"kind": "convention"}),
            ("ruledocument_rules_are_public", {"kind": "management_rules", "is_public": False}),
            ("ruledocument_code_is_free", {"code": "time-limits"}),
        ],
    )
    def test_the_database_holds_what_a_document_is(
        self, system: StaffUser, constraint: str, columns: dict[str, Any]
    ) -> None:
        row = RuleDocument(
            **{"code": "x", "kind": "law", "title": "某文件", "is_public": True, **columns}
        )
        row._history_user, row._change_reason = system, "测试"

        with pytest.raises(DatabaseError) as refusal, transaction.atomic():
            row.save()

        assert constraint_of(refusal) == constraint

    def test_required_kinds_without_a_version_in_force_are_named(
        self, staff: RuleStaff, document: RuleDocument, days_later: Callable[[int], None]
    ) -> None:
        today = timezone.localdate()
        at_first = missing_kinds(today)
        announce(staff, document, draft(days=8))

        # The convention is laid by a migration.
        assert DocumentKind.CONVENTION not in at_first
        assert len(at_first) == 11
        assert document.kind in missing_kinds(today + timedelta(days=7))
        assert document.kind not in missing_kinds(today + timedelta(days=8))


class TestVersionsInTime:
    def test_one_version_at_a_time_is_in_force_by_its_date(
        self, staff: RuleStaff, document: RuleDocument, days_later: Callable[[int], None]
    ) -> None:
        today = timezone.localdate()
        first = announce(staff, document, draft("1.0", days=8))
        days_later(10)
        second = announce(staff, document, draft("2.0", days=20))

        def state(day: date) -> tuple[RuleVersion | None, list[RuleVersion]]:
            standing = standing_of(document, day)
            return standing.in_force, standing.announced

        assert state(today) == (None, [first, second])
        assert state(today + timedelta(days=8)) == (first, [second])
        assert state(today + timedelta(days=29)) == (first, [second])
        assert state(today + timedelta(days=30)) == (second, [])
        last = standing_of(document, today + timedelta(days=30))
        assert last.state_of(first) == VersionState.SUPERSEDED
        found = version_in_force(DocumentKind(document.kind), today + timedelta(days=30))
        assert found == second

    def test_the_next_version_comes_after_the_last_announced_one(
        self, staff: RuleStaff, document: RuleDocument
    ) -> None:
        announce(staff, document, draft("1.0", days=20))

        with pytest.raises(InvalidInput, match=r"1\.0"):
            propose(staff, document, draft("1.1", days=15))

        assert document.changes.count() == 1

    def test_a_change_whose_approval_took_too_long_is_not_announced(
        self, staff: RuleStaff, document: RuleDocument, days_later: Callable[[int], None]
    ) -> None:
        change = propose(staff, document, draft(days=8))
        changes.approve_change(change=change, **because(staff.supervisor))
        days_later(3)

        with pytest.raises(InvalidInput):
            changes.approve_change(change=change, **because(staff.officer))

        assert not RuleVersion.objects.filter(document=document).exists()
        assert change.proposal.approvals.count() == 1

    def test_a_law_is_entered_from_its_own_date(self, staff: RuleStaff) -> None:
        law = add_document(staff, "law", code="some-law")

        version = announce(staff, law, draft(days=-100))

        assert standing_of(law, timezone.localdate()).in_force == version


class TestWithdrawal:
    def test_an_announced_version_is_withdrawn_with_two_approvals_and_a_reason(
        self, staff: RuleStaff, document: RuleDocument
    ) -> None:
        version = announce(staff, document, draft())
        change = changes.propose_withdrawal(
            version=version, **because(staff.proposer, "条文有误，另行公布")
        )
        approve(staff, change)

        standing = standing_of(document, version.effective_date)
        assert standing.in_force is None
        assert standing.state_of(version) == VersionState.WITHDRAWN
        assert RuleWithdrawal.objects.get().reason == "条文有误，另行公布"
        with pytest.raises(ActionRefused):
            changes.propose_withdrawal(version=version, **because(staff.proposer))

    def test_what_is_in_force_is_not_withdrawn(
        self, staff: RuleStaff, document: RuleDocument, days_later: Callable[[int], None]
    ) -> None:
        version = announce(staff, document, draft(days=8))
        change = changes.propose_withdrawal(version=version, **because(staff.proposer))
        changes.approve_change(change=change, **because(staff.supervisor))
        days_later(8)

        with pytest.raises(ActionRefused):
            changes.approve_change(change=change, **because(staff.officer))

        assert not RuleWithdrawal.objects.exists()


def test_a_decision_cites_clauses_of_the_rules_in_force_alone(
    staff: RuleStaff, days_later: Callable[[int], None]
) -> None:
    rules = add_document(staff, "management_rules", code="content-rules")
    first = announce(staff, rules, draft("1.0", days=8))
    announce(staff, add_document(staff, "data_security"), draft("1.0", days=8))
    days_later(9)
    second = announce(staff, rules, draft("2.0", days=8))

    def cited(day: date) -> set[int]:
        found = clauses_in_force(day).filter(rule_version__document__code__endswith="s")
        return set(found.values_list("rule_version", flat=True))

    today = timezone.localdate()
    kinds = clauses_in_force(today + timedelta(days=30)).values_list(
        "rule_version__document__kind", flat=True
    )
    assert cited(today) == {first.pk}
    assert cited(today + timedelta(days=8)) == {second.pk}
    assert set(kinds) == {"law", "convention", "management_rules"}
