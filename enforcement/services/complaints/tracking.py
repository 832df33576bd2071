"""What a complainant does by their code: look, answer, add, withdraw; nothing else opens by it."""

from collections.abc import Sequence
from typing import Final

from django.core import signing
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from compliance import audit
from compliance.errors import ActionRefused, InvalidInput, TransitionRefused
from compliance.evidence.incoming import IncomingFile
from compliance.grounds import Grounds
from compliance.identity import vault
from compliance.models import StaffUser
from compliance.provisions import Provision
from compliance.roles import require_permission
from enforcement.complaint_words import SUPPLEMENTED, ComplaintMessageKind, ComplaintStatus
from enforcement.models import Complaint, ComplaintCode
from enforcement.rules import tracking_codes
from enforcement.services.complaints import notices
from enforcement.services.complaints.review import finish, finish_clocks, go_on
from enforcement.services.complaints.sealing import require_sealed
from enforcement.services.complaints.submission import (
    CODE_PURPOSE,
    ENTER,
    attach,
    require_words,
    say,
)
from enforcement.services.infringements.stages import drop_infringement

# Our choices; no article sets them.
VIEW_SECONDS: Final = 30 * 60
MOST_MESSAGES: Final = 30
_SALT: Final = "heyan.complaint-view"
S = ComplaintStatus


class UnknownTrackingCode(ActionRefused):
    """No complaint is opened by the code; why is told to nobody."""

    message = gettext_lazy(
        "No complaint is opened by this code. Copy it once more, whole; letters may be small or large."
    )


class ViewOver(ActionRefused):
    """The short time is over in which a page stays open after its code was typed."""


def find_complaint(typed: str) -> Complaint | None:
    """
    Return the complaint that a code opens now, or None.

    Whatever was typed goes the same way: keyed digests, then one look at an index of digests. What
    is no code, is another's, or opens nothing any more cannot be told apart.
    """
    code = tracking_codes.read_code(typed)
    # What is no code is looked up as well; no code has the digest of it.
    wanted = code if code is not None else f"\x00{typed}"
    found = (
        ComplaintCode.objects.select_related("complaint__complainant__key")
        .filter(digest__in=vault.digests(CODE_PURPOSE, wanted))
        .first()
    )
    if found is None or found.opens_until <= timezone.now():
        return None
    return found.complaint


def complaint_of_code(typed: str) -> Complaint:
    """
    Return the complaint that a code opens now.

    :raises UnknownTrackingCode: if it opens none.
    """
    found = find_complaint(typed)
    if found is None:
        raise UnknownTrackingCode
    return found


def open_view(complaint: Complaint) -> str:
    """Return what stands on a page instead of the code, for half an hour."""
    return signing.dumps(complaint.pk, salt=_SALT)


def complaint_of_view(token: str) -> Complaint:
    """
    Return the complaint that a page was opened for.

    :raises ViewOver: if that was too long ago, or it is none of ours.
    """
    try:
        number = signing.loads(token, salt=_SALT, max_age=VIEW_SECONDS)
    except signing.BadSignature:
        raise ViewOver(_("This page was open for too long. Type your code again.")) from None
    return Complaint.objects.select_related("complainant__key").get(pk=number)


def may_supplement(complaint: Complaint) -> bool:
    """Return whether something can be added to a complaint, or its question still be answered."""
    return complaint.status in SUPPLEMENTED or (
        complaint.status == S.WITHDRAWN and complaint.is_lapsed
    )


@transaction.atomic
def supplement_complaint(
    *,
    complaint: Complaint,
    words: str,
    files: Sequence[IncomingFile] = (),
    actor: StaffUser,
    provision: Provision,
    reason: str,
) -> None:
    """
    Add to a complaint, or answer what was asked; then its time runs on from where it stood.

    Public Account Provisions, art. 20 §2. An answer that comes after the complaint was over for
    want of it takes it up again.

    :raises NotPermitted: if the actor may not enter what complainants say.
    :raises InvalidInput: if nothing is said, or too much, or the reason holds the complainant's
        contact.
    :raises ActionRefused: if so much was sent already.
    :raises TransitionRefused: if the complaint is answered.
    """
    require_permission(actor, ENTER)
    grounds = Grounds(actor=actor, provision=provision, reason=reason)
    audit.lock(complaint)
    may_return = complaint.status == S.WITHDRAWN and complaint.is_lapsed
    if not may_supplement(complaint):
        raise TransitionRefused(_("This complaint is answered; nothing is added to it any more."))
    require_sealed(complaint, reason)
    if complaint.messages.count() >= MOST_MESSAGES:
        raise ActionRefused(_("Much was sent already. Wait until we come back to you."))
    if not words.strip() and not files:
        raise InvalidInput(_("Write something or attach at least one file."))
    is_answer = may_return or complaint.status == S.WAITING_MATERIAL
    if words.strip():
        kind = ComplaintMessageKind.ANSWER if is_answer else ComplaintMessageKind.SUPPLEMENT
        say(complaint, kind, require_words(words), actor)
    attach(complaint, files, grounds)
    audit.amend(complaint, "supplement", **grounds)
    if is_answer:
        go_on(complaint, grounds)


@transaction.atomic
def withdraw_complaint(
    *,
    complaint: Complaint,
    expected_version: int | None = None,
    actor: StaffUser,
    provision: Provision,
    reason: str,
) -> None:
    """
    Withdraw a complaint because its complainant wishes so.

    Public Account Provisions, art. 20 §2. What the platform itself found goes on all the same.

    :raises NotPermitted: if the actor may not enter what complainants say.
    :raises InvalidInput: if the reason holds the complainant's contact.
    :raises StaleVersion: if it has moved on.
    :raises TransitionRefused: if it is decided or over.
    """
    require_permission(actor, ENTER)
    grounds = Grounds(actor=actor, provision=provision, reason=reason)
    audit.lock(complaint, expected_version=expected_version)
    require_sealed(complaint, reason)
    audit.move(complaint, "withdraw", **grounds, ended_at=timezone.now())
    finish(complaint)
    finish_clocks(complaint, grounds)
    drop_infringement(complaint, grounds)


@transaction.atomic
def lapse_complaint(
    *, complaint: Complaint, actor: StaffUser, provision: Provision, reason: str
) -> None:
    """
    End a complaint whose complainant did not answer in time, and tell them that they still may.

    Our choice, no article: nothing waits without end.

    :raises NotPermitted: if the actor may not enter what complainants say.
    :raises TransitionRefused: if it does not wait, or there is still time.
    """
    require_permission(actor, ENTER)
    grounds = Grounds(actor=actor, provision=provision, reason=reason)
    audit.lock(complaint)
    clock = complaint.material_clock
    waits = complaint.status == S.WAITING_MATERIAL and clock is not None
    if not waits or clock is None or clock.due_at > timezone.now():
        raise TransitionRefused
    audit.move(complaint, "withdraw", **grounds, ended_at=timezone.now(), is_lapsed=True)
    finish(complaint)
    finish_clocks(complaint, grounds)
    notices.tell(complaint, notices.LAPSED, actor=actor)
