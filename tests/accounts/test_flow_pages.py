"""Small things that people who work with the flows of accounts all day rely on."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import Application, Correction, ProfileChange, PublicAccount, Qualification
from accounts.services.corrections import lapses
from compliance import work
from compliance.models import ResponseInvitation, StaffUser, WorkItem
from compliance.responses.codes import code_of
from tests.accounts.corrections import order, order_long_ago

pytestmark = pytest.mark.django_db


def page_of(correction: Correction) -> str:
    """Return the address at which the operator answers."""
    invitation = ResponseInvitation.objects.open().about(correction)
    return reverse(
        "public:response", args=[code_of(invitation.get(kind="accounts.correction_answer"))]
    )


def test_whoever_is_late_reads_that_the_time_is_over_and_no_day_far_ahead(
    make_account: Callable[..., PublicAccount],
    reviewer: StaffUser,
    system: StaffUser,
    at_once: None,
) -> None:
    in_time = order(make_account(), reviewer)
    late = order_long_ago(make_account(), reviewer)
    lapses.lapse_corrections(now=timezone.now(), actor=system)

    asked_in_time = Client().get(page_of(in_time)).text
    asked_late = Client().get(page_of(late)).text

    assert "期限已经届满，仍接受改正" in asked_late
    assert "前（含当日）答复" not in asked_late
    assert "前（含当日）答复" in asked_in_time
    assert "期限已经届满" not in asked_in_time
    for heading in ("发现的情况（", "依据：", "须完成的事项："):
        assert heading in asked_in_time


def test_the_receipt_says_what_comes_next(
    make_account: Callable[..., PublicAccount], reviewer: StaffUser, at_once: None
) -> None:
    page, visitor = page_of(order(make_account(), reviewer)), Client()

    sent = visitor.post(page, {"answer": "corrected", "name": "河畔闲谈", "complete": "1"})

    assert sent.status_code == 302
    assert "结果以通知告知" in visitor.get(page).text


def test_what_may_stay_empty_comes_after_the_reason_that_is_told(
    client: Client,
    make_account: Callable[..., PublicAccount],
    reviewer: StaffUser,
    changed: Callable[..., ProfileChange],
) -> None:
    waiting = changed(make_account(), name="上海弄堂小食")
    assert waiting.work_item is not None
    work.claim_item(work_item=waiting.work_item, actor=reviewer)
    client.force_login(reviewer)

    page = client.get(reverse("admin:review_profile_change", args=[waiting.work_item_id])).text

    form = page.partition('name="action" value="refuse"')[2].partition("</form>")[0]
    assert 0 < form.index('name="reason"') < form.index('name="note"')


def test_the_review_of_a_correction_names_who_runs_the_account_and_until_when(
    client: Client,
    make_account: Callable[..., PublicAccount],
    reviewer: StaffUser,
    at_once: None,
) -> None:
    account = make_account()
    ordered = order(account, reviewer)
    client.force_login(reviewer)

    page = client.get(reverse("admin:correction", args=[ordered.pk])).text

    assert account.subject.shown_name in page
    assert "改正期限" in page


def test_the_page_of_an_application_leads_to_its_review_and_says_until_when(
    client: Client, make_application: Callable[..., Application], reviewer: StaffUser
) -> None:
    waiting = make_application(category="education")
    item = WorkItem.objects.get(application=waiting)
    client.force_login(reviewer)

    page = client.get(reverse("admin:application", args=[waiting.pk])).text

    assert reverse("admin:review_application", args=[item.pk]) in page
    assert "到期时间" in page


def test_a_list_finds_a_record_by_the_number_that_it_shows(
    client: Client,
    make_account: Callable[..., PublicAccount],
    staff_user: Callable[..., StaffUser],
    reviewer: StaffUser,
    changed: Callable[..., ProfileChange],
    submitted: Callable[..., Qualification],
    at_once: None,
) -> None:
    accounts = [make_account(), make_account()]
    pairs = [
        [changed(each, bio=f"换过的简介{each.pk}") for each in accounts],
        [submitted(each, type="teacher") for each in accounts],
        [order(each, reviewer) for each in accounts],
    ]
    client.force_login(staff_user("auditor"))

    for first, other in pairs:
        address = reverse(f"admin:accounts_{first._meta.model_name}_changelist")
        found = client.get(address, {"q": first.reference.lower()}).text

        assert f"/{first.pk}/change/" in found
        assert f"/{other.pk}/change/" not in found
