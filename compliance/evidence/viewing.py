"""Services that hand evidence to a person's eyes: copies, veiled where sensitive, and originals."""

from django.db import transaction
from django.utils.translation import gettext as _

from compliance import audit
from compliance.errors import ActionRefused
from compliance.evidence import access, storage
from compliance.evidence.services import veil_place
from compliance.grounds import Grounds
from compliance.identity import cipher, minors, vault
from compliance.models import (
    EvidenceCopy,
    EvidenceFile,
    EvidenceStatus,
    EvidenceView,
    Person,
    Proposal,
    ProposalResult,
    Sensitivity,
    StaffUser,
    ViewedPart,
)
from compliance.provisions import Provision
from compliance.roles import require_permission


class FileNotAvailable(ActionRefused):
    """The file is in quarantine, was refused or was erased."""


def _require_available(file: EvidenceFile) -> None:
    if file.status == EvidenceStatus.AVAILABLE:
        return
    raise FileNotAvailable(
        _("%(number)s cannot be opened: its state is “%(state)s”.")
        % {"number": file.number, "state": file.get_status_display()}
    )


def veil_of(copy: EvidenceCopy) -> bytes:
    """Return the few grey dots that are shown of a sensitive picture; b"" where it is a text."""
    key = copy.file.key
    sealed = bytes(copy.sealed_veil)
    return cipher.decrypt(key.algorithm, vault.open_key(key), sealed, veil_place(copy.number))


def look_at_copy(*, copy: EvidenceCopy, actor: StaffUser) -> bytes:
    """
    Return a copy of a file that is not sensitive, or the veil of one that is.

    Our choice, no article: what is sensitive is shown by `show_copy` alone, on record.

    :raises NotPermitted: if the actor may not see what the file belongs to.
    :raises FileNotAvailable: if the file is not available.
    """
    access.require_view(copy.file, actor)
    _require_available(copy.file)
    return veil_of(copy) if copy.file.is_sensitive else storage.read_copy(copy)


def show_copy(*, copy: EvidenceCopy, actor: StaffUser, provision: Provision, reason: str) -> bytes:
    """
    Return a copy of a sensitive file after it is on record who looked.

    Personal Information Protection Law, art. 51: access is limited by permission and logged. Of a
    minor by an approval of a second person alone, once (Regulations on the Protection of Minors in
    Cyberspace, art. 36).

    :raises NotPermitted: if the actor's roles or the owner do not allow it.
    :raises FileNotAvailable: if the file is not available.
    :raises MissingReason: if the reason is blank.
    :raises ActionRefused: if it is of a minor and nobody else has approved it, or that has lapsed.
    """
    file = copy.file
    access.require_show(file, actor)
    _require_available(file)
    shown = storage.read_copy(copy)
    if file.is_sensitive:
        _put_on_record(
            file,
            ViewedPart.COPY,
            copy.number,
            act="show",
            actor=actor,
            provision=provision,
            reason=reason,
        )
    return shown


def take_out_original(
    *, file: EvidenceFile, actor: StaffUser, provision: Provision, reason: str
) -> storage.Reading:
    """
    Return the original of a file, to be read piece by piece, after it is on record who took it out and why.

    Personal Information Protection Law, art. 51: access is limited by permission and logged. The
    record is committed before the first byte leaves. Of a minor as in `show_copy`.

    :raises NotPermitted: if the actor's roles or the owner do not allow it.
    :raises FileNotAvailable: if the file is not available.
    :raises MissingReason: if the reason is blank.
    :raises ActionRefused: if it is of a minor and nobody else has approved it, or that has lapsed.
    :raises DamagedFile: if the store does not have what the row says.
    """
    require_permission(actor, access.TAKE_OUT)
    access.require_show(file, actor)
    _require_available(file)
    reason = audit.require_reason(reason)
    reading = storage.read_original(file)
    try:
        with transaction.atomic():
            access.owner_of(file).before_taking_out(file, actor)
            _put_on_record(
                file,
                ViewedPart.ORIGINAL,
                None,
                act="take_out",
                actor=actor,
                provision=provision,
                reason=reason,
            )
    except BaseException:
        reading.close()
        raise
    return reading


def _put_on_record(
    file: EvidenceFile,
    part: ViewedPart,
    number: int | None,
    *,
    act: str,
    actor: StaffUser,
    provision: Provision,
    reason: str,
) -> None:
    with transaction.atomic():
        reason = audit.require_reason(reason)
        # The person's row is the lock under which one approval is used once.
        Person.objects.select_for_update(no_key=True).get(pk=actor.person_id)
        approval = _approval_needed(
            file, part, number, Grounds(actor=actor, provision=provision, reason=reason)
        )
        EvidenceView.objects.create(
            file=file,
            part=part,
            number=number,
            sensitivity=file.sensitivity,
            person=actor.person,
            reason=reason,
            proposal=approval,
            approved_result=ProposalResult.APPROVED if approval is not None else None,
        )
        audit.record(
            action=f"compliance.evidencefile.{act}",
            target=file,
            actor=actor,
            provision=provision,
            reason=reason,
            changes={
                **{"part": part, "number": number, "sha256": file.sha256},
                **({"proposal": approval.pk} if approval is not None else {}),
            },
        )


def _approval_needed(
    file: EvidenceFile, part: ViewedPart, number: int | None, grounds: Grounds
) -> Proposal | None:
    if not minors.shows_minor(file):
        if file.sensitivity == Sensitivity.IDENTITY_DOCUMENT:
            minors.settle_age_by_file(file, grounds)
        return None
    approval = minors.approval_of_look(file, part, number, grounds["actor"].person)
    if approval is None:
        raise ActionRefused(
            _(
                "This is a document of a minor: somebody else has to approve first that it is shown. "
                "Ask for it on the page of the file; an approval holds for 30 minutes and one look "
                "at each part."
            )
        )
    return approval
