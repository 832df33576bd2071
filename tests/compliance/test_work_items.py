"""Two persons never work one item."""

import threading
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from compliance import work
from compliance.errors import MissingReason, NothingToClaim, NotPermitted, StaleLease
from compliance.models import ActionLog, Lease, StaffUser, WorkItem
from compliance.provisions import Provision
from tests.compliance.clocks import clock_due

QUEUE = "test-queue"


@pytest.fixture(autouse=True)
def queue(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(
        work._queues, QUEUE, work.Queue(QUEUE, "test", "compliance.reveal_identity", "admin:index")
    )
    return


def item(*, hours: int = 1, weight: int = 0) -> WorkItem:
    return work.open_item(
        queue=QUEUE, clock=clock_due(timezone.now() + timedelta(hours=hours)), weight=weight
    )


def let_lapse(lease: Lease) -> None:
    Lease.objects.filter(pk=lease.pk).update(until=timezone.now() - timedelta(seconds=1))


@pytest.mark.django_db
class TestClaimNext:
    def test_gives_what_is_due_first_then_what_weighs_more(
        self, staff_user: Callable[..., StaffUser]
    ) -> None:
        due = timezone.now() + timedelta(hours=1)
        later = item(hours=5, weight=9)
        light = work.open_item(queue=QUEUE, clock=clock_due(due))
        heavy = work.open_item(queue=QUEUE, clock=clock_due(due), weight=5)

        order = [
            work.claim_next(queue=QUEUE, actor=staff_user("moderator")).work_item_id
            for _ in range(3)
        ]

        assert order == [heavy.pk, light.pk, later.pk]

    def test_gives_what_the_person_already_holds_before_anything_new(
        self, staff_user: Callable[..., StaffUser]
    ) -> None:
        moderator = staff_user("moderator")
        item()
        item()

        first = work.claim_next(queue=QUEUE, actor=moderator)
        again = work.claim_next(queue=QUEUE, actor=moderator)

        assert (again.pk, again.fence) == (first.pk, first.fence)

    def test_refuses_when_nothing_waits(self, staff_user: Callable[..., StaffUser]) -> None:
        with pytest.raises(NothingToClaim):
            work.claim_next(queue=QUEUE, actor=staff_user("moderator"))

    def test_refuses_who_may_not_take_from_the_queue(
        self, staff_user: Callable[..., StaffUser]
    ) -> None:
        item()

        with pytest.raises(NotPermitted):
            work.claim_next(queue=QUEUE, actor=staff_user("auditor"))

        assert not Lease.objects.exists()

    def test_passes_over_what_the_person_skipped(
        self, staff_user: Callable[..., StaffUser]
    ) -> None:
        moderator = staff_user("moderator")
        first = item(hours=1)
        second = item(hours=2)
        lease = work.claim_next(queue=QUEUE, actor=moderator)
        work.skip_item(
            work_item=first,
            actor=moderator,
            fence=lease.fence,
            provision=Provision.PUBLIC_ACCOUNT_6_1,
            reason="需要法务协助",
        )

        assert work.claim_next(queue=QUEUE, actor=moderator).work_item_id == second.pk
        assert work.claim_next(queue=QUEUE, actor=staff_user("moderator")).work_item_id == first.pk
        assert ActionLog.objects.filter(action="compliance.workitem.skip").count() == 1


@pytest.mark.django_db
class TestLease:
    def test_a_lapsed_lease_goes_to_the_next_with_a_higher_fence(
        self, staff_user: Callable[..., StaffUser]
    ) -> None:
        first_holder, second_holder = staff_user("moderator"), staff_user("moderator")
        work_item = item()
        lapsed = work.claim_next(queue=QUEUE, actor=first_holder)
        let_lapse(lapsed)

        taken = work.claim_next(queue=QUEUE, actor=second_holder)

        assert (taken.holder_id, taken.fence) == (second_holder.person_id, lapsed.fence + 1)
        with pytest.raises(StaleLease, match=second_holder.person.name):
            work.require_lease(work_item=work_item, actor=first_holder, fence=lapsed.fence)

    def test_a_lapsed_lease_decides_nothing_even_if_nobody_took_over(
        self, staff_user: Callable[..., StaffUser]
    ) -> None:
        moderator = staff_user("moderator")
        work_item = item()
        lease = work.claim_next(queue=QUEUE, actor=moderator)
        let_lapse(lease)

        with pytest.raises(StaleLease):
            work.require_lease(work_item=work_item, actor=moderator, fence=lease.fence)

    def test_an_old_fence_of_the_same_person_is_refused(
        self, staff_user: Callable[..., StaffUser]
    ) -> None:
        moderator = staff_user("moderator")
        work_item = item()
        lease = work.claim_next(queue=QUEUE, actor=moderator)
        let_lapse(lease)
        work.claim_item(work_item=work_item, actor=moderator)

        with pytest.raises(StaleLease):
            work.require_lease(work_item=work_item, actor=moderator, fence=lease.fence)

    def test_a_held_item_is_not_given_to_another_who_is_told_whose_it_is(
        self, staff_user: Callable[..., StaffUser]
    ) -> None:
        holder = staff_user("moderator")
        work_item = item()
        work.claim_next(queue=QUEUE, actor=holder)

        with pytest.raises(StaleLease, match=holder.person.name):
            work.claim_item(work_item=work_item, actor=staff_user("moderator"))

    def test_a_skip_without_reason_leaves_the_lease_as_it_was(
        self, staff_user: Callable[..., StaffUser]
    ) -> None:
        moderator = staff_user("moderator")
        work_item = item()
        lease = work.claim_next(queue=QUEUE, actor=moderator)

        with pytest.raises(MissingReason):
            work.skip_item(
                work_item=work_item,
                actor=moderator,
                fence=lease.fence,
                provision=Provision.PUBLIC_ACCOUNT_6_1,
                reason="  ",
            )

        assert Lease.objects.get(pk=lease.pk).until == lease.until
        assert not work_item.skips.exists()


@pytest.mark.django_db(transaction=True)
def test_eight_moderators_at_once_never_get_the_same_item(
    staff_user: Callable[..., StaffUser],
) -> None:
    for _ in range(60):
        item()
    people = [staff_user("moderator") for _ in range(8)]
    start = threading.Barrier(len(people))
    claimed: list[int] = []
    problems: list[Exception] = []

    def run(actor: StaffUser) -> None:
        start.wait()
        try:
            while True:
                lease = work.claim_next(queue=QUEUE, actor=actor)
                claimed.append(lease.work_item_id)
                work.close_item(lease.work_item)
        except NothingToClaim:
            pass
        except Exception as problem:  # noqa: BLE001  # shown by the assertion below
            problems.append(problem)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(each,)) for each in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert problems == []
    assert len(claimed) == len(set(claimed))
    assert WorkItem.objects.open().count() == 0
