"""A held item changes hands: handed over, accepted, taken over, one or all at once."""

import threading
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from compliance import absences, work
from compliance.errors import (
    ActionRefused,
    InvalidInput,
    MissingReason,
    NothingToClaim,
    NotPermitted,
    StaleLease,
)
from compliance.models import ActionLog, HandOver, Lease, Side, StaffUser, WorkItem
from compliance.proposals import open_matter, take_part
from compliance.recusals import recuse
from tests.compliance.clocks import clock_due
from tests.compliance.desk_cases import (
    QUEUE,
    P,
    acts,
    hand_over,
    is_untouched,
    item_of,
    propose,
    sql,
    take,
)

pytestmark = pytest.mark.usefixtures("queue")
Make = Callable[..., StaffUser]


@pytest.mark.django_db
class TestHandOver:
    def test_the_receiver_holds_it_for_a_day_and_the_giver_can_decide_nothing(
        self, staff_user: Make
    ) -> None:
        giver, receiver, item = staff_user("moderator"), staff_user("moderator"), item_of()
        before = take(item, giver)

        given = hand_over(item, giver, receiver, before.fence)

        assert (given.holder_id, given.fence) == (receiver.person_id, before.fence + 1)
        assert given.until > timezone.now() + work.HAND_OVER_TIME - timedelta(minutes=1)
        with pytest.raises(StaleLease, match=f"{receiver.person.name}.*要去开庭"):
            work.require_lease(work_item=item, actor=giver, fence=before.fence)
        row = ActionLog.objects.for_object(item).get()
        assert (row.action, row.reason) == ("compliance.workitem.hand_over", "要去开庭")
        assert row.changes["holder"] == [giver.person_id, receiver.person_id]

    def test_opening_accepts_it_and_makes_the_lease_short_again(self, staff_user: Make) -> None:
        giver, receiver, item = staff_user("moderator"), staff_user("moderator"), item_of()
        given = hand_over(item, giver, receiver, take(item, giver).fence)

        lease = work.accept_item(work_item=item, actor=receiver, fence=given.fence)

        assert HandOver.objects.get().accepted_at is not None
        assert lease.until <= timezone.now() + work.LEASE_TIME

    def test_what_nobody_opened_in_time_is_anybodys_again(self, staff_user: Make) -> None:
        giver, receiver, item = staff_user("moderator"), staff_user("moderator"), item_of()
        given = hand_over(item, giver, receiver, take(item, giver).fence)
        Lease.objects.update(until=timezone.now() - timedelta(seconds=1))

        taken = work.claim_next(queue=QUEUE, actor=staff_user("moderator"))

        assert (taken.work_item_id, taken.fence) == (item.pk, given.fence + 1)
        with pytest.raises(StaleLease):
            work.accept_item(work_item=item, actor=receiver, fence=given.fence)
        assert HandOver.objects.get().accepted_at is None

    def test_a_supervisor_assigns_what_somebody_else_or_nobody_holds(
        self, staff_user: Make
    ) -> None:
        supervisor, holder = staff_user("supervisor"), staff_user("moderator")
        receiver, held, free = staff_user("moderator"), item_of(), item_of()
        stale = take(held, holder)

        for item in (held, free):
            hand_over(item, supervisor, receiver, fence=0)

        assert set(WorkItem.objects.held_by(receiver.person, timezone.now())) == {held, free}
        with pytest.raises(StaleLease):
            work.require_lease(work_item=held, actor=holder, fence=stale.fence)

    @pytest.mark.parametrize("role", ["auditor", "system_administrator", "complaint_handler"])
    def test_it_goes_to_nobody_who_may_not_take_from_the_queue(
        self, staff_user: Make, role: str
    ) -> None:
        giver, item = staff_user("moderator"), item_of()
        before = take(item, giver)

        with pytest.raises(InvalidInput):
            hand_over(item, giver, staff_user(role), before.fence)

        is_untouched(item, before)

    def test_it_goes_to_nobody_who_is_absent_recused_or_on_another_side(
        self, staff_user: Make
    ) -> None:
        matter = open_matter("test")
        giver, item = staff_user("moderator"), item_of(matter=matter, side=Side.DECIDED)
        before = take(item, giver)
        away, recused, other_side = (staff_user("moderator") for _number in range(3))
        absences.enter_absence(
            person=away.person,
            absent_from=timezone.now() - timedelta(hours=1),
            absent_until=timezone.now() + timedelta(days=2),
            actor=away,
            provision=P,
            reason="年假",
        )
        recuse(person=recused.person, matter=matter, actor=recused, provision=P, reason="亲属")
        take_part(matter, other_side, Side.APPEAL)

        for receiver in (away, recused, other_side, giver):
            with pytest.raises(InvalidInput):
                hand_over(item, giver, receiver, before.fence)

        is_untouched(item, before)

    def test_whoever_does_not_hold_it_and_assigns_nothing_hands_over_nothing(
        self, staff_user: Make
    ) -> None:
        holder, other, item = staff_user("moderator"), staff_user("moderator"), item_of()
        before = take(item, holder)

        with pytest.raises(StaleLease, match=holder.person.name):
            hand_over(item, other, staff_user("moderator"), before.fence)

        is_untouched(item, before)

    def test_without_a_reason_nothing_happens(self, staff_user: Make) -> None:
        giver, item = staff_user("moderator"), item_of()
        before = take(item, giver)

        with pytest.raises(MissingReason):
            work.hand_over_item(
                work_item=item,
                receiver=staff_user("moderator").person,
                fence=before.fence,
                actor=giver,
                provision=P,
                reason="  ",
            )

        is_untouched(item, before)

    def test_a_closed_item_stays_where_it_is(self, staff_user: Make) -> None:
        giver, item = staff_user("moderator"), item_of()
        before = take(item, giver)
        work.close_item(item)

        with pytest.raises(StaleLease):
            hand_over(item, giver, staff_user("moderator"), before.fence)

        assert not HandOver.objects.exists()


