"""The outbox: a short hold, then in order, each message once."""

import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.utils import timezone

from compliance.errors import ActionRefused, MissingReason, NotPermitted
from compliance.models import ActionLog, Delivery, DeliveryState, Notice, StaffUser
from compliance.notices import dispatch, interventions, writing
from compliance.notices.outbox import Outcome
from tests.notices.conftest import AT_ONCE, GROUNDS, PURPOSE, ScriptedAdapter, delivery_of
from tests.notices.test_outbox.conftest import NOON, R, results, state_of

pytestmark = pytest.mark.django_db


class TestHold:
    def test_a_notice_is_held_back_first_and_then_delivered(
        self, write: Callable[..., Notice], adapter: ScriptedAdapter
    ) -> None:
        with time_machine.travel(NOON, tick=False) as clock:
            notice = write()

            assert state_of(notice) == DeliveryState.HELD
            assert dispatch.drain_outbox() == 0
            clock.shift(timedelta(seconds=299))
            assert dispatch.drain_outbox() == 0
            clock.shift(timedelta(seconds=1))
            assert state_of(notice) == DeliveryState.WAITING
            assert dispatch.drain_outbox() == 1

            assert state_of(notice) == DeliveryState.DELIVERED
            assert results(delivery_of(notice)) == [R.DELIVERED]
            assert [each.text for each in adapter.sent] == [notice.text]

    def test_the_hold_is_a_matter_of_the_setting_and_of_the_purpose(
        self, write: Callable[..., Notice], settings: Any
    ) -> None:
        settings.NOTICE_HOLD_SECONDS = 60

        held, at_once = delivery_of(write()), delivery_of(write(purpose=AT_ONCE))

        assert held.not_before - held.created_at == timedelta(seconds=60)
        assert at_once.not_before == at_once.created_at

    def test_whoever_wrote_or_prepared_it_cancels_it_with_a_reason_and_it_stays_on_record(
        self,
        write: Callable[..., Notice],
        staff_user: Callable[..., StaffUser],
        adapter: ScriptedAdapter,
    ) -> None:
        author, preparer = staff_user("supervisor"), staff_user("moderator")
        one = write(actor=author, prepared_by=preparer.person)
        two = write(actor=author, prepared_by=preparer.person)

        for notice, actor in ((one, author), (two, preparer)):
            interventions.cancel_delivery(delivery=delivery_of(notice), actor=actor, **GROUNDS)

        with time_machine.travel(timezone.now() + timedelta(hours=1)):
            dispatch.drain_outbox()
        assert adapter.sent == []
        assert state_of(one) == state_of(two) == DeliveryState.CANCELLED
        assert delivery_of(two).ended_by == preparer.person
        logged = ActionLog.objects.filter(action="compliance.delivery.cancel")
        assert set(logged.values_list("actor_number", flat=True)) == {
            author.person_id,
            preparer.person_id,
        }

    def test_others_cancel_nothing_but_a_supervisor_may(
        self, write: Callable[..., Notice], staff_user: Callable[..., StaffUser]
    ) -> None:
        delivery = delivery_of(write())

        for role in ("moderator", "auditor", "complaint_handler"):
            with pytest.raises(NotPermitted):
                interventions.cancel_delivery(delivery=delivery, actor=staff_user(role), **GROUNDS)
        assert delivery.attempts.count() == 0
        assert not ActionLog.objects.filter(action="compliance.delivery.cancel").exists()
        interventions.cancel_delivery(delivery=delivery, actor=staff_user("supervisor"), **GROUNDS)
        delivery.refresh_from_db()
        assert delivery.cancelled_at is not None

    def test_a_cancellation_without_a_reason_is_refused(
        self, write: Callable[..., Notice], system: StaffUser
    ) -> None:
        notice = write()

        with pytest.raises(MissingReason):
            interventions.cancel_delivery(
                delivery=delivery_of(notice), actor=system, **{**GROUNDS, "reason": " "}
            )

        assert state_of(notice) == DeliveryState.HELD

    def test_what_was_sent_is_not_cancelled_any_more(
        self, write: Callable[..., Notice], system: StaffUser, adapter: ScriptedAdapter
    ) -> None:
        notice = write(purpose=AT_ONCE)
        dispatch.drain_outbox()

        with pytest.raises(ActionRefused):
            interventions.cancel_delivery(delivery=delivery_of(notice), actor=system, **GROUNDS)

        assert state_of(notice) == DeliveryState.DELIVERED

    def test_what_was_cancelled_can_be_written_again_once(
        self, write: Callable[..., Notice], system: StaffUser, adapter: ScriptedAdapter
    ) -> None:
        notice = write()
        with pytest.raises(ActionRefused):
            writing.write_again(notice=notice, actor=system, **GROUNDS)
        interventions.cancel_delivery(delivery=delivery_of(notice), actor=system, **GROUNDS)

        again = writing.write_again(notice=notice, actor=system, **GROUNDS)

        assert (again.edition, again.text) == (2, notice.text)
        with pytest.raises(ActionRefused):
            writing.write_again(notice=notice, actor=system, **GROUNDS)
        with time_machine.travel(timezone.now() + timedelta(minutes=6)):
            dispatch.drain_outbox()
        assert [each.message_id for each in adapter.sent] == [str(delivery_of(again).message_id)]
        assert Notice.objects.filter(purpose=PURPOSE, language="zh-hans").count() == 2


