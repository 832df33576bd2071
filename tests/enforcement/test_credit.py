"""Credit: moved by decisions in force and by nothing else, followed by services, undone exactly."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from io import StringIO
from typing import Any
from unittest import mock

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.db.models import F
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.enums import ApplicationSource
from accounts.models import Finding, ProfileChange, PublicAccount, Restriction, Standing
from accounts.powers_words import CreditService, FormulaCode
from accounts.services import formulas
from accounts.services.formulas import FormulaDraft
from accounts.services.formulas.previews import preview
from accounts.services.profiles import Profile
from accounts.services.profiles.submission import ProfileChangeDraft, submit_profile_change
from accounts.services.standing import is_withheld
from compliance.errors import (
    ActionRefused,
    InvalidInput,
    NotPermitted,
    ProposalClosed,
    SamePerson,
)
from compliance.models import ActionLog, Notice, PlatformCommand, StaffUser
from compliance.provisions import Provision
from enforcement.models import CreditEntry, CreditRepair, CreditRule, CreditScore, Decision
from enforcement.services import decisions, reversals
from enforcement.services.credit import (
    follow_dispute,
    refresh_credit,
    register_dispute_source,
    sources,
    tell_change,
)
from enforcement.services.credit.counting import CreditChange, stored
from enforcement.services.credit.repairs import (
    RepairDraft,
    approve_repair,
    propose_repair,
    refuse_repair,
    withdraw_repair,
)
from enforcement.services.credit.sweeping import move_credit
from tests.enforcement.conftest import (
    CLOSURE,
    REASON,
    Staff,
    approve,
    clause,
    propose,
    violation,
)
from tests.enforcement.raw_rows import refused_copy

pytestmark = pytest.mark.django_db

C = Provision.PUBLIC_ACCOUNT_13_1
STRICTER = {"a": 95, "b": 85, "c": 60, "d": 30, "e": 1}
STATEMENT = "已删除全部不实内容，重新培训编辑人员，九十日内没有再次违规。"


@contextmanager
def days_later(days: int) -> Iterator[None]:
    later = timezone.now() + timedelta(days=days)
    with mock.patch.object(timezone, "now", return_value=later):
        yield


@contextmanager
def written_past_the_services() -> Iterator[None]:
    """Undo at the end what the history guard would refuse at commit."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def score_of(account: PublicAccount) -> CreditScore:
    return CreditScore.objects.get(subject=account.subject_id)


def told(purpose: str, language: str = "zh-hans") -> list[str]:
    found = Notice.objects.filter(purpose=f"enforcement.{purpose}", language=language)
    return list(found.order_by("pk").values_list("text", flat=True))


def recompute() -> tuple[int, list[dict[str, Any]]]:
    out = StringIO()
    try:
        call_command("recompute_credit", "--json", stdout=out)
        code = 0
    except CommandError:
        code = 1
    return code, [json.loads(line) for line in out.getvalue().splitlines()]


class TestTelling:
    def test_two_entries_that_leave_the_score_as_it_is_stored_are_both_told(
        self, decide: Callable[..., Decision], staff: Staff
    ) -> None:
        account = decide(severity=1).account
        decide(account, severity=1)
        score, after = score_of(account), stored(score_of(account))
        before = replace(after, grade="c", services_grade="c")

        for entry in CreditEntry.objects.order_by("pk"):
            change = CreditChange(account.subject, score, before, after, entry)
            tell_change(change, actor=staff.officer)

        assert len(told("credit_changed")) == 2


