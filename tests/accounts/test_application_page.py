"""The page of an application that waits for material."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Application
from compliance.models import ActionLog, StaffUser, WorkItem

pytestmark = pytest.mark.django_db


@pytest.fixture
def waiting(make_application: Callable[..., Application]) -> Application:
    """An application without a category."""
    application = make_application(category="")
    assert application.status == "waiting_material"
    return application


@pytest.fixture
def moderator(staff_user: Callable[..., StaffUser], client: Client) -> StaffUser:
    login = staff_user("moderator")
    client.force_login(login)
    return login


def post(client: Client, application: Application, act: str, reason: str = "材料已到") -> int:
    return client.post(
        reverse("admin:application", args=[application.pk]),
        {"action": act, "reason": reason, "version": application.version},
    ).status_code


def test_says_what_is_missing_and_what_the_applicant_was_told(
    waiting: Application, moderator: StaffUser, client: Client
) -> None:
    page = client.get(reverse("admin:application", args=[waiting.pk]))

    assert "FIELD_MISSING" in page.text
    assert waiting.decision_reason.splitlines()[0] in page.text
    assert [each.code for each in page.context["actions"]] == [
        "resume_review",
        "refuse",
        "withdraw",
    ]


def test_takes_it_up_again_once_the_material_is_there(
    waiting: Application, moderator: StaffUser, client: Client
) -> None:
    assert post(client, waiting, "resume_review") == 302

    waiting.refresh_from_db()
    assert waiting.status == "in_review"
    assert WorkItem.objects.open().filter(application=waiting).count() == 1


@pytest.mark.parametrize(("act", "status"), [("refuse", "refused"), ("withdraw", "withdrawn")])
def test_ends_it(
    act: str, status: str, waiting: Application, moderator: StaffUser, client: Client
) -> None:
    assert post(client, waiting, act, "逾期未补充材料") == 302

    waiting.refresh_from_db()
    assert waiting.status == status
    assert waiting.decided_by == (moderator.person if act == "refuse" else None)
    assert ActionLog.objects.for_object(waiting).latest("id").reason == "逾期未补充材料"


@pytest.mark.parametrize("act", ["approve", "no_such_act"])
def test_offers_nothing_else_and_logs_the_attempt(
    act: str, waiting: Application, moderator: StaffUser, client: Client
) -> None:
    assert post(client, waiting, act) == 409

    waiting.refresh_from_db()
    assert waiting.status == "waiting_material"
    assert ActionLog.objects.refused().get().action == f"accounts.application.{act}"


def test_a_stale_page_changes_nothing(
    waiting: Application, moderator: StaffUser, client: Client
) -> None:
    assert post(client, waiting, "resume_review") == 302

    assert post(client, waiting, "withdraw") == 409

    waiting.refresh_from_db()
    assert waiting.status == "in_review"


@pytest.mark.parametrize("role", ["supervisor", "auditor"])
def test_others_read_it_and_can_do_nothing(
    role: str, waiting: Application, staff_user: Callable[..., StaffUser], client: Client
) -> None:
    client.force_login(staff_user(role))

    page = client.get(reverse("admin:application", args=[waiting.pk]))

    assert page.context["actions"] == []
    assert post(client, waiting, "withdraw") == 409
    waiting.refresh_from_db()
    assert waiting.status == "waiting_material"
