"""Every operator accepts the service agreement, and it is known who has not."""

import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from unittest import mock

import pytest
from django.db import DatabaseError, connections, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import AccountActivity, AgreementAcceptance, Finding, PublicAccount
from accounts.services import agreements, missing_agreements
from accounts.services.agreements import Acceptance, Recorded, without_agreement
from accounts.services.missing_agreements import Swept, overdue_from, sweep_missing_agreements
from compliance.errors import InvalidInput, NotPermitted
from compliance.models import ActionLog, RuleDocument, RuleVersion, StaffUser, TimeLimit
from tests.compliance.rule_documents import (
    RuleStaff,
    add_document,
    announce,
    because,
    draft,
)

pytestmark = pytest.mark.django_db


class Agreement:
    """A service agreement with two versions, and days that pass."""

    def __init__(self, staff: RuleStaff, now: mock.Mock) -> None:
        self._now = now
        self.document: RuleDocument = add_document(staff, "service_agreement")
        self.first: RuleVersion = announce(staff, self.document, draft("1.0", accept_days=30))
        self.pass_days(8)
        self._staff = staff

    def pass_days(self, days: int) -> None:
        self._now.return_value += timedelta(days=days)

    def announce_second(self) -> RuleVersion:
        return announce(self._staff, self.document, draft("2.0", accept_days=30))


@pytest.fixture
def agreement(staff_user: Callable[..., StaffUser]) -> Any:
    with mock.patch.object(timezone, "now") as now:
        now.return_value = datetime.now(tz=timezone.get_default_timezone())
        yield Agreement(RuleStaff(staff_user), now)


def push(
    system: StaffUser, *accounts: PublicAccount, version: str = "1.0", **more: Any
) -> Recorded:
    return agreements.record_acceptances(
        acceptances=[
            Acceptance(
                **{
                    "platform_uid": each.platform_uid,
                    "version": version,
                    "accepted_at": timezone.now(),
                    "source_ref": "click-log:1",
                    **more,
                }
            )
            for each in accounts
        ],
        **because(system),
    )


def lacking() -> set[int]:
    return set(without_agreement(timezone.localdate()).values_list("pk", flat=True))


def test_an_approved_application_declares_the_agreement_in_force(
    agreement: Agreement, make_account: Callable[..., PublicAccount]
) -> None:
    account = make_account(applied_at=timezone.now().isoformat())

    acceptance = AgreementAcceptance.objects.get(account=account)
    assert acceptance.version == agreement.first
    assert acceptance.method == "registration"
    assert acceptance.source_ref == f"application:{account.application_id}"
    assert account.activity.agreed_version == agreement.first
    assert lacking() == set()


def test_an_application_from_before_the_agreement_declares_nothing(
    agreement: Agreement, make_account: Callable[..., PublicAccount]
) -> None:
    account = make_account(applied_at=(timezone.now() - timedelta(days=9)).isoformat())

    assert not AgreementAcceptance.objects.exists()
    assert lacking() == {account.pk}


def test_a_push_counts_each_acceptance_once_however_often_it_is_sent(
    agreement: Agreement, make_account: Callable[..., PublicAccount], system: StaffUser
) -> None:
    accounts = [make_account(applied_at="2021-03-01T00:00:00Z") for _number in range(3)]
    nobody = PublicAccount(platform_uid="nobody")

    first = push(system, *accounts, accounts[0], nobody)
    again = push(system, *accounts, source_ref="click-log:2")

    assert (first.new, first.unknown) == (3, ("nobody",))
    assert (again.new, again.known) == (0, 3)
    assert AgreementAcceptance.objects.count() == 3
    assert set(AgreementAcceptance.objects.values_list("source_ref", flat=True)) == {"click-log:1"}
    assert lacking() == set()
    log = ActionLog.objects.filter(action="compliance.ruledocument.accept")
    assert [each.changes["new"] for each in log.order_by("id")] == [3, 0]


def test_a_push_costs_as_many_queries_for_many_as_for_few(
    agreement: Agreement,
    make_account: Callable[..., PublicAccount],
    system: StaffUser,
    django_assert_max_num_queries: Callable,
) -> None:
    accounts = [make_account(applied_at="2021-03-01T00:00:00Z") for _number in range(4)]

    with django_assert_max_num_queries(12):
        push(system, *accounts)

    assert AgreementAcceptance.objects.count() == 4