class TestOrder:
    def test_a_later_one_waits_for_the_earlier_one_of_its_subject_and_no_other(
        self, write: Callable[..., Notice], adapter: ScriptedAdapter
    ) -> None:
        first, second, other = (
            write("a", purpose=AT_ONCE),
            write("a", purpose=AT_ONCE),
            write("b", purpose=AT_ONCE),
        )
        adapter.script = [Outcome(R.FAILED, 503)]

        dispatch.drain_outbox()

        assert state_of(first) == DeliveryState.RETRYING
        assert state_of(second) == DeliveryState.WAITING
        assert state_of(other) == DeliveryState.DELIVERED
        with time_machine.travel(timezone.now() + timedelta(seconds=6)):
            dispatch.drain_outbox()
        sent = [each.message_id for each in adapter.sent]
        expected = [first, other, first, second]
        assert sent == [str(delivery_of(each).message_id) for each in expected]

    def test_a_held_notice_holds_back_what_comes_after_it(
        self, write: Callable[..., Notice], adapter: ScriptedAdapter
    ) -> None:
        write("a")
        later = write("a", purpose=AT_ONCE)

        assert dispatch.drain_outbox() == 0

        assert state_of(later) == DeliveryState.WAITING

    def test_an_undeliverable_one_stops_its_stream_until_it_is_given_up(
        self,
        write: Callable[..., Notice],
        adapter: ScriptedAdapter,
        staff_user: Callable[..., StaffUser],
    ) -> None:
        dead, behind = write("a", purpose=AT_ONCE), write("a", purpose=AT_ONCE)
        adapter.script = [Outcome(R.REFUSED, 404)]
        with time_machine.travel(timezone.now() + timedelta(days=9)):
            dispatch.drain_outbox()
        assert (state_of(dead), state_of(behind)) == (DeliveryState.DEAD, DeliveryState.WAITING)
        officer = staff_user("compliance_officer")

        interventions.give_up_delivery(delivery=delivery_of(dead), actor=officer, **GROUNDS)

        dispatch.drain_outbox()
        assert state_of(dead) == DeliveryState.GIVEN_UP
        assert state_of(behind) == DeliveryState.DELIVERED
        assert delivery_of(dead).ended_by == officer.person

    def test_an_undeliverable_one_is_sent_anew_with_its_number_and_a_new_count_of_attempts(
        self,
        write: Callable[..., Notice],
        adapter: ScriptedAdapter,
        staff_user: Callable[..., StaffUser],
        settings: Any,
    ) -> None:
        settings.DELIVERY_RETRY_SECONDS = [0]
        notice = write(purpose=AT_ONCE)
        adapter.always = Outcome(R.FAILED, 500)
        dispatch.drain_outbox()
        assert state_of(notice) == DeliveryState.DEAD
        officer = staff_user("compliance_officer")

        interventions.resend_delivery(delivery=delivery_of(notice), actor=officer, **GROUNDS)
        adapter.always = None
        adapter.script = [Outcome(R.FAILED, 500)]
        dispatch.drain_outbox()

        assert state_of(notice) == DeliveryState.DELIVERED
        assert results(delivery_of(notice)) == [R.FAILED] * 3 + [R.DELIVERED]
        assert len({each.message_id for each in adapter.sent}) == 1
        assert ActionLog.objects.get(action="compliance.delivery.resend").reason

    @pytest.mark.parametrize("act", [interventions.resend_delivery, interventions.give_up_delivery])
    def test_only_who_keeps_the_outbox_decides_about_the_undeliverable(
        self,
        write: Callable[..., Notice],
        adapter: ScriptedAdapter,
        staff_user: Callable[..., StaffUser],
        act: Callable[..., None],
    ) -> None:
        notice = write(purpose=AT_ONCE)
        adapter.script = [Outcome(R.REFUSED, 410)]
        dispatch.drain_outbox()

        for role in ("moderator", "auditor", "system_administrator"):
            with pytest.raises(NotPermitted):
                act(delivery=delivery_of(notice), actor=staff_user(role), **GROUNDS)

        assert state_of(notice) == DeliveryState.DEAD

    def test_what_is_not_undeliverable_is_neither_resent_nor_given_up(
        self, write: Callable[..., Notice], staff_user: Callable[..., StaffUser]
    ) -> None:
        notice, officer = write(), staff_user("compliance_officer")

        for act in (interventions.resend_delivery, interventions.give_up_delivery):
            with pytest.raises(ActionRefused):
                act(delivery=delivery_of(notice), actor=officer, **GROUNDS)

        assert state_of(notice) == DeliveryState.HELD


