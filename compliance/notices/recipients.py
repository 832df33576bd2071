"""By which channels and in which language somebody is told, and where their address is found."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from compliance import audit
from compliance.errors import InvalidInput
from compliance.models import (
    Channel,
    ChannelChoice,
    IdentityValue,
    NoticeLanguage,
    StaffUser,
)
from compliance.notices.purposes import Purpose, get_purpose
from compliance.provisions import Provision


@dataclass(frozen=True)
class Reference:
    """What something is about or whom it is for, by kind and key; the floor knows no more."""

    type: str
    id: str


@dataclass(frozen=True)
class Reach:
    """By which channels somebody is told, and in which language."""

    channels: tuple[str, ...]
    language: str


AddressBook = Callable[[str, Channel], IdentityValue | None]
_address_books: dict[str, AddressBook] = {}


def register_address_book(recipient_type: str, book: AddressBook) -> None:
    """Say where addresses of one kind of recipient are found; called when apps are ready."""
    _address_books[recipient_type] = book


Reaching = Callable[[str], Reach]
_reachings: dict[str, Reaching] = {}


def register_reach(recipient_type: str, reach: Reaching) -> None:
    """
    Say how one kind of recipient is told who chose nothing; called when apps are ready.

    For those who said at the beginning by what they want to be reached, or that by nothing.
    """
    _reachings[recipient_type] = reach


Forwarding = Callable[[str, datetime], Reference]
_forwardings: dict[str, Forwarding] = {}


def register_forwarding(recipient_type: str, forward: Forwarding) -> None:
    """Say who stood behind a recipient when something was written; called when apps are ready."""
    _forwardings[recipient_type] = forward


def recipient_of(recipient: Reference, written_at: datetime) -> Reference:
    """
    Return by what a recipient is reached now to whom something was written at `written_at`.

    Public Account Provisions, art. 20 §2; Personal Information Protection Law, art. 51: what is
    told goes to whom it was written to, also where somebody else stands in that place by now.
    """
    forward = _forwardings.get(recipient.type)
    return forward(recipient.id, written_at) if forward is not None else recipient


def address_of(recipient: Reference, channel: Channel) -> IdentityValue | None:
    """Return the sealed address of a recipient on a channel, or None where there is none."""
    book = _address_books.get(recipient.type)
    return book(recipient.id, channel) if book is not None else None


@transaction.atomic
def choose_channels(
    *,
    recipient: Reference,
    purpose: str,
    channels: Sequence[str],
    language: str,
    actor: StaffUser,
    provision: Provision,
    reason: str,
) -> ChannelChoice:
    """
    Put on record by which channels and in which language somebody wants to be told.

    Public Account Provisions, art. 20 §2. The channels that the purpose itself names stay: nobody
    is left untold by a choice.

    :raises MissingReason: if the reason is blank.
    :raises InvalidInput: if purpose, channel or language are unknown.
    """
    kept = get_purpose(purpose).channels
    allowed = set(Channel.values) - {Channel.COMMAND}
    if not set(channels) <= allowed or language not in NoticeLanguage.values:
        raise InvalidInput(_("This channel or language does not exist for notices."))
    choice = ChannelChoice.objects.create(
        recipient_type=recipient.type,
        recipient_id=recipient.id,
        purpose=purpose,
        channels=list(dict.fromkeys([*map(str, kept), *channels])),
        language=language,
    )
    audit.record(
        action="compliance.channelchoice.create",
        target=choice,
        actor=actor,
        provision=provision,
        reason=reason,
        changes={"channels": choice.channels, "language": language},
    )
    return choice


def reaches_of(
    recipients: Iterable[tuple[Purpose, Reference]],
) -> dict[tuple[str, Reference], Reach]:
    """Return how each recipient is told for a purpose: as chosen last, else as it is laid down."""
    wanted = list(recipients)
    newest = (
        ChannelChoice.objects.filter(
            recipient_type__in={who.type for _purpose, who in wanted},
            recipient_id__in={who.id for _purpose, who in wanted},
        )
        .order_by("recipient_type", "recipient_id", "purpose", "-id")
        .distinct("recipient_type", "recipient_id", "purpose")
    )
    chosen = {
        (each.purpose, Reference(each.recipient_type, each.recipient_id)): Reach(
            tuple(each.channels), each.language
        )
        for each in newest
    }
    return {
        (purpose.code, who): chosen.get((purpose.code, who)) or _laid_down(purpose, who)
        for purpose, who in wanted
    }


def _laid_down(purpose: Purpose, who: Reference) -> Reach:
    reach = _reachings.get(who.type)
    if reach is not None:
        return reach(who.id)
    return Reach(tuple(map(str, purpose.channels)), settings.LANGUAGE_CODE)
