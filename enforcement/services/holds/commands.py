"""What the platform is told of a content that is held: that it is, and until when."""

from typing import Final

from django.utils.translation import gettext_lazy as _

from compliance.grounds import Grounds
from compliance.models import PlatformCommand
from compliance.notices.commands import order_command
from compliance.notices.recipients import Reference
from enforcement.hearing_words import HoldScope
from enforcement.models import EmergencyHold

HOLD_CONTENT: Final = "content.hold"
RELEASE_CONTENT: Final = "content.release"
LABELS: Final = {
    HOLD_CONTENT: _("Stop the transmission of a content for a time"),
    RELEASE_CONTENT: _("Show a content again that was held"),
}


def command_content(
    hold: EmergencyHold, *, is_held: bool, grounds: Grounds
) -> PlatformCommand | None:
    """
    Order the platform to hold one content or to show it again; nothing where an account is held.

    Our choice, no article: the end of the term is told with it, so that it lapses without a command.
    """
    if hold.scope != HoldScope.CONTENT:
        return None
    return order_command(
        kind=HOLD_CONTENT if is_held else RELEASE_CONTENT,
        subject=Reference("account", hold.account.platform_uid),
        payload={
            "account": hold.account.platform_uid,
            "content": hold.content_ref,
            "is_held": is_held,
            "from": hold.placed_at,
            "until": hold.in_force_until,
        },
        ground_ref=hold.number,
        **grounds,
    )
