"""A list is undone as a whole, and exactly."""

from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from accounts.models import PublicAccount, Restriction
from compliance.errors import ActionRefused, MissingReason, NotPermitted, TransitionRefused
from compliance.models import ActionLog, Delivery, Notice, StaffUser
from enforcement.models import CreditScore, Decision
from enforcement.services.bulk import carrying, undoing
from enforcement.services.reversals import reverse_decision
from tests.enforcement import bulk as lists
from tests.enforcement.conftest import Staff
from tests.enforcement.test_bulk_decisions.conftest import grounds, matrix

pytestmark = pytest.mark.django_db


class TestUndoing:
    def test_everything_is_undone_exactly_and_nobody_is_told(
        self, ring: list[PublicAccount], staff: Staff, system: StaffUser
    ) -> None:
        bulk = lists.approved(ring, staff, words=matrix())
        lists.carry_out(bulk)

        stopped = undoing.undo_bulk(bulk=bulk, **grounds(staff.supervisor, "名单取错批次"))
        undone = list(undoing.undo_taken_back(actor=system))

        bulk.refresh_from_db()
        assert (bulk.status, bulk.undone_by) == ("undone", staff.supervisor.person)
        assert len(undone) == 3
        assert set(bulk.items.values_list("status", flat=True)) == {"undone"}
        assert {each.status for each in Decision.objects.all()} == {"reversed"}
        assert not Restriction.objects.in_force(timezone.now()).exists()
        assert set(CreditScore.objects.values_list("score", flat=True)) == {100}
        told = Delivery.objects.filter(notice__isnull=False)
        assert stopped == told.count()
        assert not told.filter(cancelled_at__isnull=True).exists()
        assert not Notice.objects.filter(purpose="enforcement.reversal").exists()
        row = (
            ActionLog.objects.for_object(bulk).filter(action="enforcement.bulkdecision.undo").get()
        )
        assert (row.actor_number, row.reason) == (staff.supervisor.person_id, "名单取错批次")

    def test_what_is_not_carried_out_yet_never_is(
        self, ring: list[PublicAccount], staff: Staff, system: StaffUser
    ) -> None:
        bulk = lists.approved(ring, staff)
        next(carrying.carry_out_bulk(bulk=bulk, actor=system))
        undoing.undo_bulk(bulk=bulk, **grounds(staff.officer))
        list(undoing.undo_taken_back(actor=system))

        assert lists.carry_out(bulk) == []
        assert sorted(bulk.items.values_list("status", flat=True)) == [
            *("undone", "waiting", "waiting")
        ]

    def test_a_decision_reversed_by_itself_is_not_undone_twice(
        self,
        ring: list[PublicAccount],
        staff: Staff,
        staff_user: Callable[..., StaffUser],
        system: StaffUser,
    ) -> None:
        bulk = lists.approved(ring, staff)
        lists.carry_out(bulk)
        one = Decision.objects.earliest("pk")
        reverse_decision(decision=one, **grounds(staff_user("complaint_handler")))

        undoing.undo_bulk(bulk=bulk, **grounds(staff.supervisor))
        list(undoing.undo_taken_back(actor=system))

        bulk.refresh_from_db()
        assert bulk.status == "undone"
        reversals = ActionLog.objects.filter(action="enforcement.decision.reverse")
        assert reversals.count() == 3

    def test_afterwards_nobody_undoes_a_list(self, ring: list[PublicAccount], staff: Staff) -> None:
        bulk = lists.approved(ring, staff)
        lists.carry_out(bulk)

        with time_machine.travel(timezone.now() + timedelta(hours=3)), pytest.raises(ActionRefused):
            undoing.undo_bulk(bulk=bulk, **grounds(staff.supervisor))

        bulk.refresh_from_db()
        assert (bulk.status, bulk.undone_reason) == ("done", "")
        assert not Delivery.objects.filter(cancelled_at__isnull=False).exists()

    def test_undoing_needs_the_right_and_a_reason(
        self, ring: list[PublicAccount], staff: Staff
    ) -> None:
        bulk = lists.approved(ring, staff)

        with pytest.raises(NotPermitted):
            undoing.undo_bulk(bulk=bulk, **grounds(staff.moderator))
        with pytest.raises(MissingReason):
            undoing.undo_bulk(bulk=bulk, **grounds(staff.supervisor, "  "))
        undoing.undo_bulk(bulk=bulk, **grounds(staff.supervisor))
        with pytest.raises(TransitionRefused):
            undoing.undo_bulk(bulk=bulk, **grounds(staff.officer))
