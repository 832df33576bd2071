"""The platform pushes figures; what is unusual becomes an alert and a finding, and nothing else."""

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import psycopg
import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.utils import timezone

from accounts.enums import AccountStatus, FindingKind, GroundKind
from accounts.models import (
    AccountActivity,
    DailyMetric,
    Finding,
    FollowConsent,
    MetricAlert,
    PublicAccount,
    Restriction,
)
from accounts.pages.addresses import finding_url
from accounts.services import restrictions
from accounts.services.metrics import (
    CampaignConsent,
    DayFigures,
    Taken,
    evaluate_metrics,
    record_follow_consents,
    record_metrics,
)
from compliance.errors import InvalidInput, NotPermitted
from compliance.grounds import Grounds
from compliance.models import ActionLog, StaffUser
from compliance.provisions import Provision

pytestmark = pytest.mark.django_db
MakeAccount = Callable[..., PublicAccount]


def because(actor: StaffUser) -> Grounds:
    return Grounds(actor=actor, provision=Provision.PUBLIC_ACCOUNT_12_2, reason="测试数据")


def days_of(
    account: PublicAccount, gains: Sequence[int], *, until: date | None = None, **last: Any
) -> list[DayFigures]:
    """Days of a quiet account up to `until`, with these gains; the last one has other figures."""
    end = until or timezone.localdate()
    followers, days = 10_000, []
    for number, gain in enumerate(gains):
        followers += gain
        is_last = number == len(gains) - 1
        figures: dict[str, Any] = {
            "views": 9_000 + number % 7,
            "click_rate": Decimal("0.05"),
            "reposts": 40,
            "comments": 60,
            **(last if is_last else {}),
        }
        day = end - timedelta(days=len(gains) - 1 - number)
        days.append(DayFigures(account.platform_uid, day, followers, **figures))
    return days


JUMP = [*([20, 25, 18, 22] * 6), 5_000]


@pytest.fixture
def account(make_account: MakeAccount) -> PublicAccount:
    return make_account()


def push(system: StaffUser, days: Sequence[DayFigures]) -> Taken:
    return record_metrics(days=days, actor=system)


class TestPushing:
    def test_a_day_counts_once_and_the_last_word_wins(
        self, account: PublicAccount, system: StaffUser
    ) -> None:
        days = days_of(account, [10, 10, 10])
        nobody = DayFigures("nobody", days[0].day, 1, 1, 1, 1)
        corrected = DayFigures(account.platform_uid, days[-1].day, 12_345, 1, 2, 3)

        first = push(system, [*days, nobody])
        again = push(system, days)
        changed = push(system, [*days[:2], days[-1], corrected])

        assert (first.new, first.changed, first.known, first.unknown) == (3, 0, 0, ("nobody",))
        assert (again.new, again.changed, again.known) == (0, 0, 3)
        assert (changed.new, changed.changed) == (0, 1)
        row = DailyMetric.objects.get(account=account, day=days[-1].day)
        assert (row.followers, row.click_rate, row.revision) == (12_345, None, 2)
        assert DailyMetric.objects.count() == 3

    def test_the_account_shows_the_followers_of_the_latest_day_whatever_comes_after(
        self, account: PublicAccount, system: StaffUser
    ) -> None:
        days = days_of(account, [10, 10, 10])
        push(system, days[-1:])
        push(system, days[:2])

        assert AccountActivity.objects.get(account=account).followers == days[-1].followers

    def test_a_push_costs_as_many_queries_for_many_as_for_few(
        self,
        account: PublicAccount,
        system: StaffUser,
        django_assert_max_num_queries: Callable[..., Any],
    ) -> None:
        with django_assert_max_num_queries(8):
            push(system, days_of(account, [10] * 60))

        assert DailyMetric.objects.count() == 60

    @pytest.mark.parametrize(
        "wrong",
        [
            {"views": -1},
            {"followers": 10**16},
            {"click_rate": Decimal("1.2")},
            {"day": date(2999, 1, 1)},
            {"day": date(2020, 1, 1)},
        ],
    )
    def test_a_push_with_something_wrong_takes_nothing(
        self, account: PublicAccount, system: StaffUser, wrong: dict[str, Any]
    ) -> None:
        good, other = days_of(account, [10, 10])
        bad = DayFigures(**{**vars_of(other), **wrong})

        with pytest.raises(InvalidInput):
            push(system, [good, bad])

        assert not DailyMetric.objects.exists()

    def test_colleagues_push_no_figures(
        self, account: PublicAccount, staff_user: Callable[..., StaffUser]
    ) -> None:
        with pytest.raises(NotPermitted):
            push(staff_user("moderator"), days_of(account, [10]))

        assert not DailyMetric.objects.exists()

    def test_days_lie_in_the_partition_of_their_month(
        self,
        account: PublicAccount,
        system: StaffUser,
    ) -> None:
        day = timezone.localdate() - timedelta(days=200)
        push(system, days_of(account, [10], until=day))

        with connection.cursor() as cursor:
            cursor.execute("SELECT DISTINCT tableoid::regclass::text FROM accounts_dailymetric")
            tables = cursor.fetchall()

        assert tables == [(f"accounts_dailymetric_{day:%Y%m}",)]

    def test_the_database_refuses_a_rate_that_is_no_share(self, account: PublicAccount) -> None:
        with pytest.raises(DatabaseError) as refusal, transaction.atomic():
            DailyMetric.objects.create(
                account=account,
                day=timezone.localdate(),
                followers=1,
                views=1,
                click_rate=2,
                reposts=1,
                comments=1,
            )

        problem: Any = refusal.value.__cause__
        assert problem.diag.constraint_name == "dailymetric_rate_is_a_share"

    def test_the_running_product_makes_no_table_by_the_way(
        self, owner_connection: psycopg.Connection
    ) -> None:
        with pytest.raises(psycopg.Error, match="not partitioned"):
            owner_connection.execute("SELECT heyan_extend_by_month('accounts_subject', 1, 1)")


