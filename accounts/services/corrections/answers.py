"""What operators answer to a correction, without a login or through the platform's own form."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.correction_words import (
    WAITING_STATUSES,
    AnswerKind,
    AnswerSource,
    Mismatch,
)
from accounts.models import Correction, CorrectionAnswer, CorrectionDocument, PublicAccount
from accounts.rules.names import fold
from accounts.services.corrections.invitations import invite_late
from accounts.services.corrections.ordering import proof_of_delivery
from accounts.services.corrections.review import record_missed
from accounts.services.names import FOLDED_LENGTH, NAME_LENGTH
from compliance import audit
from compliance.clocks import pause_clock, start_clock
from compliance.clocks.extensions import ask_extension
from compliance.errors import InvalidInput, TransitionRefused
from compliance.evidence.incoming import IncomingFile, take_in
from compliance.evidence.services import receive_file
from compliance.grounds import Grounds
from compliance.models import (
    ClockExtension,
    ClockState,
    ResponseReceipt,
    Sensitivity,
    Side,
    StaffUser,
)
from compliance.provisions import Provision
from compliance.responses import close_invitations
from compliance.roles import require_permission
from compliance.work import open_item

ANSWER_PERMISSION: Final = "accounts.answer_correction"
QUEUE: Final = "corrections"
REVIEW_STEP: Final = "correction_review"
OWNER_KIND: Final = "accounts.correction"
LONGEST_BIO: Final = 2000
# Kept as it is, whichever language a screen has.
_STATEMENT_NAME: Final = "运营者说明.txt"


@dataclass(frozen=True, kw_only=True)
class AnswerDraft:
    """An answer as it came in; None is left as it is."""

    kind: str
    name: str | None = None
    bio: str | None = None
    is_avatar_changed: bool = False
    statement: str = ""


@transaction.atomic
def answer_correction(
    *,
    correction: Correction,
    draft: AnswerDraft,
    files: Sequence[IncomingFile] = (),
    source: AnswerSource,
    receipt: ResponseReceipt | None = None,
    actor: StaffUser,
    provision: Provision,
    reason: str,
) -> CorrectionAnswer:
    """
    Take an answer to a correction: it is reviewed by people; a refusal is put on record.

    Public Account Provisions, art. 8 §2. The operator's time stands still while people review. Also
    after the time was over, as long as the service was not terminated. What was written is kept as
    a file, so that identity data in it is encrypted.

    :raises NotPermitted: if the actor may not hand in answers.
    :raises InvalidInput: if the answer leaves what is wrong as it is, or lacks what it rests on.
    :raises TransitionRefused: if an answer is under review already, or nothing is waited for.
    :raises MissingReason: if the reason is blank.
    """
    require_permission(actor, ANSWER_PERMISSION)
    grounds = Grounds(actor=actor, provision=provision, reason=audit.require_reason(reason))
    lock_with_account(correction)
    if correction.status not in WAITING_STATUSES:
        raise TransitionRefused(
            _("No answer to %(reference)s is waited for: its state is “%(state)s”.")
            % {"reference": correction.reference, "state": correction.get_status_display()}
        )
    _check(correction, draft, files)
    if draft.kind == AnswerKind.REFUSAL:
        return _refuse(correction, draft, files, source, receipt, grounds)
    item = open_item(
        queue=QUEUE,
        clock=start_clock(step=REVIEW_STEP, **grounds),
        matter=correction.matter,
        side=Side.DECIDED,
    )
    answer = CorrectionAnswer.objects.create(
        correction=correction,
        kind=draft.kind,
        name=_new_name(draft),
        bio=draft.bio,
        is_avatar_changed=draft.is_avatar_changed,
        source=source,
        receipt=receipt,
        work_item=item,
        received_at=timezone.now(),
    )
    _attach(answer, draft.statement, files, grounds)
    audit.move(correction, "answer", **grounds, work_item=item)
    if correction.clock.state == ClockState.RUNNING:
        pause_clock(clock=correction.clock, **grounds)
    close_invitations(about=correction, **grounds)
    return answer


def lock_with_account(correction: Correction) -> None:
    """Lock a correction as everybody does: its account first."""
    audit.lock(PublicAccount.objects.get(pk=correction.account_id))
    audit.lock(correction)


def _new_name(draft: AnswerDraft) -> str | None:
    return draft.name.strip() if draft.name is not None else None


def _check(correction: Correction, draft: AnswerDraft, files: Sequence[IncomingFile]) -> None:
    if draft.kind not in AnswerKind.values:
        raise InvalidInput(_("Say what you answer."))
    if draft.kind != AnswerKind.CORRECTED:
        if draft.name is not None or draft.bio is not None or draft.is_avatar_changed:
            raise InvalidInput(_("Whoever changes the profile answers that it is corrected."))
        if draft.kind == AnswerKind.OBJECTION and not draft.statement and not files:
            raise InvalidInput(_("Say why it is right as it is, or send a document."))
        return
    account, wrong = correction.account, correction.mismatches
    for what, given in ((Mismatch.NAME, draft.name), (Mismatch.BIO, draft.bio)):
        if (given is not None) != (what in wrong):
            raise InvalidInput(
                _("Give the new text of what is wrong, and of nothing else: %(wrong)s.")
                % {"wrong": correction.mismatches_in_words}
            )
    name = _new_name(draft)
    if name is not None:
        if not name or len(name) > NAME_LENGTH or not 0 < len(fold(name)) <= FOLDED_LENGTH:
            raise InvalidInput(
                _("Write the new name, at most %(limit)s characters.") % {"limit": NAME_LENGTH}
            )
        if audit.UNSEEN.search(name) or "\n" in name:
            raise InvalidInput(_("The new name holds characters that nobody sees."))
        if name == account.name:
            raise InvalidInput(_("This is the name that has to be corrected."))
    if draft.bio is not None and draft.bio == account.bio:
        raise InvalidInput(_("This is the introduction that has to be corrected."))
    if draft.bio is not None and len(draft.bio) > LONGEST_BIO:
        raise InvalidInput(
            _("An introduction has at most %(limit)s characters.") % {"limit": LONGEST_BIO}
        )
    if draft.is_avatar_changed != (Mismatch.AVATAR in wrong):
        raise InvalidInput(_("Change the picture on the platform and send the new one."))


def _attach(
    answer: CorrectionAnswer, words: str, files: Sequence[IncomingFile], grounds: Grounds
) -> None:
    statement = take_in(_STATEMENT_NAME, [words.encode()]) if words else None
    try:
        for incoming in [*([statement] if statement else []), *files]:
            is_statement = incoming is statement
            # Who objects shows documents; a new picture is none.
            is_document = answer.kind == AnswerKind.OBJECTION and not is_statement
            file = receive_file(
                incoming=incoming,
                owner_kind=OWNER_KIND,
                sensitivity=(
                    Sensitivity.IDENTITY_DOCUMENT if is_document else Sensitivity.ORDINARY
                ),
                **grounds,
            )
            CorrectionDocument.objects.create(answer=answer, file=file, is_statement=is_statement)
    finally:
        if statement is not None:
            statement.discard()


def _refuse(
    correction: Correction,
    draft: AnswerDraft,
    files: Sequence[IncomingFile],
    source: AnswerSource,
    receipt: ResponseReceipt | None,
    grounds: Grounds,
) -> CorrectionAnswer:
    now = timezone.now()
    answer = CorrectionAnswer.objects.create(
        correction=correction, kind=draft.kind, source=source, receipt=receipt, received_at=now
    )
    _attach(answer, draft.statement, files, grounds)
    audit.move(
        correction,
        "refuse_to_correct",
        **grounds,
        refused_at=now,
        notice_delivered_at=proof_of_delivery(correction),
    )
    close_invitations(about=correction, **grounds)
    # Whoever thinks better of it can still correct.
    invite_late([correction], grounds)
    record_missed([correction], actor=grounds["actor"])
    return answer


@transaction.atomic
def ask_for_more_time(
    *,
    correction: Correction,
    expected_version: int | None = None,
    actor: StaffUser,
    provision: Provision,
    reason: str,
) -> ClockExtension:
    """
    Ask for the longer time of a correction, once; somebody else decides.

    Public Account Provisions, art. 8 §2; the length is our choice. Until it is decided the
    correction does not count as missed.

    :raises NotPermitted: if the actor may not ask for it.
    :raises StaleVersion: if the correction has moved on.
    :raises ActionRefused: if the time is over, was extended or was asked for before.
    """
    lock_with_account(correction)
    if expected_version is not None:
        audit.lock(correction, expected_version=expected_version)
    if correction.status not in WAITING_STATUSES:
        raise TransitionRefused(_("Nothing is waited for any more; there is no time to extend."))
    return ask_extension(clock=correction.clock, actor=actor, provision=provision, reason=reason)
