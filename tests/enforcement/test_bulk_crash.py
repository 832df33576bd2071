"""A worker that is killed in the middle of a list: another one goes on, and nothing is done twice."""

from collections.abc import Callable

import pytest

from accounts.models import PublicAccount
from compliance.models import Delivery
from compliance.staff import system_actor
from enforcement.models import Case, CreditEntry, Decision, Measure
from enforcement.services.bulk import carrying, undoing
from tests.enforcement import bulk as lists
from tests.enforcement.conftest import Staff
from tests.processes import at_once, kill_in

pytestmark = pytest.mark.django_db(transaction=True)

MakeAccount = Callable[..., PublicAccount]


def test_a_worker_killed_in_the_middle_is_followed_by_one_that_does_nothing_twice(
    make_account: MakeAccount, staff: Staff
) -> None:
    ring = [make_account() for _place in range(4)]
    bulk = lists.approved(ring, staff)

    def work() -> None:
        list(carrying.carry_out_approved(actor=system_actor()))

    # In the transaction of the second account; then right after that of the next one.
    kill_in(work, carrying, "enforce_decision", call=2)
    assert Decision.objects.count() == Case.objects.count() == 1
    kill_in(work, carrying, "_next", call=1)
    assert Decision.objects.count() == Case.objects.count() == 2

    lists.carry_out(bulk)

    assert bulk.status == "done"
    assert set(bulk.items.values_list("status", flat=True)) == {"carried_out"}
    for found in (Decision, Measure, CreditEntry, Case):
        assert found.objects.count() == 4
    told = Delivery.objects.filter(notice__purpose="enforcement.decision")
    assert len({each.subject_id for each in told}) == told.count() == 4

    undoing.undo_bulk(bulk=bulk, actor=staff.supervisor, provision=lists.P, reason="名单取错批次")

    def undo() -> None:
        list(undoing.undo_taken_back(actor=system_actor()))

    kill_in(undo, undoing, "take_back_untold", call=2)
    undo()

    bulk.refresh_from_db()
    assert bulk.status == "undone"
    assert set(Decision.objects.values_list("status", flat=True)) == {"reversed"}
    assert CreditEntry.objects.filter(kind="reverse").count() == 4


def test_two_workers_at_once_decide_on_each_account_once(
    make_account: MakeAccount, staff: Staff
) -> None:
    bulk = lists.approved([make_account() for _place in range(3)], staff)

    def work() -> None:
        list(carrying.carry_out_approved(actor=system_actor()))

    assert at_once(work, work) == [0, 0]

    bulk.refresh_from_db()
    assert bulk.status == "done"
    assert Decision.objects.count() == Case.objects.count() == Measure.objects.count() == 3
