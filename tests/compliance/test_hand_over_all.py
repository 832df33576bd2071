"""Everything that an absent colleague holds goes to others, or back to the queues."""

from collections.abc import Callable

import pytest
from django.utils import timezone

from compliance import work
from compliance.errors import (
    MissingReason,
    NotPermitted,
    StaleLease,
)
from compliance.models import HandOver, Lease, Side, StaffUser, WorkItem
from compliance.proposals import open_matter
from compliance.recusals import recuse
from tests.compliance.desk_cases import (
    QUEUE,
    CaptureCount,
    P,
    acts,
    is_untouched,
    item_of,
    take,
)

pytestmark = pytest.mark.usefixtures("queue")
Make = Callable[..., StaffUser]


@pytest.mark.django_db
class TestHandOverAll:
    def test_everything_is_shared_out_in_turn_with_a_log_row_each(self, staff_user: Make) -> None:
        away, supervisor = staff_user("moderator"), staff_user("supervisor")
        receivers = [staff_user("moderator").person, staff_user("moderator").person]
        items = [item_of() for _number in range(5)]
        fences = {item.pk: take(item, away).fence for item in items}

        done = work.hand_over_all(
            holder=away.person, receivers=receivers, actor=supervisor, provision=P, reason="病假"
        )

        assert sorted(done.received.values()) == [2, 3]
        assert done.returned == 0
        assert {lease.holder for lease in Lease.objects.all()} == set(receivers)
        assert all(lease.fence == fences[lease.pk] + 1 for lease in Lease.objects.all())
        assert HandOver.objects.count() == 5
        assert acts() == ["compliance.workitem.hand_over"] * 5

    def test_it_costs_the_same_few_statements_whatever_the_number(
        self, staff_user: Make, django_assert_num_queries: Callable
    ) -> None:
        supervisor, receiver = staff_user("supervisor"), staff_user("moderator")
        supervisor.has_perm("compliance.assign_work")
        counts = []
        for number in (2, 12):
            away = staff_user("moderator")
            for _item in range(number):
                take(item_of(), away)
            with CaptureCount() as counted:
                work.hand_over_all(
                    holder=away.person,
                    receivers=[receiver.person],
                    actor=supervisor,
                    provision=P,
                    reason="病假",
                )
            counts.append(counted.number)

        assert counts[0] == counts[1]

    def test_without_receivers_all_goes_back_to_the_queues(self, staff_user: Make) -> None:
        away, item = staff_user("moderator"), item_of()
        before = take(item, away)

        done = work.hand_over_all(
            holder=away.person, receivers=[], actor=away, provision=P, reason="下班"
        )

        assert done.returned == 1
        assert acts() == ["compliance.workitem.send_back"]
        with pytest.raises(StaleLease, match="下班"):
            work.require_lease(work_item=item, actor=away, fence=before.fence)
        assert work.claim_next(queue=QUEUE, actor=staff_user("moderator")).pk == item.pk

    def test_what_no_receiver_may_have_goes_back_to_its_queue(self, staff_user: Make) -> None:
        matter = open_matter("test")
        away, supervisor, receiver = (
            staff_user("moderator"),
            staff_user("supervisor"),
            staff_user("moderator"),
        )
        recuse(person=receiver.person, matter=matter, actor=receiver, provision=P, reason="亲属")
        kept, given = item_of(matter=matter, side=Side.DECIDED), item_of()
        take(kept, away)
        take(given, away)

        done = work.hand_over_all(
            holder=away.person,
            receivers=[receiver.person],
            actor=supervisor,
            provision=P,
            reason="病假",
        )

        assert (done.received, done.returned) == ({receiver.person_id: 1}, 1)
        assert WorkItem.objects.held_by(receiver.person, timezone.now()).get() == given
        assert kept in WorkItem.objects.free(timezone.now())

    def test_only_who_assigns_work_gives_away_what_others_hold(self, staff_user: Make) -> None:
        away, other, item = staff_user("moderator"), staff_user("moderator"), item_of()
        before = take(item, away)

        with pytest.raises(NotPermitted):
            work.hand_over_all(
                holder=away.person, receivers=[other.person], actor=other, provision=P, reason="x"
            )
        with pytest.raises(MissingReason):
            work.hand_over_all(
                holder=away.person,
                receivers=[],
                actor=staff_user("supervisor"),
                provision=P,
                reason="",
            )

        is_untouched(item, before)
