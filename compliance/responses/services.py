"""Services for invitations to answer: open them, close them, take the one answer."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from compliance import audit, bulk_audit
from compliance.bulk_audit import Move
from compliance.clocks.rules import last_day
from compliance.errors import ActionRefused, InvalidInput
from compliance.evidence.incoming import IncomingFile
from compliance.grounds import Grounds
from compliance.models import (
    Clock,
    InvitationStatus,
    ResponseInvitation,
    ResponseReceipt,
    StaffUser,
)
from compliance.notices.recipients import Reference
from compliance.provisions import Provision
from compliance.responses.codes import seal_code
from compliance.responses.kinds import Answer, FilesField, response_kind, why_closed


class NotOpen(ActionRefused):
    """The invitation was answered or closed, or its time is over."""


@dataclass(frozen=True, kw_only=True)
class InvitationDraft:
    """An invitation to be opened; `until` is the clock of the step or an instant."""

    kind: str
    about: models.Model
    recipient: Reference
    until: Clock | datetime


def open_invitation(
    draft: InvitationDraft, *, actor: StaffUser, provision: Provision, reason: str
) -> ResponseInvitation:
    """
    Open the public response page for one answer about one record.

    Public Account Provisions, art. 20 §2: whoever is affected can answer without hindrance. Part of
    the caller's transaction; the link goes out where `marker` stands in a notice. One recipient is asked the same once at a
    time: the database refuses a second one.

    :raises InvalidInput: if nobody registered the kind.
    :raises MissingReason: if the reason is blank.
    """
    (invitation,) = open_invitations([draft], actor=actor, provision=provision, reason=reason)
    return invitation


@transaction.atomic
def open_invitations(
    drafts: Sequence[InvitationDraft], *, actor: StaffUser, provision: Provision, reason: str
) -> list[ResponseInvitation]:
    """
    Open many invitations at once, in a few statements whatever their number.

    Public Account Provisions, art. 20 §2. As `open_invitation`.

    :raises InvalidInput: if nobody registered a kind.
    :raises MissingReason: if the reason is blank.
    """
    now = timezone.now()
    invitations = []
    for draft in drafts:
        until = draft.until
        invitation = ResponseInvitation(
            kind=response_kind(draft.kind).code,
            about_type=draft.about._meta.label_lower,
            about_id=str(draft.about.pk),
            recipient_type=draft.recipient.type,
            recipient_id=draft.recipient.id,
            clock=until if isinstance(until, Clock) else None,
            fixed_until=until if isinstance(until, datetime) else None,
            opened_at=now,
        )
        seal_code(invitation)
        invitations.append(invitation)
    bulk_audit.create_many(invitations, actor=actor, provision=provision, reason=reason)
    return invitations


@transaction.atomic
def close_invitations(
    *, about: models.Model, actor: StaffUser, provision: Provision, reason: str
) -> int:
    """
    Close whatever is still open about a record, because it is no longer waited for.

    Our choice, no article: who opens the page then reads that nothing more can be sent. Whoever
    calls holds the lock of the record. Return how many there were.

    :raises MissingReason: if the reason is blank.
    """
    return _close(
        ResponseInvitation.objects.open().about(about),
        Grounds(actor=actor, provision=provision, reason=reason),
    )


@transaction.atomic
def close_invitations_to(
    *,
    recipient: Reference,
    except_about: Collection[type[models.Model]] = (),
    actor: StaffUser,
    provision: Provision,
    reason: str,
) -> int:
    """
    Close whatever somebody is still asked, because somebody else stands in their place now.

    Our choice, no article: nobody answers for an account any more that is run by another. What is
    about records of `except_about` stays open. Return how many there were.

    :raises MissingReason: if the reason is blank.
    """
    theirs = ResponseInvitation.objects.open().filter(
        recipient_type=recipient.type, recipient_id=recipient.id
    )
    kept = [each._meta.label_lower for each in except_about]
    return _close(
        theirs.exclude(about_type__in=kept),
        Grounds(actor=actor, provision=provision, reason=reason),
    )


def _close(invitations: models.QuerySet[ResponseInvitation], grounds: Grounds) -> int:
    open_ones = list(invitations.select_for_update(no_key=True, of=("self",)).order_by("pk"))
    now = timezone.now()
    bulk_audit.move_many([Move(each, "close", {"ended_at": now}) for each in open_ones], **grounds)
    return len(open_ones)


def require_open(invitation: ResponseInvitation) -> None:
    """
    Refuse an answer that comes too late or twice.

    :raises NotOpen: with the sentence that says which.
    """
    if invitation.status == InvitationStatus.ANSWERED:
        raise NotOpen(_("This was answered already; nothing more can be sent under this code."))
    if invitation.status == InvitationStatus.CLOSED:
        raise NotOpen(
            why_closed(invitation.recipient_type, invitation.recipient_id)
            or _("This request is no longer open; nothing more can be sent.")
        )
    if invitation.until <= timezone.now():
        raise NotOpen(
            _("The time to answer was over on %(date)s; nothing more can be sent.")
            % {"date": last_day(invitation.until).isoformat()}
        )


def submit_response(
    *,
    invitation: ResponseInvitation,
    words: Mapping[str, str],
    files: Mapping[str, Sequence[IncomingFile]],
    actor: StaffUser,
) -> ResponseReceipt:
    """
    Take the one answer to an invitation and hand it to the service that asked for it.

    Public Account Provisions, art. 20 §2. Under the article and for the reason that the kind names.
    Where that service refuses, nothing is kept and the invitation stays open.

    :raises NotOpen: if it was answered or closed, or its time is over.
    :raises InvalidInput: if something is missing or cannot be used.
    :raises ActionRefused: if the service that asked for it refuses it.
    """
    kind = response_kind(invitation.kind)
    prepared = None
    if kind.prepare is not None:
        require_open(invitation)
        prepared = kind.prepare(invitation, words)
    return _take(invitation, words, files, prepared, actor)


@transaction.atomic
def _take(
    invitation: ResponseInvitation,
    words: Mapping[str, str],
    files: Mapping[str, Sequence[IncomingFile]],
    prepared: object,
    actor: StaffUser,
) -> ResponseReceipt:
    kind = response_kind(invitation.kind)
    grounds = Grounds(actor=actor, provision=kind.provision, reason=kind.reason)
    # The record before its invitation, as those come who close it.
    kind.lock(invitation)
    audit.lock(invitation)
    require_open(invitation)
    taken: dict[str, str] = {}
    attached: dict[str, Sequence[IncomingFile]] = {}
    received: list[dict[str, object]] = []
    for field in kind.ask(invitation).fields:
        if isinstance(field, FilesField):
            attached[field.name] = files.get(field.name, ())
            if field.is_needed and not attached[field.name]:
                raise InvalidInput(_("Choose at least one file."))
            received.append({"field": field.name, "files": _listed(attached[field.name])})
            continue
        taken[field.name] = field.cleaned(words.get(field.name, ""))
        key = "characters" if field.sort == "text" else "choice"
        value = len(taken[field.name]) if field.sort == "text" else taken[field.name]
        received.append({"field": field.name, key: value})
    now = timezone.now()
    audit.move(invitation, "answer", **grounds, ended_at=now)
    receipt = ResponseReceipt.objects.create(
        invitation=invitation, received_at=now, received=received
    )
    kind.receive(
        Answer(
            invitation=invitation,
            receipt=receipt,
            words=taken,
            files=attached,
            grounds=grounds,
            prepared=prepared,
        )
    )
    return receipt


def _listed(files: Sequence[IncomingFile]) -> list[dict[str, object]]:
    # Not what they are called: a name of a file may name a person.
    return [{"sha256": each.sink.sha256, "size": each.sink.size} for each in files]
