"""Accounts are graded by three indicators, by a published formula, and told why."""

import json
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.db import DatabaseError, transaction
from django.test import Client
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from accounts.enums import Grade
from accounts.models import AccountActivity, AccountGrade, PublicAccount
from accounts.rules.grades import GradeFacts, GradeFormula, grade, score_at
from accounts.services.grades import grade_accounts, reasons_of
from accounts.services.metrics import DayFigures, record_metrics
from compliance.models import ActionLog, StaffUser

MakeAccount = Callable[..., PublicAccount]
CATALOGUE = Path(__file__).parent.parent.parent / "accounts/catalogues/grades.json"
CONTENT = json.loads(CATALOGUE.read_text(encoding="utf-8"))
FORMULA = GradeFormula.from_catalogue(CONTENT)
GOOD = GradeFacts(days=30, followers=2e6, views=9e5, click_rate=0.12, interaction=0.06)


class TestFormula:
    @pytest.mark.parametrize(
        ("changes", "expected"),
        [
            ({}, Grade.A),
            ({"followers": 5_000, "views": 3_000}, Grade.B),
            ({"followers": 0, "views": 0}, Grade.C),
            ({"click_rate": 0.0, "interaction": 0.0, "followers": 10, "views": 5}, Grade.D),
            ({"days": 6}, None),
        ],
    )
    def test_three_indicators_make_the_grade(
        self, changes: dict[str, float], expected: Grade | None
    ) -> None:
        facts = {name: getattr(GOOD, name) for name in GOOD.__dataclass_fields__} | changes

        graded = grade(GradeFacts(**facts), FORMULA)

        assert (graded.grade if graded is not None else None) == expected

    def test_without_a_known_credit_a_neutral_value_counts_and_it_is_said_so(self) -> None:
        unknown = grade(GOOD, FORMULA)
        bad = grade(GradeFacts(30, 2e6, 9e5, 0.12, 0.06, credit=0), FORMULA)

        assert unknown is not None
        assert bad is not None
        assert (unknown.credit, unknown.is_credit_neutral) == (70, True)
        assert (bad.credit, bad.is_credit_neutral) == (0, False)
        assert bad.total < unknown.total

    @given(
        followers=st.floats(0, 1e8),
        views=st.floats(0, 1e8),
        rate=st.none() | st.floats(0, 1),
        interaction=st.floats(0, 5),
        credit=st.none() | st.floats(0, 100),
        more=st.floats(0, 1e7),
    )
    def test_scores_stay_in_range_and_more_is_never_worse(
        self,
        followers: float,
        views: float,
        rate: float | None,
        interaction: float,
        credit: float | None,
        more: float,
    ) -> None:
        less_facts = GradeFacts(30, followers, views, rate, interaction, credit)
        more_facts = GradeFacts(30, followers + more, views + more, rate, interaction, credit)

        less, better = grade(less_facts, FORMULA), grade(more_facts, FORMULA)

        assert less is not None
        assert better is not None
        for each in (less.quality, less.reach, less.credit, less.total):
            assert 0 <= each <= 100
        assert better.total >= less.total
        assert better.grade <= less.grade

    def test_a_value_lies_on_the_lines_between_the_points(self) -> None:
        points = ((0.0, 0.0), (10.0, 50.0), (20.0, 100.0))

        assert [score_at(points, value) for value in (-1, 0, 5, 10, 15, 99)] == [
            0,
            0,
            25,
            50,
            75,
            100,
        ]

    @pytest.mark.parametrize(
        "change",
        [
            {"weights": {"quality": 0.9, "reach": 0.3, "credit": 0.3}},
            {"bounds": [["a", 50], ["b", 60], ["d", 0]]},
            {"bounds": [["a", 80], ["b", 10]]},
            {"views": [[0, 50], [1, 10]]},
        ],
    )
    def test_a_formula_that_cannot_be_is_refused(self, change: dict[str, Any]) -> None:
        with pytest.raises(ValueError, match=r"order|one"):
            GradeFormula.from_catalogue({**CONTENT, **change})