@pytest.mark.django_db
class TestTakeOver:
    def both(self, staff_user: Make) -> StaffUser:
        return staff_user("supervisor", "moderator")

    def test_the_holders_fence_is_stale_at_once_and_they_read_who_and_why(
        self, staff_user: Make
    ) -> None:
        holder, leader, item = staff_user("moderator"), self.both(staff_user), item_of()
        before = take(item, holder)

        taken = work.take_over_item(
            work_item=item, actor=leader, provision=P, reason="今日必须办结"
        )

        assert (taken.holder_id, taken.fence) == (leader.person_id, before.fence + 1)
        with pytest.raises(StaleLease, match=f"{leader.person.name}.*今日必须办结"):
            work.renew_lease(work_item=item, actor=holder, fence=before.fence)
        assert acts() == ["compliance.workitem.take_over"]

    @pytest.mark.parametrize("roles", [("moderator",), ("supervisor",)])
    def test_it_needs_the_right_to_assign_and_that_to_take(
        self, staff_user: Make, roles: tuple[str, ...]
    ) -> None:
        holder, item = staff_user("moderator"), item_of()
        before = take(item, holder)

        with pytest.raises(NotPermitted):
            work.take_over_item(
                work_item=item, actor=staff_user(*roles), provision=P, reason="想自己办"
            )

        is_untouched(item, before)

    def test_there_is_nothing_to_take_over_where_nobody_else_holds_it(
        self, staff_user: Make
    ) -> None:
        leader, free, own = self.both(staff_user), item_of(), item_of()
        take(own, leader)

        for item in (free, own):
            with pytest.raises(ActionRefused):
                work.take_over_item(work_item=item, actor=leader, provision=P, reason="想自己办")

        assert acts() == []

    def test_without_a_reason_the_holder_keeps_it(self, staff_user: Make) -> None:
        holder, item = staff_user("moderator"), item_of()
        before = take(item, holder)

        with pytest.raises(MissingReason):
            work.take_over_item(work_item=item, actor=self.both(staff_user), provision=P, reason="")

        is_untouched(item, before)

    def test_whoever_keeps_out_of_the_matter_takes_over_nothing_of_it(
        self, staff_user: Make
    ) -> None:
        matter = open_matter("test")
        holder, leader = staff_user("moderator"), self.both(staff_user)
        item = item_of(matter=matter, side=Side.DECIDED)
        before = take(item, holder)
        recuse(person=leader.person, matter=matter, actor=leader, provision=P, reason="同学")

        with pytest.raises(ActionRefused):
            work.take_over_item(work_item=item, actor=leader, provision=P, reason="今日必须办结")

        is_untouched(item, before)