def test_a_new_version_is_missing_until_it_is_accepted_and_an_old_one_does_not_take_it_back(
    agreement: Agreement, make_account: Callable[..., PublicAccount], system: StaffUser
) -> None:
    ahead, late, never = (
        make_account(applied_at=timezone.now().isoformat()) for _number in range(3)
    )
    second = agreement.announce_second()
    push(system, ahead, version="2.0")
    before = lacking()
    agreement.pass_days(8)
    push(system, ahead, version="1.0")
    on_the_day = lacking()
    push(system, late, version="2.0")

    assert before == set()
    assert on_the_day == {late.pk, never.pk}
    assert lacking() == {never.pk}
    assert AccountActivity.objects.get(account=ahead).agreed_version == second


@pytest.mark.parametrize(
    "wrong",
    [
        {"version": "9.9"},
        {"source_ref": " "},
        {"source_ref": "x" * 121},
        {"method": "telepathy"},
        {"accepted_at": datetime(2999, 1, 1, tzinfo=timezone.get_default_timezone())},
        {"accepted_at": datetime(2021, 1, 1, tzinfo=timezone.get_default_timezone())},
    ],
)
def test_a_push_with_something_wrong_records_nothing_at_all(
    agreement: Agreement,
    make_account: Callable[..., PublicAccount],
    system: StaffUser,
    wrong: dict[str, Any],
) -> None:
    account = make_account(applied_at="2021-03-01T00:00:00Z")

    with pytest.raises(InvalidInput):
        push(system, account, **wrong)

    assert not AgreementAcceptance.objects.exists()


def test_colleagues_do_not_record_acceptances_for_operators(
    agreement: Agreement,
    make_account: Callable[..., PublicAccount],
    staff_user: Callable[..., StaffUser],
) -> None:
    account = make_account(applied_at="2021-03-01T00:00:00Z")

    with pytest.raises(NotPermitted):
        push(staff_user("compliance_officer"), account)

    assert not AgreementAcceptance.objects.exists()


@pytest.mark.parametrize(
    ("constraint", "columns"),
    [
        ("acceptance_once", {}),
        ("acceptance_method_known", {"method": "telepathy", "other": True}),
        ("acceptance_names_its_source", {"source_ref": "", "other": True}),
    ],
)
def test_the_database_holds_what_an_acceptance_is(
    agreement: Agreement,
    make_account: Callable[..., PublicAccount],
    constraint: str,
    columns: dict[str, Any],
) -> None:
    account = make_account(applied_at=timezone.now().isoformat())
    version = agreement.announce_second() if columns.pop("other", False) else agreement.first
    given = {"method": "click", "source_ref": "x", "accepted_at": timezone.now(), **columns}

    with pytest.raises(DatabaseError) as refusal, transaction.atomic():
        AgreementAcceptance.objects.create(account=account, version=version, **given)

    problem: Any = refusal.value.__cause__
    assert problem.diag.constraint_name == constraint


def test_the_desk_and_a_filter_lead_to_the_accounts_without_it(
    agreement: Agreement,
    make_account: Callable[..., PublicAccount],
    staff_user: Callable[..., StaffUser],
) -> None:
    missing = make_account(applied_at="2021-03-01T00:00:00Z")
    there = make_account(applied_at=timezone.now().isoformat())
    client = Client()
    client.force_login(staff_user("compliance_officer"))

    desk = client.get("/").text
    listed = client.get("/accounts/publicaccount/?agreement=missing").text
    others = client.get("/accounts/publicaccount/?agreement=accepted").text

    assert "未签署服务协议 1.0 版的账号" in desk
    assert "/accounts/publicaccount/?agreement=missing" in desk
    assert missing.platform_uid in listed
    assert there.platform_uid not in listed
    assert there.platform_uid in others
    assert missing.platform_uid not in others


def test_the_platform_pushes_acceptances_over_its_interface(
    agreement: Agreement,
    make_account: Callable[..., PublicAccount],
    make_caller: Callable[..., Any],
) -> None:
    account = make_account(applied_at="2021-03-01T00:00:00Z")
    caller = make_caller("agreements:write")
    body = {
        "acceptances": [
            {
                "platform_uid": uid,
                "version": "1.0",
                "accepted_at": timezone.now().isoformat(),
                "source_ref": "click-log:1",
            }
            for uid in (account.platform_uid, "nobody")
        ]
    }

    first = caller.post("/api/v1/agreement-acceptances/", body)
    wrong = caller.post("/api/v1/agreement-acceptances/", {"acceptances": []})

    assert first.status_code == 200, first.content
    assert first.json() == {"new": 1, "known": 0, "unknown": ["nobody"]}
    assert wrong.status_code == 400
    assert AgreementAcceptance.objects.get().account == account