def push(account: PublicAccount, actor: StaffUser, *, days: int = 20, **figures: Any) -> None:
    given_figures: dict[str, Any] = {
        "followers": 5_000,
        "views": 3_000,
        "click_rate": Decimal("0.08"),
        "reposts": 100,
        "comments": 100,
        **figures,
    }
    today = timezone.localdate()
    record_metrics(
        days=[
            DayFigures(account.platform_uid, today - timedelta(days=ago), **given_figures)
            for ago in range(days)
        ],
        actor=actor,
    )


@pytest.mark.django_db
class TestGrading:
    def test_an_account_has_its_grade_with_reasons_and_keeps_its_history(
        self, make_account: MakeAccount, system: StaffUser
    ) -> None:
        account, unknown = make_account(), make_account()
        push(account, system)
        push(unknown, system, days=3)

        first = grade_accounts(now=timezone.now(), actor=system)
        again = grade_accounts(now=timezone.now(), actor=system)
        push(account, system, views=50, reposts=0, comments=0, click_rate=Decimal("0"))
        changed = grade_accounts(now=timezone.now(), actor=system)

        grades = list(AccountGrade.objects.filter(account=account).order_by("pk"))
        assert (first, again, changed) == (1, 0, 1)
        assert [each.grade for each in grades] == ["b", "d"]
        assert AccountActivity.objects.get(account=account).grade == "d"
        assert not AccountGrade.objects.filter(account=unknown).exists()
        assert "尚无信用记录" in reasons_of(grades[0])[2]
        assert ActionLog.objects.filter(action__endswith=".grade").count() == 2

    def test_a_few_false_days_do_not_move_the_grade(
        self, make_account: MakeAccount, system: StaffUser
    ) -> None:
        account = make_account()
        push(account, system)
        grade_accounts(now=timezone.now(), actor=system)
        push(account, system, days=4, followers=9_000_000, views=9_000_000)

        assert grade_accounts(now=timezone.now(), actor=system) == 0

    def test_many_accounts_cost_as_many_queries_as_one(
        self,
        make_account: MakeAccount,
        system: StaffUser,
        django_assert_max_num_queries: Callable[..., Any],
    ) -> None:
        for _number in range(3):
            push(make_account(), system)

        with django_assert_max_num_queries(16):
            assert grade_accounts(now=timezone.now(), actor=system) == 3

    def test_page_list_and_interface_show_it(
        self,
        make_account: MakeAccount,
        system: StaffUser,
        staff_user: Callable[..., StaffUser],
        make_caller: Callable[..., Any],
    ) -> None:
        account, other = make_account(), make_account()
        push(account, system)
        grade_accounts(now=timezone.now(), actor=system)
        client = Client()
        client.force_login(staff_user("moderator"))
        caller = make_caller("accounts:read")

        page = client.get(f"/accounts/{account.pk}/").text
        listed = client.get("/accounts/publicaccount/?activity__grade__exact=b").text
        answer = caller.get(f"/api/v1/accounts/{account.platform_uid}/grades/").json()
        accounts = caller.get("/api/v1/accounts/?grade=b").json()["results"]

        assert "乙级" in page
        assert "传播能力" in page
        assert account.platform_uid in listed
        assert other.platform_uid not in listed
        assert answer["results"][0]["grade"] == "b"
        assert len(answer["results"][0]["reasons"]) == 3
        assert [(each["platform_uid"], each["grade"]) for each in accounts] == [
            (account.platform_uid, "b")
        ]

    @pytest.mark.parametrize(
        ("constraint", "columns"),
        [
            ("accountgrade_grade_known", {"grade": "z"}),
            ("accountgrade_scores_in_range", {"quality": 101}),
        ],
    )
    def test_the_database_holds_what_a_grade_is(
        self,
        make_account: MakeAccount,
        system: StaffUser,
        constraint: str,
        columns: dict[str, Any],
    ) -> None:
        account = make_account()
        push(account, system)
        grade_accounts(now=timezone.now(), actor=system)
        row = AccountGrade.objects.get()
        row.pk = None
        for name, value in columns.items():
            setattr(row, name, value)

        with pytest.raises(DatabaseError) as refusal, transaction.atomic():
            row.save(force_insert=True)

        problem: Any = refusal.value.__cause__
        assert problem.diag.constraint_name == constraint
