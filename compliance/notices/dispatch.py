"""Emptying the outbox: lease one, send it outside any transaction, write down what came of it."""

import time
from typing import Protocol

from django.utils import timezone

from compliance.models import AttemptResult, Delivery
from compliance.notices import jobs
from compliance.notices.channels.adapter import Message, message_of
from compliance.notices.channels.switchboard import switchboard
from compliance.notices.commands import confirm_command
from compliance.notices.outbox import Outcome, lease_next, note_outcome
from compliance.provisions import Provision
from compliance.staff import system_actor

# Our choice: a job that runs for longer makes the end of the worker slow.
RUN_SECONDS = 30
# Kept as it is in the log, whichever language a screen has.
CONFIRMED_BY_SANDBOX = "沙箱已执行"


def drain_outbox(*, run_seconds: float = RUN_SECONDS) -> int:
    """
    Send what is due until nothing is, or the time of one run is over; return how many were tried.

    Our choice, no article. Any number of runs at once share the work. Must not be called inside a
    transaction: whoever receives would have what may still be rolled back.
    """
    end = time.monotonic() + run_seconds
    tried = 0
    with switchboard() as board:
        while send_next(board):
            tried += 1
            if time.monotonic() > end:
                jobs.defer_drain()
                break
    return tried


class Sender(Protocol):
    """Whatever sends messages: the adapters of the settings, or others in their place."""

    def send(self, message: Message) -> Outcome:
        """Send one message and return what came of it."""


def send_next(board: Sender) -> bool:
    """Send the next delivery that is due; return whether there was one."""
    began_at = timezone.now()
    leased = lease_next(began_at)
    if leased is None:
        return False
    key, number = leased
    delivery = Delivery.objects.select_related("notice", "command").get(pk=key)
    outcome = board.send(message_of(delivery))
    note_outcome(key=key, number=number, outcome=outcome, began_at=began_at)
    is_done = outcome.result == AttemptResult.DELIVERED
    if is_done and outcome.is_confirmed and delivery.command is not None:
        confirm_command(
            reference=delivery.command.reference,
            is_carried_out=True,
            answer_code="sandbox",
            actor=system_actor(),
            provision=Provision.PUBLIC_ACCOUNT_19_2,
            reason=CONFIRMED_BY_SANDBOX,
        )
    return True