@pytest.mark.django_db(transaction=True)
def test_cancelled_at_the_instant_of_sending_it_is_one_or_the_other(
    write: Callable[..., Notice], adapter: ScriptedAdapter, system: StaffUser
) -> None:
    rounds = 40
    notices = [write(f"uid{number}", purpose=AT_ONCE) for number in range(rounds)]
    outcomes: list[object] = [None] * rounds
    start = threading.Barrier(2)

    def cancel_all() -> None:
        start.wait()
        for number, notice in enumerate(notices):
            try:
                interventions.cancel_delivery(delivery=delivery_of(notice), actor=system, **GROUNDS)
            except ActionRefused as refusal:
                outcomes[number] = refusal
        connection.close()

    def send_all() -> None:
        start.wait()
        dispatch.drain_outbox()
        connection.close()

    # From both ends, so that they meet in the middle whatever the speed of either.
    notices.reverse()
    threads = [threading.Thread(target=each) for each in (cancel_all, send_all)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    sent = {each.message_id for each in adapter.sent}
    for notice, refusal in zip(notices, outcomes, strict=True):
        delivery = delivery_of(notice)
        is_sent = str(delivery.message_id) in sent
        assert is_sent == (refusal is not None)
        assert delivery.state(timezone.now()) == (
            DeliveryState.DELIVERED if is_sent else DeliveryState.CANCELLED
        )
    assert len(adapter.sent) == len(sent)
    assert 0 < len(sent) < rounds


@pytest.mark.django_db(transaction=True)
def test_many_at_once_send_each_message_once_and_in_order(
    write: Callable[..., Notice], adapter: ScriptedAdapter
) -> None:
    for number in range(60):
        write(f"uid{number % 6}", purpose=AT_ONCE)

    def work() -> None:
        dispatch.drain_outbox()
        connection.close()

    threads = [threading.Thread(target=work) for _each in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    # A thread may look in the moment in which every subject has one on its way.
    dispatch.drain_outbox()

    ids = [each.message_id for each in adapter.sent]
    assert len(ids) == len(set(ids)) == 60
    places = {str(each.message_id): each for each in Delivery.objects.all()}
    for number in range(6):
        mine = [places[key].sequence for key in ids if places[key].subject_id == f"uid{number}"]
        assert mine == list(range(1, 11))