@pytest.mark.django_db
class TestWhatTheDatabaseHolds:
    def test_a_fence_never_falls_and_rises_with_each_change_of_hands(
        self, staff_user: Make
    ) -> None:
        holder, other, item = staff_user("moderator"), staff_user("moderator"), item_of()
        take(item, holder)

        for statement, values in (
            ("UPDATE compliance_lease SET fence = fence - 1", ()),
            ("UPDATE compliance_lease SET holder_id = %s", (other.person_id,)),
        ):
            with pytest.raises(IntegrityError, match="fence"), transaction.atomic():
                sql(statement, *values)

        assert Lease.objects.get().holder_id == holder.person_id

    @pytest.mark.parametrize("kept_by", ["recusal", "other_side", "own_proposal"])
    def test_no_statement_leases_an_item_to_who_is_kept_from_it(
        self, staff_user: Make, kept_by: str
    ) -> None:
        person = staff_user("moderator")
        proposal = propose(person if kept_by == "own_proposal" else staff_user("moderator"))
        item = work.open_item(queue=QUEUE, clock=clock_due(timezone.now()), proposal=proposal)
        if kept_by == "recusal":
            recuse(
                person=person.person,
                matter=proposal.matter,
                actor=person,
                provision=P,
                reason="亲属",
            )
        elif kept_by == "other_side":
            take_part(proposal.matter, person, Side.APPEAL)

        with pytest.raises(IntegrityError, match="kept from"), transaction.atomic():
            sql(
                "INSERT INTO compliance_lease (work_item_id, holder_id, until, fence) "
                "VALUES (%s, %s, now() + interval '1 hour', 1)",
                item.pk,
                person.person_id,
            )
        with pytest.raises(NothingToClaim):
            work.claim_next(queue=QUEUE, actor=person)
        with pytest.raises(ActionRefused):
            work.claim_item(work_item=item, actor=person)

        assert not Lease.objects.exists()

    def test_a_hand_over_is_not_rewritten(self, staff_user: Make) -> None:
        giver, item = staff_user("moderator"), item_of()
        hand_over(item, giver, staff_user("moderator"), take(item, giver).fence)

        with pytest.raises(IntegrityError, match="never changes"), transaction.atomic():
            sql("UPDATE compliance_handover SET reason = 'anders'")


def at_once(*jobs: Callable[[], object]) -> list[object]:
    """Do all at the same moment; return what each returned or why it was refused."""
    start, results = threading.Barrier(len(jobs)), [None] * len(jobs)  # type: ignore[var-annotated]

    def run(number: int, job: Callable[[], object]) -> None:
        start.wait()
        try:
            results[number] = job()  # type: ignore[call-overload]
        except ActionRefused as refusal:
            results[number] = refusal  # type: ignore[call-overload]
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=each) for each in enumerate(jobs)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return list(results)


@transaction.atomic
def decide(item: WorkItem, actor: StaffUser, fence: int) -> str:
    work.require_lease(work_item=item, actor=actor, fence=fence)
    work.close_item(item)
    return "decided"


@pytest.mark.django_db(transaction=True)
def test_an_item_is_handed_over_or_decided_never_both(staff_user: Make) -> None:
    giver, receiver = staff_user("moderator"), staff_user("moderator")
    for _round in range(8):
        item = item_of()
        fence = take(item, giver).fence

        handed, decided = at_once(
            lambda item=item, fence=fence: hand_over(item, giver, receiver, fence),
            lambda item=item, fence=fence: decide(item, giver, fence),
        )

        assert isinstance(handed, Lease) != (decided == "decided")
        item.refresh_from_db()
        assert (item.closed_at is not None) == (decided == "decided")
        if item.closed_at is None:
            work.close_item(item)


@pytest.mark.django_db(transaction=True)
def test_after_a_take_over_no_heart_beat_brings_the_item_back(staff_user: Make) -> None:
    holder, leader = staff_user("moderator"), staff_user("supervisor", "moderator")
    for _round in range(8):
        item = item_of()
        fence = take(item, holder).fence

        taken, _beat = at_once(
            lambda item=item: work.take_over_item(
                work_item=item, actor=leader, provision=P, reason="今日必须办结"
            ),
            lambda item=item, fence=fence: work.renew_lease(
                work_item=item, actor=holder, fence=fence
            ),
        )

        lease = Lease.objects.get(pk=item.pk)
        assert isinstance(taken, Lease)
        assert (lease.holder_id, lease.fence) == (leader.person_id, fence + 1)
        work.close_item(item)
