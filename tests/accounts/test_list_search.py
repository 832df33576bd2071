"""The search of a list finds whole values by their index, however many rows there are."""

from datetime import UTC, datetime

import pytest
import time_machine
from django.contrib import admin
from django.db import connection
from django.test import Client, RequestFactory
from django.urls import reverse

from accounts.models import (
    AccountAllowance,
    AccountPowers,
    Agency,
    AgencyContract,
    Application,
    EarningApplication,
    Finding,
    GuardianConsent,
    ProfileChange,
    PublicAccount,
    Qualification,
    Repudiation,
    ReservedAvatar,
    Standing,
    Subject,
    ViolationFact,
)

pytestmark = pytest.mark.django_db

ACCOUNTS = reverse("admin:accounts_publicaccount_changelist")


@pytest.fixture
def client(staff_user):
    client = Client()
    client.force_login(staff_user("moderator"))
    return client


def found(client, address, typed):
    answer = client.get(address, {"q": typed})
    assert answer.status_code == 200
    return [row.pk for row in answer.context["cl"].result_list]


def test_finds_an_account_by_its_number_or_its_name_however_it_is_written(client, make_account):
    account = make_account(account_name="云上国学")
    make_account(account_name="山间晨读")

    for typed in (account.platform_uid, f" {account.platform_uid} ", "云上国学", "雲上 國學"):
        assert found(client, ACCOUNTS, typed) == [account.pk], typed
    assert found(client, ACCOUNTS, "云上") == []
    assert found(client, ACCOUNTS, "·") == []


def test_a_column_of_numbers_is_not_asked_for_words(client, make_account):
    make_account()

    assert found(client, reverse("admin:accounts_finding_changelist"), "壹") == []
    assert found(client, reverse("admin:accounts_qualification_changelist"), "9" * 30) == []


MODELS = [
    AccountAllowance,
    AccountPowers,
    Agency,
    AgencyContract,
    Application,
    EarningApplication,
    Finding,
    GuardianConsent,
    ProfileChange,
    PublicAccount,
    Qualification,
    Repudiation,
    ReservedAvatar,
    Standing,
    Subject,
    ViolationFact,
]


@pytest.mark.parametrize("model", MODELS)
def test_no_search_reads_a_whole_table(rf: RequestFactory, staff_user, model):
    page = admin.site.get_model_admin(model)
    request = rf.get("/")
    request.user = staff_user("moderator")

    rows, _may_repeat = page.get_search_results(request, model.objects.all(), "T-000001")

    with connection.cursor() as cursor:
        # What the planner would do if reading everything cost much, as it does of millions.
        cursor.execute("SET LOCAL enable_seqscan = off")
        plan = rows.order_by("-pk")[:26].explain()
    assert "Seq Scan" not in plan, plan


def test_a_span_of_days_needs_no_time_of_day_and_is_shown_latest_first(client, make_account):
    with time_machine.travel(datetime(2026, 3, 9, 4, tzinfo=UTC)):
        first, second = (make_account() for _number in range(2))
    make_account()

    answer = client.get(
        ACCOUNTS, {"registered_at_from_0": "2026-03-09", "registered_at_to_0": "2026-03-09"}
    )

    shown = answer.context["cl"]
    assert [row.pk for row in shown.result_list] == [second.pk, first.pk]
    assert shown.queryset.query.order_by == ("-registered_at", "-pk")


def test_a_day_that_is_none_leads_back_to_the_list(client):
    answer = client.get(ACCOUNTS, {"registered_at_from_0": "2026-02-30"})

    assert (answer.status_code, answer.url) == (302, f"{ACCOUNTS}?e=1")
