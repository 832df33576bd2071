"""Which adapter stands behind which channel, by the settings."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

from django.conf import settings

from compliance.models import AttemptResult, Channel
from compliance.notices.channels.adapter import Adapter, Message
from compliance.notices.channels.mail import MailAdapter
from compliance.notices.channels.sandbox import SandboxAdapter
from compliance.notices.channels.webhook import WebhookAdapter
from compliance.notices.outbox import Outcome

SANDBOX: Final = "sandbox"
# Adapters by the word that the settings use; a provider of text messages registers itself here.
_makers: dict[str, Callable[[], Adapter]] = {
    SANDBOX: SandboxAdapter,
    "webhook": lambda: WebhookAdapter(settings.WEBHOOK_URL),
    "mail": MailAdapter,
}


def register_adapter(code: str, maker: Callable[[], Adapter]) -> None:
    """Add a way out that the settings may name; called when apps are ready."""
    _makers[code] = maker


class Switchboard:
    """The adapters of one run of the worker, made when they are first needed."""

    def __init__(self) -> None:
        self._adapters: dict[str, Adapter] = {}

    def send(self, message: Message) -> Outcome:
        """Send a message on its channel; a channel that is not set up refuses for good."""
        code = {
            Channel.PLATFORM: settings.PLATFORM_CHANNEL,
            Channel.COMMAND: settings.PLATFORM_CHANNEL,
            Channel.EMAIL: settings.MAIL_CHANNEL,
            Channel.SMS: settings.SMS_CHANNEL,
        }[message.channel]
        if code not in _makers:
            return Outcome(AttemptResult.NOT_SET_UP)
        if code not in self._adapters:
            self._adapters[code] = _makers[code]()
        # What the sandbox receives lies in a table of ours, where no code may lie.
        return self._adapters[code].send(message if code == SANDBOX else message.with_links())

    def close(self) -> None:
        """Close every adapter that was used."""
        for adapter in self._adapters.values():
            adapter.close()


@contextmanager
def switchboard() -> Iterator[Switchboard]:
    """Return the adapters for a while, and close them afterwards."""
    board = Switchboard()
    try:
        yield board
    finally:
        board.close()
