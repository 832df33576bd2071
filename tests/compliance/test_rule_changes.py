"""A rule comes from one person and two others, is announced, and binds from its day on."""

import threading
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from typing import Any
from unittest import mock

import psycopg
import pytest
from django.db import DatabaseError, connection, connections, transaction
from django.utils import timezone

from compliance.errors import (
    ActionRefused,
    InvalidInput,
    MissingReason,
    NotPermitted,
    ProposalClosed,
    SamePerson,
)
from compliance.models import (
    ActionLog,
    Clause,
    DocumentKind,
    ProposalResult,
    RuleChange,
    RuleDocument,
    RuleVersion,
    RuleWithdrawal,
    StaffUser,
)
from compliance.rulebook import changes
from compliance.rulebook.changes import ANNOUNCED_BEFORE
from compliance.rulebook.documents import (
    VersionState,
    clauses_in_force,
    missing_kinds,
    standing_of,
    texts_of,
    version_in_force,
)
from compliance.rulebook.texts import ClauseText
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

pytestmark = pytest.mark.django_db


@pytest.fixture
def staff(staff_user: Callable[..., StaffUser]) -> RuleStaff:
    return RuleStaff(staff_user)


@pytest.fixture
def document(staff: RuleStaff) -> RuleDocument:
    return add_document(staff)


@pytest.fixture
def days_later() -> Iterator[Callable[[int], None]]:
    """Tells this process that so many days have passed."""
    with mock.patch.object(timezone, "now") as now:
        now.return_value = datetime.now(tz=timezone.get_default_timezone())

        def pass_days(days: int) -> None:
            now.return_value += timedelta(days=days)

        yield pass_days


def constraint_of(refusal: pytest.ExceptionInfo[DatabaseError]) -> str:
    diagnosis: Any = refusal.value.__cause__
    return str(diagnosis.diag.constraint_name)


