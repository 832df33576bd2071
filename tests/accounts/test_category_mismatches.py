"""Content outside the category: reported by colleagues and by the platform, and looked at by a person."""

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.enums import FindingKind, GroundKind
from accounts.models import Finding, Restriction
from accounts.services import restrictions
from compliance.models import ActionLog, WorkItem
from tests.accounts.powers import because

pytestmark = pytest.mark.django_db
SAID = {"facts": "近三十日所发内容多为股票评论，登记类别为美食", "source_ref": "review-2026-7"}


@pytest.fixture
def page_of(client, staff_user):
    def log_in(account, role="moderator"):
        client.force_login(staff_user(role))
        return reverse("admin:report_category_mismatch", args=[account.pk])

    return log_in


def test_a_colleague_reports_it_from_the_page_of_the_account_and_nothing_else_happens(
    client, make_account, page_of
):
    account = make_account()
    page = page_of(account)
    assert page in client.get(reverse("admin:account", args=[account.pk])).text
    assert client.get(page).status_code == 200

    first = client.post(page, {**SAID, "reason": "巡查所见"})
    again = client.post(page, {**SAID, "reason": "再次所见"})

    finding = Finding.objects.get()
    assert first.url == again.url == reverse("admin:look_at_finding", args=[finding.work_item_id])
    assert (finding.kind, finding.account) == (FindingKind.CATEGORY_MISMATCH, account)
    assert WorkItem.objects.get(finding=finding).queue == "findings"
    assert not Restriction.objects.exists()


@pytest.mark.parametrize(
    "changes", [{"facts": " "}, {"source_ref": ""}, {"source_ref": "x" * 61}, {"reason": ""}]
)
def test_who_does_not_say_what_and_why_is_refused_and_leaves_nothing(
    client, make_account, page_of, changes
):
    answer = client.post(page_of(make_account()), {**SAID, "reason": "巡查所见", **changes})

    assert answer.status_code == 422
    assert not Finding.objects.exists()


def test_an_auditor_reports_nothing(client, make_account, page_of):
    account = make_account()
    page = page_of(account, role="auditor")

    assert client.post(page, {**SAID, "reason": "巡查所见"}).status_code == 403
    assert page not in client.get(reverse("admin:account", args=[account.pk])).text
    assert not Finding.objects.exists()


def test_a_closed_account_publishes_nothing_so_there_is_nothing_to_report(
    client, make_account, page_of, system
):
    account = make_account()
    restrictions.close_account(
        account=account,
        ground_kind=GroundKind.STOP,
        ground_ref="stop:1",
        **because(system),
    )

    answer = client.post(page_of(account), {**SAID, "reason": "巡查所见"})

    assert answer.status_code == 409
    assert not Finding.objects.exists()
    assert ActionLog.objects.filter(action="accounts.finding.create", outcome="refused").exists()


def test_the_platform_reports_it_once_however_often_it_sends(make_account, make_caller):
    account, platform = make_account(), make_caller("categories:report")
    body = {"platform_uid": account.platform_uid, **SAID}

    answers = [platform.post("/api/v1/category-mismatches/", body) for _twice in range(2)]

    finding = Finding.objects.get()
    assert [each.json()["number"] for each in answers] == [finding.number] * 2
    assert finding.found_at <= timezone.now()


@pytest.mark.parametrize(
    ("changes", "status"),
    [({"platform_uid": "nobody"}, 422), ({"facts": " "}, 422), ({"source_ref": ""}, 400)],
)
def test_a_report_about_nobody_or_nothing_leaves_nothing(
    make_account, make_caller, changes, status
):
    body = {"platform_uid": make_account().platform_uid, **SAID, **changes}

    answer = make_caller("categories:report").post("/api/v1/category-mismatches/", body)

    assert answer.status_code == status
    assert not Finding.objects.exists()


def test_a_key_for_something_else_reports_nothing(make_account, make_caller):
    body = {"platform_uid": make_account().platform_uid, **SAID}

    answer = make_caller("findings:read").post("/api/v1/category-mismatches/", body)

    assert answer.status_code == 403
    assert not Finding.objects.exists()
