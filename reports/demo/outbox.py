"""The demo's worker and platform: what was written is sent at its own time, and not all goes well."""

from datetime import datetime, timedelta
from itertools import cycle

from django.db.models import Min
from django.utils import timezone

from compliance.models import AttemptResult, Channel, Delivery, DeliveryState
from compliance.notices.channels.adapter import Message
from compliance.notices.channels.sandbox import SandboxAdapter
from compliance.notices.commands import confirm_command
from compliance.notices.dispatch import send_next
from compliance.notices.interventions import cancel_delivery
from compliance.notices.outbox import Outcome
from compliance.provisions import Provision
from reports.demo.clock import Diary
from reports.demo.staff import Crew

# Until when the demo's platform does everything that it is told.
GOES_WELL = timedelta(days=45)
NOT_FOUND = "account_not_found"


class DemoPlatform:
    """Takes everything, until some weeks before the present; then it does as platforms do."""

    def __init__(self, diary: Diary, crew: Crew) -> None:
        self._sandbox = SandboxAdapter()
        self._trouble_from = diary.present - GOES_WELL
        self._crew = crew
        self._answers = cycle(["carried out", "no answer", "failed", "out of order"])
        self._out_of_order: set[str] = set()
        self._refuses = True

    def send(self, message: Message) -> Outcome:
        """Take a message and answer."""
        if timezone.now() < self._trouble_from:
            return self._sandbox.send(message)
        if message.channel != Channel.COMMAND:
            if self._refuses:
                self._refuses = False
                return Outcome(AttemptResult.REFUSED, 404)
            return self._sandbox.send(message)
        delivery = Delivery.objects.select_related("command").get(message_id=message.message_id)
        answer = next(self._answers)
        if answer == "out of order" or delivery.subject_id in self._out_of_order:
            self._out_of_order.add(delivery.subject_id)
            return Outcome(AttemptResult.FAILED, 503)
        taken = self._sandbox.send(message)
        if answer == "carried out":
            return taken
        if answer == "failed":
            command = delivery.command
            assert command is not None
            confirm_command(
                reference=command.reference,
                is_carried_out=False,
                answer_code=NOT_FOUND,
                actor=self._crew.system,
                provision=Provision.PUBLIC_ACCOUNT_19_2,
                reason="平台答复：账号不存在",
            )
        return Outcome(AttemptResult.DELIVERED, 204)


class Post:
    """Sends what is due after each act of the diary, at the instant at which it is due."""

    def __init__(self, diary: Diary, crew: Crew) -> None:
        self._diary = diary
        self._platform = DemoPlatform(diary, crew)
        self._noted: set[datetime] = set()

    def note_next(self) -> None:
        """Note when something is due next, if that lies before the present."""
        now = timezone.now()
        waiting = Delivery.objects.open().filter(dead_at__isnull=True)
        due = waiting.filter(next_at__gt=now).aggregate(at=Min("next_at"))["at"]
        if due is not None and due <= self._diary.present and due not in self._noted:
            self._noted.add(due)
            self._diary.note(due, self.send_all)

    def send_all(self) -> None:
        """Send everything that is due now."""
        while send_next(self._platform):
            pass


def cancel_one(crew: Crew, present: datetime) -> None:
    """Cancel one of the notices that are still held back at the present."""
    held = Delivery.objects.in_state(DeliveryState.HELD, present).filter(notice__isnull=False)
    delivery = held.order_by("pk").first()
    if delivery is not None:
        cancel_delivery(
            delivery=delivery,
            actor=crew.system,
            provision=Provision.PUBLIC_ACCOUNT_20_2,
            reason="发现账号名称有误，更正后重新发送",
        )
