"""``manage.py response_links``: where a request of the quick start is answered."""

import json
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from compliance.models import ResponseInvitation
from compliance.responses.links import response_url


class Command(BaseCommand):
    """Print the links of open requests, where no platform is there to deliver them."""

    help = (
        "Prints the links under which open requests are answered. Only with the sandbox in place "
        "of the platform: elsewhere a link is nobody's but its recipient's."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the form of the output."""
        parser.add_argument("--json", action="store_true", help="one JSON line a request")

    def handle(self, *args: Any, **options: Any) -> None:
        """Print one line a request, the newest first.

        :raises CommandError: if a real platform delivers the notices.
        """
        if settings.IS_PRODUCTION or settings.PLATFORM_CHANNEL != "sandbox":
            raise CommandError("Links are for their recipients: the platform delivers them here.")
        invitations = ResponseInvitation.objects.open().select_related("clock").order_by("-pk")
        for each in invitations:
            line = {
                "recipient": each.recipient_id,
                "kind": each.kind,
                "until": each.until.isoformat(),
                "url": response_url(each),
            }
            text = (
                json.dumps(line, ensure_ascii=False)
                if options["json"]
                else "  ".join(line.values())
            )
            self.stdout.write(text)
