"""What the platform is ordered to do with contents and labels, and what it answered."""

from datetime import datetime
from typing import Final

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from compliance.grounds import Grounds
from compliance.models import PlatformCommand
from compliance.notices.commands import order_command
from compliance.notices.recipients import Reference
from enforcement.enums import MeasureCode
from enforcement.models import Decision, Measure, OrderedMeasure

HANDLE_CONTENT: Final = "content.handle"
RESTORE_CONTENT: Final = "content.restore"
SHOW_LABEL: Final = "content.label"
REMOVE_LABEL: Final = "content.unlabel"
LABELS: Final = {
    HANDLE_CONTENT: _("Stop, remove or keep contents"),
    RESTORE_CONTENT: _("Show contents again that were stopped"),
    SHOW_LABEL: _("Show a label"),
    REMOVE_LABEL: _("Show a label no longer"),
}
_KINDS: Final = {
    MeasureCode.HANDLE_CONTENT: (HANDLE_CONTENT, RESTORE_CONTENT),
    MeasureCode.LABEL: (SHOW_LABEL, REMOVE_LABEL),
}


def command_contents(
    ordered: OrderedMeasure,
    decision: Decision,
    *,
    from_: datetime,
    until: datetime | None,
    is_in_force: bool,
    grounds: Grounds,
) -> PlatformCommand:
    """
    Order the platform to carry a measure on contents out, or to take it back.

    Public Account Provisions, art. 19 §2. The payload says how the contents are to be; the end of a
    label's term is told with it, so that no command is needed for it to end.
    """
    carry_out, take_back = _KINDS[MeasureCode(ordered.measure)]
    return order_command(
        kind=carry_out if is_in_force else take_back,
        subject=Reference("account", decision.account.platform_uid),
        payload={
            "account": decision.account.platform_uid,
            "decision": decision.number,
            "contents": list(ordered.content_refs),
            "acts": list(ordered.content_acts),
            "label": ordered.label,
            "is_in_force": is_in_force,
            "from": from_,
            "until": until,
        },
        ground_ref=decision.number,
        **grounds,
    )


def release_contents(measure: Measure, grounds: Grounds) -> PlatformCommand:
    """Order the platform to take a measure on contents back, from now on."""
    return command_contents(
        measure.ordered,
        measure.decision,
        from_=timezone.now(),
        until=None,
        is_in_force=False,
        grounds=grounds,
    )


def latest_of(command: PlatformCommand) -> PlatformCommand:
    """Return the command itself, or the last one by which it was ordered again."""
    while (again := PlatformCommand.objects.filter(repeats=command).first()) is not None:
        command = again
    return command
