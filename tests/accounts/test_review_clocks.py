"""The review's clock stands still while the applicant's runs, and goes on with the rest."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from unittest import mock

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts import tasks
from accounts.enums import ApplicationStatus
from accounts.models import Application
from accounts.services import review
from accounts.services.lapsed_material import return_lapsed_applications
from compliance import work
from compliance.clocks.rules import last_day
from compliance.errors import InvalidInput
from compliance.models import StaffUser, WorkItem
from compliance.provisions import Provision

pytestmark = pytest.mark.django_db


def grounds(actor: StaffUser) -> dict[str, Any]:
    return {
        "actor": actor,
        "provision": Provision.PUBLIC_ACCOUNT_8_1,
        "reason": "证书照片不清晰",
    }


@pytest.fixture
def moderator(staff_user: Callable[..., StaffUser]) -> StaffUser:
    return staff_user("moderator")


@pytest.fixture
def asked(moderator: StaffUser, make_application: Callable[..., Application]) -> Application:
    """An application in review that was sent back for material."""
    application = make_application(category="education")
    assert application.work_item is not None
    lease = work.claim_item(work_item=application.work_item, actor=moderator)
    review.ask_for_material(
        application=application,
        fence=lease.fence,
        expected_version=application.version,
        told="请补充资质证书。",
        **grounds(moderator),
    )
    return Application.objects.get(pk=application.pk)


def test_the_applicant_is_told_the_last_day_of_a_clock_of_their_own(asked: Application) -> None:
    clock = asked.material_clock

    assert clock is not None
    assert clock.limit is not None
    assert (clock.step, clock.limit.amount, clock.is_window) == ("application_material", 15, True)
    assert last_day(clock.due_at).isoformat() in asked.decision_reason
    assert asked.work_item is not None
    assert asked.work_item.clock.state == "paused"


def test_back_in_the_queue_it_is_the_same_clock_with_the_rest_of_its_time(
    asked: Application, moderator: StaffUser
) -> None:
    before = asked.work_item
    assert before is not None
    assert asked.material_clock is not None
    later = timezone.now() + timedelta(days=9)
    with mock.patch.object(timezone, "now", return_value=later):
        review.resume_review(
            application=asked, expected_version=asked.version, **grounds(moderator)
        )

    item = WorkItem.objects.open().get(application=asked)
    asked.material_clock.refresh_from_db()
    assert item.clock == before.clock
    assert item.due_at == item.clock.due_at > later
    assert [each.kind for each in item.clock.events.order_by("number")] == [
        "start",
        "pause",
        "resume",
    ]
    assert asked.material_clock.state == "stopped"


@pytest.mark.parametrize("service", [review.refuse_application, review.withdraw_application])
def test_what_is_ended_while_it_waits_has_no_clock_running(
    asked: Application, moderator: StaffUser, service: Callable[..., None]
) -> None:
    told = {"told": "材料未补充"} if service is review.refuse_application else {}

    service(
        application=asked,
        fence=None,
        expected_version=asked.version,
        **told,
        **grounds(moderator),
    )

    asked.refresh_from_db()
    assert asked.work_item is not None
    assert asked.material_clock is not None
    assert {asked.work_item.clock.state, asked.material_clock.state} == {"stopped"}
    assert not asked.work_item.clock.breaches.exists()


def test_what_waited_longer_than_the_applicant_had_time_goes_back_into_the_queue(
    asked: Application,
) -> None:
    assert asked.material_clock is not None
    late = asked.material_clock.due_at + timedelta(hours=1)
    tasks.return_lapsed_applications(0)
    asked.refresh_from_db()
    in_time = asked.status

    with mock.patch.object(timezone, "now", return_value=late):
        tasks.return_lapsed_applications(0)

    asked.refresh_from_db()
    assert in_time == ApplicationStatus.WAITING_MATERIAL
    assert asked.status == ApplicationStatus.IN_REVIEW
    assert WorkItem.objects.open().filter(application=asked).exists()


def test_nobodys_time_is_ended_before_it_is_over(asked: Application, system: StaffUser) -> None:
    with pytest.raises(InvalidInput):
        return_lapsed_applications(now=timezone.now() + timedelta(days=90), actor=system)

    asked.refresh_from_db()
    assert asked.status == ApplicationStatus.WAITING_MATERIAL


def test_one_that_the_checks_sent_back_has_the_applicants_clock_and_the_date_in_its_text(
    make_application: Callable[..., Application],
) -> None:
    application = make_application(contact="")

    assert application.status == ApplicationStatus.WAITING_MATERIAL
    assert application.material_clock is not None
    assert last_day(application.material_clock.due_at).isoformat() in application.decision_reason


def test_the_text_in_another_language_is_not_shown_with_what_was_told_in_the_applicants(
    client: Client,
    staff_user: Callable[..., StaffUser],
    make_application: Callable[..., Application],
) -> None:
    told = make_application(contact="").decision_reason.splitlines()[0]
    client.force_login(staff_user("compliance_officer"))

    rows = client.get(
        reverse("admin:notice_text", args=["accounts.application_material", "applicant"])
    ).context["rows"]

    shown = {row.language: row.present for row in rows}
    assert told in shown["zh-hans"].text
    assert (shown["en"].text, shown["en"].problem) == ("", "最近一条记录是以另一种语言告知的。")