class TestDeduction:
    def test_a_decision_in_force_takes_the_points_of_the_catalogue(
        self, decide: Callable[..., Decision]
    ) -> None:
        decision = decide(severity=3)

        entry = CreditEntry.objects.get()
        assert (entry.kind, entry.points, entry.decision) == ("deduct", -20, decision)
        assert (entry.score_before, entry.score_after) == (100, 80)
        score = score_of(decision.account)
        assert (score.score, score.grade, score.services_grade) == (80, "b", "b")
        assert score.heals_on == timezone.localdate() + timedelta(days=47)
        fact = Standing.objects.get()
        assert (fact.grade, fact.score, fact.reference) == ("b", 80, f"credit:{score.pk}")
        acts = set(ActionLog.objects.values_list("action", flat=True))
        assert {"enforcement.creditentry.deduct", "enforcement.creditscore.create"} <= acts

    def test_nothing_is_taken_before_the_last_approval_nor_by_a_returned_decision(
        self, open_case: Callable[..., Any], staff: Staff
    ) -> None:
        decision = propose(open_case(), staff.moderator, measures=CLOSURE, severity=4)
        approve(decision, staff.supervisor)

        assert not CreditEntry.objects.exists()
        assert not CreditScore.objects.exists()
        decisions.return_decision(
            decision=decision, actor=staff.officer, provision=C, reason="证据不足，请补充"
        )
        assert not CreditEntry.objects.exists()

    def test_a_violation_without_points_leaves_credit_alone(
        self, decide: Callable[..., Decision]
    ) -> None:
        with mock.patch("enforcement.models.catalogue.ViolationType.points_at", return_value=0):
            decide()

        assert not CreditEntry.objects.exists()
        assert not Standing.objects.exists()

    def test_the_notice_of_the_decision_names_what_it_takes(
        self, decide: Callable[..., Decision]
    ) -> None:
        decide(severity=2)

        (text,) = told("decision")
        assert "扣减信用分 5 分" in text
        assert "100 分，信用 A 级" in text
        assert "95 分，信用 A 级" in text
        # Within a grade no second notice.
        assert not told("credit_changed")

    def test_another_grade_tells_why_what_changes_when_it_heals_and_how_to_appeal(
        self, decide: Callable[..., Decision]
    ) -> None:
        account = decide(severity=3).account

        decide(account, severity=3)

        last = told("credit_changed")[-1]
        assert "80 分，信用 B 级" in last
        assert "60 分，信用 C 级" in last
        assert CreditEntry.objects.latest("pk").decision.number in last
        assert "推荐" in last
        assert "申诉" in last
        assert score_of(account).heals_on.isoformat() in last
        assert len(told("credit_changed", "en")) == len(told("credit_changed")) == 2
        assert "→" in told("credit_changed", "en")[-1]

    def test_services_follow_at_once_and_the_platform_is_told(
        self, decide: Callable[..., Decision], make_account: Callable[..., PublicAccount]
    ) -> None:
        account = make_account()
        for severity in (3, 3, 3):
            decide(account, severity=severity)

        assert score_of(account).grade == "d"
        assert is_withheld(account.subject_id, CreditService.RENAME)
        last = PlatformCommand.objects.filter(kind="account.rights").latest("pk")
        payload = json.loads(last.payload)
        assert payload["services_off"] == ["boost", "more_accounts", "open_comments", "rename"]
        assert payload["updates_a_day"] is None

    def test_a_name_is_not_changed_while_credit_withholds_it(
        self,
        decide: Callable[..., Decision],
        make_account: Callable[..., PublicAccount],
        staff: Staff,
    ) -> None:
        account = make_account()
        for severity in (3, 3, 3):
            decide(account, severity=severity)

        with pytest.raises(ActionRefused, match="暂不能修改名称"):
            submit_profile_change(
                account=account,
                draft=ProfileChangeDraft(profile=Profile(name="另起的名称")),
                source=ApplicationSource.CONSOLE,
                actor=staff.moderator,
                provision=Provision.PUBLIC_ACCOUNT_8_2,
                reason=REASON,
            )

        assert not ProfileChange.objects.exists()

    def test_what_uses_credit_up_is_approved_by_two(
        self, open_case: Callable[..., Any], staff: Staff
    ) -> None:
        decision = propose(
            open_case(),
            staff.moderator,
            violation_type=violation("V01.2"),
            clauses=[clause("public-account-2021:18(1)")],
            severity=4,
        )

        assert approve(decision, staff.supervisor) is False
        assert not CreditEntry.objects.exists()
        assert approve(decision, staff.officer) is True
        assert score_of(decision.account).grade == "z"

    def test_a_score_that_is_used_up_is_found_and_closes_and_mutes_nobody(
        self, decide: Callable[..., Decision], make_account: Callable[..., PublicAccount]
    ) -> None:
        account = make_account()
        decide(account, severity=4)
        decide(account, severity=4)
        decide(account, severity=4)

        assert score_of(account).grade == "z"
        finding = Finding.objects.get()
        assert (finding.kind, finding.account) == ("credit_zero", account)
        account.refresh_from_db()
        assert account.status == "active"
        assert not Restriction.objects.exists()

    def test_the_database_lets_no_decision_deduct_twice(
        self, decide: Callable[..., Decision]
    ) -> None:
        decide()

        assert refused_copy(CreditEntry.objects.get()) == "creditentry_one_deduction_a_decision"

    def test_the_database_lets_nothing_deduct_that_is_not_in_force(
        self, decide: Callable[..., Decision], open_case: Callable[..., Any], staff: Staff
    ) -> None:
        decide()
        waiting = propose(open_case(), staff.moderator)

        name = refused_copy(
            CreditEntry.objects.get(),
            decision_id=waiting.pk,
            proposal_id=waiting.proposal_id,
            account_id=waiting.account_id,
        )

        assert name == "creditentry_decision_stands"