def vars_of(day: DayFigures) -> dict[str, Any]:
    return {name: getattr(day, name) for name in DayFigures.__dataclass_fields__}


class TestEvaluation:
    def test_a_jump_becomes_an_alert_with_its_series_and_a_finding_and_limits_nothing(
        self, account: PublicAccount, system: StaffUser
    ) -> None:
        push(system, days_of(account, JUMP))

        found = evaluate_metrics(now=timezone.now(), actor=system)

        alert = MetricAlert.objects.get()
        finding = Finding.objects.get()
        assert found == 1
        assert (alert.account, alert.day) == (account, timezone.localdate())
        assert {each["kind"] for each in alert.signals} == {"rise", "mismatch"}
        assert len(alert.series) == len(JUMP)
        assert (finding.kind, finding.ground_ref) == (
            FindingKind.METRIC_ALERT,
            f"metric_alert:{alert.pk}",
        )
        assert "5,000" in finding.facts
        account.refresh_from_db()
        assert account.status == AccountStatus.ACTIVE
        assert not Restriction.objects.exists()

    def test_what_was_evaluated_is_not_evaluated_again_until_it_changes(
        self, account: PublicAccount, system: StaffUser
    ) -> None:
        days = days_of(account, [20] * 24 + [21])
        push(system, days)
        quiet = evaluate_metrics(now=timezone.now(), actor=system)
        pending = DailyMetric.objects.filter(evaluated_at=None).count()
        jump = DayFigures(**{**vars_of(days[-1]), "views": 90_000})
        push(system, [jump])

        corrected = evaluate_metrics(now=timezone.now(), actor=system)

        assert (quiet, pending, corrected) == (0, 0, 1)
        assert MetricAlert.objects.get().signals[0]["indicator"] == "views"

    def test_the_same_is_told_once_in_its_quiet_days(
        self, account: PublicAccount, system: StaffUser
    ) -> None:
        push(system, days_of(account, [*JUMP, 5_000, 5_000]))

        evaluate_metrics(now=timezone.now(), actor=system)

        assert [each.day for each in MetricAlert.objects.all()] == [
            timezone.localdate() - timedelta(days=2)
        ]

    def test_a_day_that_comes_late_has_the_days_after_it_evaluated_again_and_tells_nothing_twice(
        self, account: PublicAccount, system: StaffUser
    ) -> None:
        days = days_of(account, JUMP)
        late = days[-2]
        push(system, [*days[:-2], days[-1]])
        before = evaluate_metrics(now=timezone.now(), actor=system)

        push(system, [late])
        waiting = DailyMetric.objects.filter(evaluated_at=None).order_by("day")
        assert [each.day for each in waiting] == [late.day, days[-1].day]
        found = evaluate_metrics(now=timezone.now(), actor=system)
        push(system, [DayFigures(**{**vars_of(late), "comments": late.comments + 1})])
        again = evaluate_metrics(now=timezone.now(), actor=system)

        assert (before, found, again) == (0, 1, 0)
        assert MetricAlert.objects.get().day == days[-1].day
        assert Finding.objects.count() == 1

    def test_a_day_that_arrives_late_and_a_closed_account_tell_nothing(
        self, make_account: MakeAccount, account: PublicAccount, system: StaffUser
    ) -> None:
        closed = make_account()
        push(system, days_of(account, JUMP, until=timezone.localdate() - timedelta(days=31)))
        push(system, days_of(closed, JUMP))
        restrictions.close_account(
            account=closed,
            ground_kind=GroundKind.DECISION,
            ground_ref="CA00000001",
            **because(system),
        )

        assert evaluate_metrics(now=timezone.now(), actor=system) == 0
        assert not DailyMetric.objects.filter(evaluated_at=None).exists()
        assert not Finding.objects.exists()

    def test_many_accounts_cost_as_many_queries_as_one(
        self,
        make_account: MakeAccount,
        system: StaffUser,
        django_assert_max_num_queries: Callable[..., Any],
    ) -> None:
        for _number in range(4):
            push(system, days_of(make_account(), JUMP))

        with django_assert_max_num_queries(40):
            assert evaluate_metrics(now=timezone.now(), actor=system) == 4

    def test_an_alert_never_changes(self, account: PublicAccount, system: StaffUser) -> None:
        push(system, days_of(account, JUMP))
        evaluate_metrics(now=timezone.now(), actor=system)

        with pytest.raises(DatabaseError), transaction.atomic():
            MetricAlert.objects.update(signals=[{}])

        assert MetricAlert.objects.get().signals != [{}]