@pytest.mark.django_db(transaction=True)
def test_two_pushes_at_once_leave_one_acceptance_and_the_newest_mark(
    agreement: Agreement, make_account: Callable[..., PublicAccount], system: StaffUser
) -> None:
    accounts = [make_account(applied_at="2021-03-01T00:00:00Z") for _number in range(5)]
    second = agreement.announce_second()
    start = threading.Barrier(4)
    problems: list[Exception] = []

    def send(version: str, order: int) -> None:
        try:
            start.wait(timeout=10)
            push(system, *accounts[::order], version=version)
        except Exception as problem:  # noqa: BLE001  told by the assertion
            problems.append(problem)
        finally:
            connections.close_all()

    threads = [
        threading.Thread(target=send, args=[version, order])
        for version in ("1.0", "2.0")
        for order in (1, -1)
    ]
    for each in threads:
        each.start()
    for each in threads:
        each.join(timeout=30)

    assert problems == []
    assert AgreementAcceptance.objects.count() == 10
    assert set(AccountActivity.objects.values_list("agreed_version", flat=True)) == {second.pk}


class TestMissing:
    """An active account without the agreement in force is laid before a colleague."""

    @pytest.fixture
    def late(
        self, agreement: Agreement, make_account: Callable[..., PublicAccount], system: StaffUser
    ) -> PublicAccount:
        """An account whose operator accepted the first version only; the second one binds."""
        account = make_account(applied_at=timezone.now().isoformat())
        agreement.announce_second()
        agreement.pass_days(8)
        return account

    def sweep(self, system: StaffUser) -> Swept:
        return sweep_missing_agreements(now=timezone.now(), actor=system)

    def test_it_is_found_once_when_the_time_to_accept_is_over_and_not_before(
        self, agreement: Agreement, late: PublicAccount, system: StaffUser
    ) -> None:
        second = RuleVersion.objects.get(label="2.0")
        agreement.pass_days((second.accept_until - timezone.localdate()).days)
        assert self.sweep(system) == Swept()

        agreement.pass_days(1)
        assert self.sweep(system) == Swept(found=1)
        assert self.sweep(system) == Swept()

        finding = Finding.objects.get()
        assert (finding.account, finding.kind) == (late, "agreement_missing")
        assert finding.ground_ref == f"rule_version:{second.pk}"
        assert "2.0" in finding.facts
        assert finding.work_item.queue == "findings"
        assert finding.figures == {"days": 1}
        late.refresh_from_db()
        assert late.status == "active"

    def test_whoever_accepts_meanwhile_is_set_aside_and_whoever_did_not_waits(
        self,
        agreement: Agreement,
        late: PublicAccount,
        make_account: Callable[..., PublicAccount],
        system: StaffUser,
    ) -> None:
        other = make_account(applied_at="2021-03-01T00:00:00Z")
        agreement.pass_days(40)
        assert self.sweep(system).found == 2
        push(system, late, version="2.0")

        assert self.sweep(system) == Swept(settled=1)

        states = dict(Finding.objects.values_list("account", "status"))
        assert states == {late.pk: "set_aside", other.pk: "open"}
        assert Finding.objects.get(account=late).work_item.closed_at is not None

    def test_a_young_account_has_as_long_and_no_more_is_laid_before_people_than_they_can_look_at(
        self,
        agreement: Agreement,
        late: PublicAccount,
        make_account: Callable[..., PublicAccount],
        system: StaffUser,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        agreement.pass_days(40)
        young = make_account(applied_at="2021-03-01T00:00:00Z")
        monkeypatch.setattr(missing_agreements, "MOST_OPEN", 1)

        assert self.sweep(system) == Swept(found=1)
        agreement.pass_days(31)
        assert self.sweep(system) == Swept()
        monkeypatch.setattr(missing_agreements, "MOST_OPEN", 5)
        assert self.sweep(system) == Swept(found=1)

        found = list(Finding.objects.order_by("pk").values_list("account", flat=True))
        assert found == [late.pk, young.pk]

    def test_a_version_without_a_day_is_late_after_the_published_limit(
        self, agreement: Agreement, late: PublicAccount
    ) -> None:
        second = RuleVersion.objects.get(label="2.0")
        second.accept_until = None

        days = (timezone.localdate(overdue_from(second)) - second.effective_date).days

        assert days == TimeLimit.objects.get(code="agreement_acceptance").amount + 1

    def test_a_colleague_sees_what_it_rests_on(
        self,
        agreement: Agreement,
        late: PublicAccount,
        system: StaffUser,
        staff_user: Callable[..., StaffUser],
        client: Client,
    ) -> None:
        agreement.pass_days(40)
        self.sweep(system)
        client.force_login(staff_user("moderator"))
        item = Finding.objects.get().work_item

        page = client.get(reverse("admin:look_at_finding", args=[item.pk]))

        assert "服务协议 2.0" in page.text
        assert "rule_version:" not in page.text
