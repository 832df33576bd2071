"""Credit is deducted by decisions in force, told, given back by a reversal, and healed by time."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any
from unittest import mock

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.enums import ApplicationSource
from accounts.models import Finding, ProfileChange, PublicAccount, Restriction, Standing
from accounts.powers_words import CreditService
from accounts.services.profiles import Profile
from accounts.services.profiles.submission import ProfileChangeDraft, submit_profile_change
from accounts.services.standing import is_withheld
from compliance.errors import ActionRefused
from compliance.models import ActionLog, PlatformCommand, StaffUser
from compliance.provisions import Provision
from enforcement.models import CreditEntry, CreditScore, Decision
from enforcement.services import decisions, reversals
from enforcement.services.credit import tell_change
from enforcement.services.credit.counting import CreditChange, stored
from enforcement.services.credit.sweeping import move_credit
from tests.enforcement.conftest import CLOSURE, REASON, Staff, approve, clause, propose, violation
from tests.enforcement.raw_rows import refused_copy
from tests.enforcement.test_credit.conftest import C, days_later, recompute, score_of, told

pytestmark = pytest.mark.django_db


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