class TestReversal:
    def test_points_and_days_come_back_and_services_with_them(
        self, decide: Callable[..., Decision], staff_user: Callable[..., StaffUser]
    ) -> None:
        first = decide(severity=3)
        account = first.account
        with days_later(20):
            second = decide(account, severity=3)
            assert score_of(account).score == 66
            handler = staff_user("complaint_handler")

        with days_later(60):
            reversals.reverse_decision(
                decision=second, actor=handler, provision=C, reason="申诉成立，事实有误"
            )

            score = score_of(account)
            # As if it had never been: the first was whole again on its 47th day.
            assert (score.score, score.grade) == (100, "a")
            assert CreditEntry.objects.latest("pk").points == 20
            assert "视同从未扣减" in told("reversal")[-1]
            assert "100 分，信用 A 级" in told("credit_changed")[-1]
            assert recompute()[0] == 0

    def test_the_database_lets_nothing_come_back_of_a_decision_that_stands(
        self, decide: Callable[..., Decision]
    ) -> None:
        decide()
        taken = CreditEntry.objects.get()

        name = refused_copy(taken, kind="reverse", points=5, reverses_id=taken.pk)

        assert name == "creditentry_decision_stands"


class TestTime:
    def test_the_sweep_moves_scores_within_a_grade_in_a_few_statements(
        self, decide: Callable[..., Decision], system: StaffUser
    ) -> None:
        accounts = [decide(severity=2).account for _each in range(3)]
        soon = timezone.now() + timedelta(days=9)

        with CaptureQueriesContext(connection) as few:
            assert move_credit(now=soon, actor=system) == 3
        assert move_credit(now=soon, actor=system) == 0

        assert {score_of(each).score for each in accounts} == {96}
        assert set(Standing.objects.values_list("score", flat=True)) == {96}
        for _each in range(3):
            accounts.append(decide(severity=2).account)
        with CaptureQueriesContext(connection) as more:
            move_credit(now=soon + timedelta(days=2), actor=system)
        assert len(more) <= len(few) + 1
        with days_later(11):
            assert recompute()[0] == 0

    def test_a_grade_that_heals_gives_services_back_and_says_so(
        self, decide: Callable[..., Decision], system: StaffUser
    ) -> None:
        account = decide(severity=3).account

        move_credit(now=timezone.now() + timedelta(days=47), actor=system)

        assert (score_of(account).score, score_of(account).next_on) == (100, None)
        assert Standing.objects.get().grade == "a"
        assert "80 分，信用 B 级" in told("credit_changed")[-1]
        assert "已恢复" in told("credit_changed")[-1]


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
