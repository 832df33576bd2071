"""The outbox: tried again outside any transaction, and never lost in silence."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import IntegrityError, connection, transaction
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from compliance.models import (
    AttemptResult,
    Delivery,
    DeliveryAttempt,
    DeliveryState,
    Notice,
    StaffUser,
)
from compliance.notices import dispatch, outbox
from compliance.notices.channels.adapter import Message
from compliance.notices.outbox import Outcome
from tests.notices.conftest import AT_ONCE, ScriptedAdapter, delivery_of
from tests.notices.test_outbox.conftest import NOON, R, results, state_of

pytestmark = pytest.mark.django_db


class TestRetry:
    def test_it_is_tried_again_by_the_table_and_dead_after_the_last(
        self, write: Callable[..., Notice], adapter: ScriptedAdapter, settings: Any
    ) -> None:
        settings.DELIVERY_RETRY_SECONDS = [5, 300, 7200]
        adapter.always = Outcome(R.FAILED, 500)
        with time_machine.travel(NOON, tick=False) as clock:
            notice = write(purpose=AT_ONCE)
            for wait in (5, 300, 7200):
                assert dispatch.drain_outbox() == 1
                delivery = delivery_of(notice)
                assert delivery.state(timezone.now()) == DeliveryState.RETRYING
                assert delivery.next_at == timezone.now() + timedelta(seconds=wait)
                assert ProcrastinateJob.objects.filter(scheduled_at=delivery.next_at).exists()
                clock.shift(timedelta(seconds=wait - 1))
                assert dispatch.drain_outbox() == 0
                clock.shift(timedelta(seconds=1))
            assert dispatch.drain_outbox() == 1

            assert state_of(notice) == DeliveryState.DEAD
            assert results(delivery_of(notice)) == [R.FAILED] * 4
            clock.shift(timedelta(days=30))
            assert dispatch.drain_outbox() == 0

    @pytest.mark.parametrize(
        "result",
        [R.REFUSED, R.REDIRECTED, R.ADDRESS_REFUSED, R.NO_ADDRESS, R.NOT_SET_UP],
    )
    def test_what_trying_again_would_not_change_is_dead_at_once(
        self, write: Callable[..., Notice], adapter: ScriptedAdapter, result: AttemptResult
    ) -> None:
        notice = write(purpose=AT_ONCE)
        adapter.script = [Outcome(result)]

        dispatch.drain_outbox()

        assert state_of(notice) == DeliveryState.DEAD

    def test_the_other_side_may_ask_for_more_time_but_not_for_less(
        self, write: Callable[..., Notice], adapter: ScriptedAdapter
    ) -> None:
        waits = []
        for asked in (1, 4000):
            with time_machine.travel(NOON, tick=False):
                notice = write(f"uid-{asked}", purpose=AT_ONCE)
                adapter.script = [Outcome(R.TRY_LATER, 429, asked)]
                dispatch.drain_outbox()
            waits.append((delivery_of(notice).next_at - NOON).total_seconds())

        assert waits == [5, 4000]

    def test_an_attempt_that_nobody_finished_is_put_down_and_the_message_sent_again(
        self, write: Callable[..., Notice], adapter: ScriptedAdapter
    ) -> None:
        notice = write(purpose=AT_ONCE)
        adapter.script = [RuntimeError("the worker is gone")]
        with pytest.raises(RuntimeError):
            dispatch.drain_outbox()
        assert state_of(notice) == DeliveryState.LEASED
        assert dispatch.drain_outbox() == 0

        with time_machine.travel(timezone.now() + timedelta(seconds=61)):
            dispatch.drain_outbox()

        assert state_of(notice) == DeliveryState.DELIVERED
        assert results(delivery_of(notice)) == [R.INTERRUPTED, R.DELIVERED]
        assert len(adapter.sent) == 2
        assert adapter.sent[0] == adapter.sent[1]

    def test_a_message_that_ends_every_worker_is_dead_in_the_end(
        self, write: Callable[..., Notice], adapter: ScriptedAdapter, settings: Any
    ) -> None:
        settings.DELIVERY_RETRY_SECONDS = [0]
        notice = write(purpose=AT_ONCE)
        adapter.script = [RuntimeError("gone")] * 2
        now = timezone.now()
        for step in range(2):
            with (
                time_machine.travel(now + timedelta(minutes=2 * step)),
                pytest.raises(RuntimeError),
            ):
                dispatch.drain_outbox()

        with time_machine.travel(now + timedelta(minutes=10)):
            dispatch.drain_outbox()

        assert state_of(notice) == DeliveryState.DEAD
        assert results(delivery_of(notice)) == [R.INTERRUPTED] * 2
        assert len(adapter.sent) == 2

    def test_a_slow_success_counts_and_a_slow_failure_does_not(
        self, write: Callable[..., Notice], adapter: ScriptedAdapter
    ) -> None:
        slow, lost = write("a", purpose=AT_ONCE), write("b", purpose=AT_ONCE)
        began = timezone.now()
        held = [outbox.lease_next(began) for _each in range(2)]
        later = began + timedelta(seconds=61)
        with time_machine.travel(later, tick=False):
            again = [outbox.lease_next(later) for _each in range(2)]
        assert [each[1] for each in held + again if each] == [1, 1, 2, 2]

        keys = [delivery_of(slow).pk, delivery_of(lost).pk]
        for key, result in zip(keys, (R.DELIVERED, R.FAILED), strict=True):
            outbox.note_outcome(key=key, number=1, outcome=Outcome(result), began_at=began)

        assert delivery_of(slow).delivered_at is not None
        assert delivery_of(lost).leased_until == later + timedelta(seconds=60)

    def test_an_attempt_holds_nothing_of_whoever_was_told(
        self, write: Callable[..., Notice], adapter: ScriptedAdapter
    ) -> None:
        write(purpose=AT_ONCE)
        dispatch.drain_outbox()

        columns = {field.name for field in DeliveryAttempt._meta.concrete_fields}
        assert columns == {
            "id",
            "delivery",
            "number",
            "result",
            "status_code",
            "began_at",
            "at",
        }


def test_nothing_is_sent_inside_a_transaction(
    write: Callable[..., Notice], adapter: ScriptedAdapter, django_db_blocker: Any
) -> None:
    seen: list[int] = []

    def look(message: Message) -> Outcome:
        seen.append(len(connection.savepoint_ids))
        return Outcome(R.DELIVERED)

    write(purpose=AT_ONCE)
    before = len(connection.savepoint_ids)
    adapter.script = [look]

    dispatch.drain_outbox()

    assert seen == [before]


def refused_change(delivery: Delivery, **columns: Any) -> str:
    with pytest.raises(IntegrityError) as refused, transaction.atomic():
        Delivery.objects.filter(pk=delivery.pk).update(**columns)
    assert refused.value.__cause__ is not None
    return str(refused.value.__cause__.diag.constraint_name)  # type: ignore[attr-defined]


def test_the_database_itself_keeps_the_outbox_in_order(
    write: Callable[..., Notice], adapter: ScriptedAdapter, system: StaffUser
) -> None:
    delivery = delivery_of(write())
    second = delivery_of(write())
    now = timezone.now()
    end = {"ended_by": system.person, "ended_reason": "x"}

    assert refused_change(delivery, sequence=9) == "frozen_columns"
    assert refused_change(delivery, notice=second.notice) == "frozen_columns"
    assert (
        refused_change(delivery, delivered_at=now, cancelled_at=now, **end) == "delivery_ends_once"
    )
    assert (
        refused_change(delivery, cancelled_at=now, lease=1, **end)
        == "delivery_cancelled_before_it_was_sent"
    )
    assert refused_change(delivery, given_up_at=now, **end) == "delivery_given_up_only_if_dead"
    assert refused_change(delivery, cancelled_at=now) == "delivery_ended_by_somebody_with_a_reason"
    Delivery.objects.filter(pk=delivery.pk).update(delivered_at=now)
    assert refused_change(delivery, delivered_at=None) == "delivery_ended_for_good"
    second.pk, second.sequence = None, delivery.sequence
    with pytest.raises(IntegrityError, match=r"delivery_one_per_place|message_id"):
        second.save(force_insert=True)
