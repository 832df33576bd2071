"""A change of a rule is proposed by one and announced by two others."""

import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connections

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
    ProposalResult,
    RuleChange,
    RuleDocument,
    RuleVersion,
    StaffUser,
)
from compliance.rulebook import changes
from compliance.rulebook.documents import (
    texts_of,
)
from compliance.rulebook.drafts import ANNOUNCED_BEFORE
from compliance.rulebook.texts import ClauseText
from tests.compliance.rule_documents import (
    TEXT,
    RuleStaff,
    add_document,
    announce,
    because,
    draft,
    propose,
)

pytestmark = pytest.mark.django_db


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