class TestProposing:
    def test_a_version_is_announced_only_with_the_second_approval(
        self, staff: RuleStaff, document: RuleDocument
    ) -> None:
        change = propose(staff, document, draft())

        after_one = changes.approve_change(change=change, **because(staff.supervisor))
        between = RuleVersion.objects.filter(document=document).count()
        after_two = changes.approve_change(change=change, **because(staff.officer))

        version = RuleVersion.objects.get(document=document)
        assert (after_one, between, after_two) == (False, 0, True)
        assert texts_of(version) == TEXT
        assert version.announced_at is not None
        assert version.approved_result == ProposalResult.APPROVED
        assert ActionLog.objects.for_object(version).get().action == (
            "compliance.ruleversion.announce"
        )

    @pytest.mark.parametrize("role", ["supervisor", "compliance_officer"])
    def test_nobody_approves_their_own_rule_under_whichever_login(
        self,
        staff: RuleStaff,
        document: RuleDocument,
        staff_user: Callable[..., StaffUser],
        role: str,
    ) -> None:
        change = propose(staff, document, draft())
        second_login = staff_user(role, person=staff.proposer.person)

        with pytest.raises(SamePerson):
            changes.approve_change(change=change, **because(second_login))

        assert not change.proposal.approvals.exists()

    def test_one_person_does_not_give_both_approvals(
        self, staff: RuleStaff, document: RuleDocument, staff_user: Callable[..., StaffUser]
    ) -> None:
        both = staff_user("supervisor", "compliance_officer")
        change = propose(staff, document, draft())
        changes.approve_change(change=change, **because(both))

        with pytest.raises(SamePerson):
            changes.approve_change(change=change, **because(both))

        assert not RuleVersion.objects.filter(document=document).exists()

    @pytest.mark.parametrize("role", ["moderator", "complaint_handler", "auditor"])
    def test_other_roles_neither_propose_nor_approve(
        self,
        staff: RuleStaff,
        document: RuleDocument,
        staff_user: Callable[..., StaffUser],
        role: str,
    ) -> None:
        other = staff_user(role)
        change = propose(staff, add_document(staff, "data_security"), draft())

        with pytest.raises(NotPermitted):
            changes.propose_version(document=document, draft=draft(), **because(other))
        with pytest.raises(NotPermitted):
            changes.approve_change(change=change, **because(other))

        assert not document.changes.exists()
        assert not change.proposal.approvals.exists()

    def test_a_returned_change_gives_way_to_another(
        self, staff: RuleStaff, document: RuleDocument
    ) -> None:
        change = propose(staff, document, draft())

        with pytest.raises(ActionRefused):
            propose(staff, document, draft("1.1"))
        changes.return_change(change=change, **because(staff.supervisor, "请写明例外"))
        again = propose(staff, document, draft())
        with pytest.raises(ProposalClosed):
            changes.approve_change(change=change, **because(staff.officer))

        assert list(document.changes.open()) == [again]

    def test_only_the_proposer_takes_a_change_back(
        self, staff: RuleStaff, document: RuleDocument
    ) -> None:
        change = propose(staff, document, draft())

        with pytest.raises(ActionRefused):
            changes.withdraw_change(change=change, **because(staff.officer))
        changes.withdraw_change(change=change, **because(staff.proposer))

        assert change.proposal.outcome.result == ProposalResult.WITHDRAWN

    @pytest.mark.parametrize(
        ("changed", "said"),
        [
            ({"label": "第二版"}, "字母"),
            ({"label": "1/2"}, "字母"),
            ({"summary": " "}, "变更"),
            ({"days": ANNOUNCED_BEFORE.days - 1}, "7"),
            ({"accept_days": 3}, "服务协议"),
            ({"clauses": ()}, "条"),
            ({"clauses": (TEXT[0], TEXT[0])}, "两次"),
            ({"clauses": (ClauseText("第一条", " "),)}, "没有内容"),
            ({"clauses": (ClauseText("第一条", "甲\x1f乙"),)}, "不可见"),
            ({"clauses": (ClauseText("第一条", "甲" * 10_001),)}, "10000"),
        ],
    )
    def test_what_does_not_do_is_refused_with_a_sentence(
        self, staff: RuleStaff, document: RuleDocument, changed: dict[str, Any], said: str
    ) -> None:
        with pytest.raises(InvalidInput, match=said):
            propose(staff, document, draft(**changed))

        assert not RuleChange.objects.filter(document=document).exists()

    def test_a_change_has_a_reason(self, staff: RuleStaff, document: RuleDocument) -> None:
        with pytest.raises(MissingReason):
            changes.propose_version(
                document=document, draft=draft(), **because(staff.proposer, " ")
            )

        assert not RuleChange.objects.exists()

    def test_a_service_agreement_says_until_when_it_is_accepted(self, staff: RuleStaff) -> None:
        agreement = add_document(staff, "service_agreement")

        with pytest.raises(InvalidInput):
            propose(staff, agreement, draft())
        with pytest.raises(InvalidInput):
            propose(staff, agreement, draft(accept_days=-1))
        version = announce(staff, agreement, draft(accept_days=30))

        assert version.accept_until == version.effective_date + timedelta(days=30)


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
                {"announced_at": timezone.now() + timedelta(days=2)},
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
        with mock.patch.object(changes, "_require_in_time"):
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


@pytest.mark.django_db(transaction=True)
def test_two_approvals_at_once_announce_one_version(
    staff: RuleStaff, staff_user: Callable[..., StaffUser]
) -> None:
    change = propose(staff, add_document(staff), draft())
    changes.approve_change(change=change, **because(staff.supervisor))
    rivals = [staff.officer, staff_user("compliance_officer")]
    start = threading.Barrier(len(rivals))
    ends: list[str] = []

    def give(actor: StaffUser) -> None:
        try:
            start.wait(timeout=10)
            changes.approve_change(
                change=RuleChange.objects.select_related("proposal", "document").get(pk=change.pk),
                **because(actor),
            )
            ends.append("approved")
        except ActionRefused as refusal:
            ends.append(type(refusal).__name__)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=give, args=[each]) for each in rivals]
    for each in threads:
        each.start()
    for each in threads:
        each.join(timeout=30)

    assert sorted(ends) == ["ProposalClosed", "approved"]
    assert RuleVersion.objects.filter(proposal=change.proposal).count() == 1
    assert change.proposal.approvals.count() == 2


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
