"""The search of a list finds whole values by their index, however many rows there are."""

import pytest
from django.contrib import admin
from django.db import connection
from django.test import Client, RequestFactory
from django.urls import reverse

from accounts.models import (
    AccountAllowance,
    Application,
    Finding,
    GuardianConsent,
    PublicAccount,
    Qualification,
    Repudiation,
    Subject,
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


@pytest.mark.parametrize(
    "model",
    [
        PublicAccount,
        Subject,
        Application,
        Finding,
        Qualification,
        AccountAllowance,
        Repudiation,
        GuardianConsent,
    ],
)
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
