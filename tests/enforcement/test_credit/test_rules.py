"""The rule of credit changes, and scores are counted again."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from accounts.models import Standing
from accounts.powers_words import FormulaCode
from accounts.services import formulas
from accounts.services.formulas import FormulaDraft
from accounts.services.formulas.previews import preview
from compliance.errors import InvalidInput, SamePerson
from compliance.models import StaffUser
from enforcement.models import CreditRule, CreditScore, Decision
from enforcement.services.credit import refresh_credit
from enforcement.services.credit.sweeping import move_credit
from tests.enforcement.conftest import REASON, Staff
from tests.enforcement.test_credit.conftest import C, days_later, recompute, score_of, told

pytestmark = pytest.mark.django_db

STRICTER = {"a": 95, "b": 85, "c": 60, "d": 30, "e": 1}


@contextmanager
def written_past_the_services() -> Iterator[None]:
    """Undo at the end what the history guard would refuse at commit."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


class TestRule:
    def test_another_version_is_approved_by_another_person_and_counts_everything_anew(
        self, decide: Callable[..., Decision], staff: Staff, system: StaffUser
    ) -> None:
        account = decide(severity=3).account
        content = {**CreditRule.objects.get().content, "begins_at": STRICTER}
        proposal = formulas.propose_formula(
            draft=FormulaDraft(code=FormulaCode.CREDIT.value, content=content),
            actor=staff.officer,
            provision=C,
            reason=REASON,
        )
        with pytest.raises(SamePerson):
            formulas.approve_formula(
                proposal=proposal, actor=staff.officer, provision=C, reason=REASON
            )
        formulas.approve_formula(
            proposal=proposal, actor=staff.supervisor, provision=C, reason=REASON
        )

        move_credit(now=timezone.now(), actor=system)

        score = score_of(account)
        assert (score.score, score.grade, score.rule.label) == (80, "c", "2")
        assert "规则" in told("credit_changed")[-1]
        assert recompute()[0] == 0

    def test_what_cannot_be_is_refused_in_words(self, staff: Staff) -> None:
        content = {**CreditRule.objects.get().content, "low": 0}

        with pytest.raises(InvalidInput, match="低信用线"):
            formulas.propose_formula(
                draft=FormulaDraft(code=FormulaCode.CREDIT.value, content=content),
                actor=staff.officer,
                provision=C,
                reason=REASON,
            )

    def test_the_preview_counts_whose_services_would_change(
        self, decide: Callable[..., Decision]
    ) -> None:
        decide(severity=3)
        content = {**CreditRule.objects.get().content, "begins_at": STRICTER}

        effects = preview(FormulaCode.CREDIT.value, content, timezone.now())

        found = {each.label: (each.before, each.after) for each in effects}
        assert found["服务将减少的主体"] == ("0", "1")
        assert found["信用 B 级"] == ("1", "0")


class TestRecomputing:
    def test_equal_scores_leave_with_zero_and_the_summary_is_last(
        self, decide: Callable[..., Decision]
    ) -> None:
        decide()

        assert recompute() == (0, [{"summary": {"scores": 1, "equal": 1, "different": 0}}])

    def test_a_tampered_score_is_named_with_what_it_should_be(
        self, decide: Callable[..., Decision]
    ) -> None:
        decision = decide(severity=2)
        decide(severity=2)
        with written_past_the_services():
            CreditScore.objects.filter(subject=decision.account.subject_id).update(
                score=100, version=F("version") + 1
            )
            code, lines = recompute()

        assert code == 1
        assert lines[0]["platform_uids"] == [decision.account.platform_uid]
        assert lines[0]["differs"]["score"] == {"stored": 100, "counted": 95}
        assert lines[-1] == {"summary": {"scores": 2, "equal": 1, "different": 1}}

    def test_a_fact_that_says_otherwise_and_a_score_left_behind_are_named(
        self, decide: Callable[..., Decision]
    ) -> None:
        decide(severity=2)
        with written_past_the_services(), days_later(12):
            Standing.objects.update(grade="c", version=F("version") + 1)
            code, lines = recompute()

        assert code == 1
        assert {"standing_grade", "left_behind"} <= lines[0]["differs"].keys()

    def test_counting_again_what_is_right_writes_nothing(
        self, decide: Callable[..., Decision], system: StaffUser
    ) -> None:
        decision = decide()
        before = score_of(decision.account).version

        refresh_credit(
            subject=decision.account.subject, actor=system, provision=C, reason="核对信用分"
        )

        assert score_of(decision.account).version == before
