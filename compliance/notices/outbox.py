"""The outbox: numbering what goes out, leasing it, and writing down what came of each attempt."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from compliance import audit
from compliance.models import (
    AttemptResult,
    CommandStatus,
    Delivery,
    DeliveryAttempt,
    PlatformCommand,
)
from compliance.notices import jobs
from compliance.provisions import Provision
from compliance.staff import system_actor

# Kept as it is in the log, whichever language a screen has.
TOLD_TO_PLATFORM = "指令已送达平台"

# One statement a transaction numbers all that it sends: the rows of the streams are locked in one
# order and until commit, so that numbers are given in the order of commits and none is skipped by
# a reader who looks in between.
_NUMBER = """
INSERT INTO compliance_stream AS s (channel, subject_type, subject_id, last_sequence)
SELECT * FROM unnest(%s::text[], %s::text[], %s::text[], %s::bigint[]) AS v(c, t, i, n)
ORDER BY c, t, i
ON CONFLICT (channel, subject_type, subject_id)
    DO UPDATE SET last_sequence = s.last_sequence + EXCLUDED.last_sequence
RETURNING channel, subject_type, subject_id, last_sequence
"""

# The next delivery that is due, that nobody sends at the moment, and before which nothing is open
# in its stream. What was open stays open until it ends for good, so that an answer that is a moment
# old never lets a later one overtake.
_CLAIM = """
WITH due AS (
    SELECT d.id, d.leased_until FROM compliance_delivery d
    WHERE d.delivered_at IS NULL AND d.cancelled_at IS NULL AND d.given_up_at IS NULL
      AND d.dead_at IS NULL AND d.next_at <= %(now)s
      AND (d.leased_until IS NULL OR d.leased_until <= %(now)s)
      AND NOT EXISTS (
        SELECT 1 FROM compliance_delivery e
        WHERE e.channel = d.channel AND e.subject_type = d.subject_type
          AND e.subject_id = d.subject_id AND e.sequence < d.sequence
          AND e.delivered_at IS NULL AND e.cancelled_at IS NULL AND e.given_up_at IS NULL)
    ORDER BY d.next_at, d.id
    FOR UPDATE OF d SKIP LOCKED
    LIMIT 1
)
UPDATE compliance_delivery d SET leased_until = %(until)s, lease = d.lease + 1
FROM due WHERE d.id = due.id
RETURNING d.id, d.lease, due.leased_until
"""


@dataclass(frozen=True)
class Outcome:
    """What came of one attempt; `retry_after` is what the other side asked for, in seconds."""

    result: AttemptResult
    status_code: int | None = None
    retry_after: int | None = None
    is_confirmed: bool = False

    @property
    def is_final(self) -> bool:
        """Return whether trying again would change nothing."""
        return self.result in _FINAL


_FINAL = frozenset(
    {
        AttemptResult.REFUSED,
        AttemptResult.REDIRECTED,
        AttemptResult.ADDRESS_REFUSED,
        AttemptResult.NO_ADDRESS,
        AttemptResult.NOT_SET_UP,
    }
)


def number_streams(
    streams: Sequence[tuple[str, str, str]], counts: Sequence[int]
) -> dict[tuple[str, str, str], int]:
    """Give out so many numbers of each stream (channel, type, key); return the last of each."""
    columns = [list(column) for column in zip(*streams, strict=True)]
    with connection.cursor() as cursor:
        cursor.execute(_NUMBER, [*columns, list(counts)])
        return {(row[0], row[1], row[2]): row[3] for row in cursor.fetchall()}


def put_out(deliveries: Sequence[Delivery]) -> None:
    """
    Put deliveries into the outbox, each at the end of its stream; part of the caller's transaction.

    Our choice, no article: what is written in one transaction is sent in the order given here.
    """
    if not deliveries:
        return
    counted = Counter(_stream(each) for each in deliveries)
    last = number_streams(list(counted), list(counted.values()))
    place = {stream: last[stream] - count for stream, count in counted.items()}
    for each in deliveries:
        place[_stream(each)] += 1
        each.sequence = place[_stream(each)]
    Delivery.objects.bulk_create(deliveries)
    for instant in sorted({each.not_before for each in deliveries}):
        jobs.defer_drain(instant)


def _stream(delivery: Delivery) -> tuple[str, str, str]:
    return (str(delivery.channel), delivery.subject_type, delivery.subject_id)


def retry_delays() -> list[timedelta]:
    """Return how long is waited after each failed attempt; after the last one it is dead."""
    return [timedelta(seconds=each) for each in settings.DELIVERY_RETRY_SECONDS]


def lease_next(now: datetime) -> tuple[int, int] | None:
    """
    Lease the next delivery that may be sent at `now`; return its key and the attempt's number.

    Our choice, no article. An attempt that nobody finished is put on record as interrupted.
    """
    until = now + timedelta(seconds=settings.DELIVERY_LEASE_SECONDS)
    while True:
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute(_CLAIM, {"now": now, "until": until})
                row = cursor.fetchone()
            if row is None:
                return None
            key, number, lapsed = row
            if lapsed is None:
                return key, number
            _note_attempts(
                [DeliveryAttempt(delivery_id=key, number=number - 1, began_at=lapsed)],
                Outcome(AttemptResult.INTERRUPTED),
            )
            delivery = Delivery.objects.get(pk=key)
            if number - delivery.forgiven <= len(retry_delays()) + 1:
                return key, number
            # What ends the worker each time is no more sent.
            _set(delivery, leased_until=None, dead_at=now, lease=number - 1)


def _note_attempts(attempts: Iterable[DeliveryAttempt], outcome: Outcome) -> None:
    for each in attempts:
        each.result, each.status_code = outcome.result, outcome.status_code
    # Whoever was slow finds its attempt put down as interrupted; the record is not written twice.
    DeliveryAttempt.objects.bulk_create(attempts, ignore_conflicts=True)


def _set(delivery: Delivery, **columns: object) -> None:
    for name, value in columns.items():
        setattr(delivery, name, value)
    delivery.save(update_fields=list(columns))


@transaction.atomic
def note_outcome(*, key: int, number: int, outcome: Outcome, began_at: datetime) -> None:
    """
    Write down what came of an attempt, and what follows: delivered, tried again later, or dead.

    Our choice, no article. A success counts from whomever it comes; only who holds the delivery
    may say that it failed.
    """
    now = timezone.now()
    delivery = Delivery.objects.select_for_update(no_key=True).get(pk=key)
    _note_attempts([DeliveryAttempt(delivery=delivery, number=number, began_at=began_at)], outcome)
    if delivery.delivered_at or delivery.cancelled_at or delivery.given_up_at:
        return
    if outcome.result == AttemptResult.DELIVERED:
        _set(delivery, leased_until=None, delivered_at=now, dead_at=None)
        if delivery.command_id is not None:
            _note_told(delivery.command_id)
        return
    if delivery.lease != number:
        return
    delays = retry_delays()
    tries = number - delivery.forgiven
    if outcome.is_final or tries > len(delays):
        _set(delivery, leased_until=None, dead_at=now)
        return
    wait = max(delays[tries - 1], timedelta(seconds=outcome.retry_after or 0))
    _set(delivery, leased_until=None, next_at=now + wait)
    jobs.defer_drain(delivery.next_at)


def _note_told(command_id: int) -> None:
    command = audit.lock(PlatformCommand.objects.get(pk=command_id))
    if command.status == CommandStatus.ORDERED:
        audit.move(
            command,
            "deliver",
            actor=system_actor(),
            provision=Provision.PUBLIC_ACCOUNT_19_2,
            reason=TOLD_TO_PLATFORM,
        )
