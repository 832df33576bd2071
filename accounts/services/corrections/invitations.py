"""Invitations to correct a profile, and to ask for more time, on the public response page."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from django.utils import timezone

from accounts.models import Correction
from accounts.services.invitations import ACCOUNT
from compliance import responses
from compliance.clocks.extensions import extension_of, open_extension
from compliance.grounds import Grounds
from compliance.models import ResponseInvitation
from compliance.notices.recipients import Reference

ANSWER: Final = "accounts.correction_answer"
MORE_TIME: Final = "accounts.correction_more_time"
# Our choice; no article sets it: so long after the time a missed correction can still be made, unless
# the service was terminated before.
MADE_LATE: Final = timedelta(days=180)


def operator_of(correction: Correction) -> Reference:
    """Return who is told of a correction and answers."""
    return Reference(ACCOUNT, correction.account.platform_uid)


def invite(correction: Correction, grounds: Grounds) -> None:
    """Open the response page until the time is over; to ask for more time too, where it can be."""
    who = operator_of(correction)
    drafts = [
        responses.InvitationDraft(
            kind=ANSWER, about=correction, recipient=who, until=correction.clock
        )
    ]
    if extension_of(correction.clock) is not None and open_extension(correction.clock) is None:
        drafts.append(
            responses.InvitationDraft(
                kind=MORE_TIME, about=correction, recipient=who, until=correction.clock
            )
        )
    responses.open_invitations(drafts, **grounds)


def invite_late(corrections: Sequence[Correction], grounds: Grounds) -> None:
    """Open the response page for corrections whose time is over."""
    until = timezone.now() + MADE_LATE
    responses.open_invitations(
        [
            responses.InvitationDraft(
                kind=ANSWER, about=each, recipient=operator_of(each), until=until
            )
            for each in corrections
        ],
        **grounds,
    )


def open_invitations_of(corrections: Sequence[Correction]) -> dict[str, list[ResponseInvitation]]:
    """Return the invitations that are open about each correction, by the key of each."""
    found: dict[str, list[ResponseInvitation]] = {}
    for each in ResponseInvitation.objects.open().about(*corrections):
        found.setdefault(each.about_id, []).append(each)
    return found