class TestScreens:
    def test_the_account_and_the_alert_show_the_series_with_its_reason(
        self,
        account: PublicAccount,
        system: StaffUser,
        staff_user: Callable[..., StaffUser],
    ) -> None:
        push(system, days_of(account, JUMP))
        evaluate_metrics(now=timezone.now(), actor=system)
        client = Client()
        client.force_login(staff_user("moderator"))
        alert, finding = MetricAlert.objects.get(), Finding.objects.get()

        page = client.get(f"/accounts/{account.pk}/").text
        of_alert = client.get(f"/metric-alerts/{alert.pk}/").text
        listed = client.get("/accounts/metricalert/").text
        of_finding = client.get(finding_url(finding), follow=True).text

        for text in (page, of_alert):
            assert text.count('<svg class="ui-chart__drawing"') == 5
            assert "以表格查看指标" in text
            assert "5,000" in text
        assert "当日新增关注 5,000 人" in of_alert
        assert finding.number in of_alert
        assert f"/metric-alerts/{alert.pk}/" in of_finding
        assert account.platform_uid in listed


class TestFollowConsents:
    def consent(self, account: PublicAccount, **changes: Any) -> CampaignConsent:
        given: dict[str, Any] = {
            "campaign": "autumn-1",
            "platform_uid": account.platform_uid,
            "asked": "是否关注该账号？",
            "agreement": "button",
            "shown_to": 900,
            "agreed": 300,
            "began_at": timezone.now() - timedelta(days=3),
            "proof_ref": "screen:77",
        }
        return CampaignConsent(**{**given, **changes})

    def test_a_campaign_is_recorded_once_with_what_was_asked(
        self, account: PublicAccount, system: StaffUser
    ) -> None:
        consent = self.consent(account)

        first = record_follow_consents(consents=[consent], **because(system))
        again = record_follow_consents(consents=[consent, consent], **because(system))

        assert (first.new, again.new, again.known) == (1, 0, 2)
        assert FollowConsent.objects.get().asked == "是否关注该账号？"
        assert ActionLog.objects.filter(action__endswith="record_follow_consent").count() == 1

    @pytest.mark.parametrize(
        "wrong",
        [
            {"asked": " "},
            {"proof_ref": ""},
            {"agreement": "preticked_box"},
            {"agreed": 901},
            {"began_at": timezone.now() + timedelta(days=2)},
            {"ended_at": timezone.now() - timedelta(days=9)},
        ],
    )
    def test_a_consent_that_cannot_be_is_refused(
        self, account: PublicAccount, system: StaffUser, wrong: dict[str, Any]
    ) -> None:
        with pytest.raises(InvalidInput):
            record_follow_consents(consents=[self.consent(account, **wrong)], **because(system))

        assert not FollowConsent.objects.exists()

    def test_a_campaign_does_not_become_another_one(
        self, account: PublicAccount, system: StaffUser
    ) -> None:
        consent = self.consent(account)
        record_follow_consents(consents=[consent], **because(system))

        with pytest.raises(InvalidInput, match="autumn-1"):
            record_follow_consents(
                consents=[CampaignConsent(**{**vars(consent), "agreed": 1})], **because(system)
            )

        assert FollowConsent.objects.get().agreed == 300

    @pytest.mark.parametrize(
        ("constraint", "columns"),
        [
            ("followconsent_names_question_and_proof", {"asked": ""}),
            ("followconsent_agreement_known", {"agreed": 901}),
            ("followconsent_term_is_positive", {"ended_at": "2020-01-01T00:00:00Z"}),
            ("followconsent_once", {}),
        ],
    )
    def test_the_database_holds_what_a_consent_is(
        self,
        account: PublicAccount,
        system: StaffUser,
        constraint: str,
        columns: dict[str, Any],
    ) -> None:
        consent = self.consent(account)
        record_follow_consents(consents=[consent], **because(system))
        given = {k: v for k, v in vars(consent).items() if k != "platform_uid"}

        with pytest.raises(DatabaseError) as refusal, transaction.atomic():
            FollowConsent.objects.create(account=account, **{**given, **columns})

        problem: Any = refusal.value.__cause__
        assert problem.diag.constraint_name == constraint


