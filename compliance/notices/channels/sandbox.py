"""In place of the platform, mailboxes and telephones: a table, so that everything runs at once."""

from django.db import transaction

from compliance.models import AttemptResult, Channel, SandboxMessage
from compliance.notices.channels.adapter import Message
from compliance.notices.outbox import Outcome

# Whoever is called so cannot be reached: the way to see an undeliverable notice in the quick start.
UNREACHABLE_ENDING = "-unreachable"


class SandboxAdapter:
    """Keeps each message once, whatever the number of attempts, and carries out every command."""

    def close(self) -> None:
        """There is nothing to let go of."""

    def send(self, message: Message) -> Outcome:
        """Keep one message and say that it was accepted."""
        masked = ""
        recipient = message.recipient
        if recipient is not None and recipient.id.endswith(UNREACHABLE_ENDING):
            return Outcome(AttemptResult.REFUSED, 410)
        if message.channel in (Channel.EMAIL, Channel.SMS):
            sealed = message.sealed_address()
            if sealed is None:
                return Outcome(AttemptResult.NO_ADDRESS)
            masked = sealed.masked
        with transaction.atomic():
            SandboxMessage.objects.bulk_create(
                [
                    SandboxMessage(
                        message_id=message.message_id,
                        channel=message.channel,
                        masked_address=masked,
                        body=message.body.decode(),
                    )
                ],
                ignore_conflicts=True,
            )
        return Outcome(AttemptResult.DELIVERED, is_confirmed=True)
