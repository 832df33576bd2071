"""Measures whose notice was disputed: lifted the same day where nobody sued, by whoever may."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse

from accounts.models import PublicAccount
from compliance import work
from compliance.errors import ActionRefused
from compliance.models import StaffUser
from enforcement.enums import MeasureStatus
from enforcement.models import Measure
from enforcement.services.complaints import joining
from enforcement.services.infringements import lifting
from enforcement.services.lifting.ending import LiftDraft, end_before_time
from reports.demo.clock import clock_at
from tests.enforcement import complaints, infringements
from tests.enforcement.complaints import fence_of, grounds
from tests.enforcement.conftest import Staff
from tests.enforcement.console import client_of, text_of
from tests.enforcement.infringements import CONTENT, fresh, sweep, told

pytestmark = pytest.mark.django_db
Account = Callable[..., PublicAccount]


@pytest.fixture
def handler(staff_user: Callable[..., StaffUser]) -> StaffUser:
    """A complaint handler."""
    return staff_user("complaint_handler")


class TestLifting:
    def test_without_a_lawsuit_the_content_is_shown_again_the_same_day(
        self, make_account: Account, staff: Staff, handler: StaffUser, system: StaffUser
    ) -> None:
        complaint = infringements.passed_on(make_account(), handler)
        decision = infringements.stopped(complaint, staff, handler)
        infringements.dispute(complaint)
        clock = fresh(complaint).wait_clock
        assert clock is not None
        assert sweep(system, clock.due_at - timedelta(minutes=1)).unproven == 0
        assert Measure.objects.get(decision=decision).status == MeasureStatus.IN_FORCE

        assert sweep(system, clock.due_at + timedelta(minutes=1)).unproven == 1

        measure = Measure.objects.get(decision=decision)
        assert (measure.status, measure.lift.ground) == (MeasureStatus.LIFTED, "no_suit")
        assert fresh(complaint).status == "lifted"
        assert sorted(told(complaint)[-2:]) == ["ended", "result"]

    def test_what_is_about_more_contents_waits_for_somebody_today(
        self, make_account: Account, staff: Staff, handler: StaffUser, system: StaffUser
    ) -> None:
        complaint = infringements.passed_on(make_account(), handler)
        decision = infringements.stopped(complaint, staff, handler, (CONTENT, "article-18"))
        infringements.dispute(complaint)
        clock = fresh(complaint).wait_clock
        assert clock is not None
        after = clock.due_at + timedelta(minutes=1)
        sweep(system, after)
        found = fresh(complaint)
        assert found.status == "lifting"
        assert found.work_item is not None
        measure = Measure.objects.get(decision=decision)
        assert measure.status == MeasureStatus.IN_FORCE

        with clock_at(after + timedelta(minutes=1)):
            fence = work.claim_item(work_item=found.work_item, actor=handler).fence
            page = reverse("admin:review_infringement", args=[found.work_item_id])
            assert decision.number in text_of(client_of(handler).get(page))
            act: dict[str, Any] = {"told": "已终止", "fence": fence, **grounds(handler)}
            with pytest.raises(ActionRefused):
                lifting.note_lifted(infringement=fresh(complaint), **act)
            end_before_time(measure, LiftDraft("no_suit", "期满"), grounds(system))  # type: ignore[arg-type]
            lifting.note_lifted(infringement=fresh(complaint), **act)

        assert fresh(complaint).status == "lifted"

    def test_another_notice_that_stands_holds_the_content(
        self, make_account: Account, staff: Staff, handler: StaffUser, system: StaffUser
    ) -> None:
        account = make_account()
        complaint = infringements.passed_on(account, handler)
        other = infringements.passed_on(account, handler, contact=complaints.EMAIL)
        decision = infringements.stopped(complaint, staff, handler)
        joining.forward_complaint(
            complaint=other,
            summary="另一权利人就同一内容通知",
            fence=fence_of(other, handler),
            **grounds(handler),
        )
        infringements.dispute(complaint)
        clock = fresh(complaint).wait_clock
        assert clock is not None

        sweep(system, clock.due_at + timedelta(minutes=1))

        assert fresh(complaint).status == "lifted"
        assert Measure.objects.get(decision=decision).status == MeasureStatus.IN_FORCE
