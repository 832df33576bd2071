"""A deduction is disputed, and credit repaired."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import PublicAccount, Standing
from compliance.errors import ActionRefused, InvalidInput, NotPermitted, ProposalClosed, SamePerson
from compliance.models import StaffUser
from enforcement.models import CreditEntry, CreditRepair, Decision
from enforcement.services.credit import follow_dispute, register_dispute_source, sources
from enforcement.services.credit.repairs import (
    RepairDraft,
    approve_repair,
    propose_repair,
    refuse_repair,
    withdraw_repair,
)
from tests.enforcement.conftest import REASON, Staff
from tests.enforcement.test_credit.conftest import C, days_later, recompute, score_of, told

pytestmark = pytest.mark.django_db

STATEMENT = "已删除全部不实内容，重新培训编辑人员，九十日内没有再次违规。"


class TestDispute:
    def test_what_is_appealed_against_is_spared_until_the_appeal_ends(
        self,
        decide: Callable[..., Decision],
        system: StaffUser,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        decision = decide(severity=4)
        monkeypatch.setattr(sources, "_sources", [])
        register_dispute_source(lambda numbers: {decision.pk} & set(numbers))
        assert score_of(decision.account).services_grade == "c"

        follow_dispute(decision=decision, actor=system, provision=C, reason="申诉已受理")

        score = score_of(decision.account)
        assert (score.score, score.grade, score.services_grade) == (60, "c", "a")
        assert Standing.objects.get().grade == "a"
        monkeypatch.setattr(sources, "_sources", [])
        follow_dispute(decision=decision, actor=system, provision=C, reason="申诉已办结")
        assert score_of(decision.account).services_grade == "c"


@pytest.fixture
def used_up(
    decide: Callable[..., Decision], make_account: Callable[..., PublicAccount]
) -> PublicAccount:
    """An account whose operator has no credit left."""
    account = make_account()
    for _each in range(3):
        decide(account, severity=4)
    return account


def ask(account: PublicAccount, actor: StaffUser, **changes: Any) -> CreditRepair:
    return propose_repair(
        draft=RepairDraft(
            **{
                "account": account,
                "applied_on": timezone.localdate(),
                "statement": STATEMENT,
                **changes,
            }
        ),
        actor=actor,
        provision=C,
        reason=REASON,
    )


class TestRepair:
    def test_gives_what_the_rule_says_and_heals_from_there(
        self, used_up: PublicAccount, staff: Staff
    ) -> None:
        with days_later(90):
            repair = ask(used_up, staff.moderator)
            assert score_of(used_up).score == 0
            approve_repair(
                proposal=repair.proposal, actor=staff.supervisor, provision=C, reason=REASON
            )

            score = score_of(used_up)
            assert (score.score, score.grade, score.frozen_on) == (30, "d", None)
            assert CreditEntry.objects.latest("pk").repair == repair
            assert repair.number in told("credit_changed")[-1]
            assert recompute()[0] == 0

    def test_is_refused_with_reasons_that_the_operator_is_told(
        self, used_up: PublicAccount, staff: Staff
    ) -> None:
        with days_later(90):
            repair = ask(used_up, staff.moderator)
            with pytest.raises(InvalidInput):
                refuse_repair(
                    proposal=repair.proposal, actor=staff.supervisor, provision=C, reason="其他"
                )
            refuse_repair(
                proposal=repair.proposal,
                actor=staff.supervisor,
                provision=C,
                reason="整改内容尚未公开更正，暂不予修复。",
            )

        assert score_of(used_up).score == 0
        assert "尚未公开更正" in told("credit_repair_refused")[0]
        with days_later(91):
            assert ask(used_up, staff.moderator).number != repair.number

    @pytest.mark.parametrize(
        ("days", "changes", "refusal"),
        [
            (89, {}, ActionRefused),
            (90, {"statement": "其他"}, InvalidInput),
            (90, {"applied_on": timezone.localdate() + timedelta(days=900)}, InvalidInput),
        ],
    )
    def test_too_early_or_without_words_is_refused_and_nothing_is_left(
        self,
        used_up: PublicAccount,
        staff: Staff,
        days: int,
        changes: dict[str, Any],
        refusal: type[Exception],
    ) -> None:
        with days_later(days), pytest.raises(refusal):
            ask(used_up, staff.moderator, **changes)

        assert not CreditRepair.objects.exists()

    def test_is_asked_for_once_at_a_time_and_only_where_nothing_is_left(
        self, used_up: PublicAccount, make_account: Callable[..., PublicAccount], staff: Staff
    ) -> None:
        with days_later(90):
            ask(used_up, staff.moderator)
            with pytest.raises(ActionRefused):
                ask(used_up, staff.moderator)
            with pytest.raises(ActionRefused):
                ask(make_account(), staff.moderator)

        assert CreditRepair.objects.count() == 1

    def test_is_decided_by_another_person_with_the_permission(
        self, used_up: PublicAccount, staff: Staff, staff_user: Callable[..., StaffUser]
    ) -> None:
        with days_later(90):
            repair = ask(used_up, staff.moderator)
            for actor, refusal in (
                (staff.moderator, SamePerson),
                (staff_user("moderator"), NotPermitted),
            ):
                with pytest.raises(refusal):
                    approve_repair(
                        proposal=repair.proposal, actor=actor, provision=C, reason=REASON
                    )
            withdraw_repair(
                proposal=repair.proposal, actor=staff.moderator, provision=C, reason=REASON
            )
            with pytest.raises(ProposalClosed):
                approve_repair(
                    proposal=repair.proposal, actor=staff.supervisor, provision=C, reason=REASON
                )

        assert score_of(used_up).score == 0
        assert CreditEntry.objects.filter(kind="repair").count() == 0