def test_the_platform_pushes_and_reads_over_its_interface(
    account: PublicAccount, system: StaffUser, make_caller: Callable[..., Any]
) -> None:
    caller = make_caller("metrics:write", "metrics:read", "follows:write")
    days = [
        {**vars_of(each), "day": each.day.isoformat(), "click_rate": "0.05"}
        for each in days_of(account, JUMP)
    ]
    campaign = {
        "campaign": "autumn-1",
        "platform_uid": account.platform_uid,
        "asked": "是否关注该账号？",
        "agreement": "unticked_box",
        "shown_to": 9,
        "agreed": 3,
        "began_at": (timezone.now() - timedelta(days=1)).isoformat(),
        "proof_ref": "screen:77",
    }

    pushed = caller.post("/api/v1/metrics/", {"days": days})
    again = caller.post("/api/v1/metrics/", {"days": days})
    wrong = caller.post("/api/v1/metrics/", {"days": [{**days[0], "views": -1}]})
    consents = caller.post("/api/v1/follow-consents/", {"consents": [campaign]})
    evaluate_metrics(now=timezone.now(), actor=system)
    alerts = caller.get(f"/api/v1/metric-alerts/?platform_uid={account.platform_uid}").json()
    listed = caller.get("/api/v1/follow-consents/?campaign=autumn-1").json()

    assert pushed.json() == {"new": len(JUMP), "changed": 0, "known": 0, "unknown": []}
    assert again.json()["known"] == len(JUMP)
    assert wrong.status_code == 400
    assert consents.json()["new"] == 1
    assert "5,000" in alerts["results"][0]["signals"][0]["explanation"]
    assert listed["results"][0]["agreement"] == "unticked_box"
