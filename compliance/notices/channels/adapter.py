"""What every adapter is given and hands back."""

import json
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol

from compliance.audit import canonical_json
from compliance.models import Channel, Delivery, IdentityValue
from compliance.notices.outbox import Outcome
from compliance.notices.recipients import Reference, address_of, recipient_of
from compliance.responses import links


@dataclass(frozen=True)
class Message:
    """One message on its way, as plain values; the same at each attempt."""

    message_id: str
    channel: Channel
    recipient: Reference | None
    title: str
    text: str
    body: bytes
    created_at: datetime
    language: str = ""
    # To whom it was written, where that is another reference by now; their links are known by it.
    written_to: Reference | None = None

    def sealed_address(self) -> IdentityValue | None:
        """Return where the recipient is reached on this channel, still sealed."""
        return address_of(self.recipient, self.channel) if self.recipient is not None else None

    def with_links(self) -> "Message":
        """Return the message as its recipient gets it: with the links that no table holds."""
        recipient = self.written_to or self.recipient
        if recipient is None:
            return self

        def opened(text: str) -> str:
            return links.with_links(
                text,
                recipient_type=recipient.type,
                recipient_id=recipient.id,
                language=self.language,
            )

        return replace(self, text=opened(self.text), body=opened(self.body.decode()).encode())


class Adapter(Protocol):
    """One way out."""

    def send(self, message: Message) -> Outcome:
        """Carry one message and return what came of it; whatever fails is an outcome."""

    def close(self) -> None:
        """Let go of connections that were kept open."""


def message_of(delivery: Delivery) -> Message:
    """Return what a delivery carries; commands carry references and states, never a person."""
    data: dict[str, object] = {
        "sequence": delivery.sequence,
        "subject_type": delivery.subject_type,
        "subject_id": delivery.subject_id,
    }
    recipient, written_to, title, text, language = None, None, "", "", ""
    notice, command = delivery.notice, delivery.command
    if notice is not None:
        written_to = Reference(notice.recipient_type, notice.recipient_id)
        recipient = recipient_of(written_to, delivery.created_at)
        title, text, language = notice.title, notice.text, notice.language
        data |= {
            "notice": notice.pk,
            "purpose": notice.purpose,
            "audience": notice.audience,
            "language": language,
            "recipient_type": recipient.type,
            "recipient_id": recipient.id,
            "title": title,
            "text": text,
        }
    elif command is not None:
        data |= {
            "command": str(command.reference),
            "kind": command.kind,
            "ground": command.ground_ref,
            "state": json.loads(command.payload),
        }
    envelope = {
        "type": "notice.written" if notice is not None else "command.ordered",
        "timestamp": delivery.created_at.isoformat(),
        "data": data,
    }
    return Message(
        message_id=str(delivery.message_id),
        channel=Channel(delivery.channel),
        recipient=recipient,
        title=title,
        text=text,
        body=canonical_json(envelope).encode(),
        created_at=delivery.created_at,
        language=language,
        written_to=written_to,
    )
