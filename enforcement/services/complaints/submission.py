"""Services that take complaints in: from the public form, from staff, from the platform's systems."""

import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final
from urllib.parse import unquote, urlsplit

from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.models import PublicAccount
from accounts.services.disclosure.sheets import LONGEST_QUERY, find_public_accounts
from compliance import audit
from compliance.clocks import finish_clock, start_clock
from compliance.errors import ActionRefused, InvalidInput
from compliance.evidence.incoming import IncomingFile
from compliance.evidence.services import receive_file
from compliance.grounds import Grounds
from compliance.identity import vault
from compliance.models import NoticeLanguage, Sensitivity, Side, StaffUser
from compliance.models.identity import IdentityField
from compliance.proposals import open_matter
from compliance.provisions import Provision
from compliance.roles import require_permission
from compliance.work import open_item
from enforcement.complaint_words import (
    ENDED,
    NOTICES,
    URGENT,
    WITHOUT_ACCOUNT,
    ComplaintKind,
    ComplaintMessageKind,
    ComplaintSource,
)
from enforcement.models import (
    Complaint,
    ComplaintCode,
    ComplaintFile,
    ComplaintLikeness,
    ComplaintMessage,
)
from enforcement.rules import tracking_codes
from enforcement.rules.complaints import folded_words, team_of, weight_of
from enforcement.services.complaints import notices
from enforcement.services.complaints.sealing import (
    complainant_of,
    lock_digest,
    read_contact,
    require_without,
    unfounded_of,
)
from enforcement.services.infringements.filing import (
    InfringementDraft,
    checked_infringement,
    keep_infringement,
)

ENTER: Final = "enforcement.enter_complaint"
MATTER: Final = "complaint"
OWNER_KIND: Final = "enforcement.complaint"
CODE_PURPOSE: Final = "complaint-code"
_LIKENESS: Final = "complaint-likeness"
ACKNOWLEDGEMENT: Final = "complaint_acknowledgement"
ACCEPTANCE: Final = "complaint_acceptance"
DECISION: Final = "complaint_decision"
FEEDBACK: Final = "complaint_feedback"
URGENT_ACTION: Final = "urgent_action"
URGENT_DECISION: Final = "urgent_decision"
# Our choices; no article sets them.
LONGEST_WORDS: Final = 5_000
LONGEST_REFERENCE: Final = 400
LONGEST_SOURCE: Final = 80
OPENS_FOR: Final = timedelta(days=3 * 365)
# What comes to us without anybody between needs no second step: the number is given at once.
_AT_ONCE: Final = frozenset({ComplaintSource.PUBLIC, ComplaintSource.API})


class AlreadyComplained(ActionRefused):
    """The same person has complained of the same already, and it is not ended."""


@dataclass(frozen=True, kw_only=True)
class ComplaintDraft:
    """
    Who complains of what; nothing of the complainant is shown when it is printed.

    `target` is name, number or address of the account. `origin` stands for whoever leaves no
    contact, so that the same is known again: a keyed digest, kept only within another.
    A notice that a right is infringed says in `infringement` what is passed on to the operator.
    """

    kind: str
    target: str
    words: str = field(repr=False)
    contact: str = field(repr=False, default="")
    content_ref: str = field(repr=False, default="")
    language: str = NoticeLanguage.CHINESE
    source: str = ComplaintSource.PUBLIC
    source_ref: str = ""
    origin: bytes = field(repr=False, default=b"")
    infringement: InfringementDraft = field(default_factory=InfringementDraft)


@dataclass(frozen=True, kw_only=True)
class Receipt:
    """What somebody gets who complained: the code is shown once and cannot be read again."""

    complaint: Complaint
    code: str = field(repr=False)


def find_target(target: str) -> PublicAccount:
    """
    Return the account that somebody names by its number, its name or its address.

    Public Account Provisions, art. 20 §2: the way to complain is easy to find and to go.

    :raises InvalidInput: if there is none, or more than one has the name; it says which.
    """
    target = target.strip()
    if not target:
        raise InvalidInput(_("Say which account it is about."))
    wanted = [target]
    if "/" in target:
        path = [each for each in unquote(urlsplit(target).path).split("/") if each]
        wanted += path[-1:]
    for words in wanted:
        if len(words) > LONGEST_QUERY:
            continue
        found = list(find_public_accounts(words)[:6])
        exact = [each for each in found if each.platform_uid == words]
        if len(exact or found) == 1:
            return (exact or found)[0]
        if found:
            listed = _(", ").join(each.platform_uid for each in found)
            raise InvalidInput(
                _("More than one account has this name. Give its number, one of these: %(numbers)s")
                % {"numbers": listed}
            )
    raise InvalidInput(
        _("No account has this number, name or address. Look it up on the page of accounts.")
    )


@transaction.atomic
def submit_complaint(
    *,
    draft: ComplaintDraft,
    files: Sequence[IncomingFile] = (),
    code_of: Callable[[Complaint], int] = lambda _complaint: secrets.randbits(tracking_codes.BITS),
    actor: StaffUser,
    provision: Provision,
    reason: str,
) -> Receipt:
    """
    Take in a complaint, put it into its queue and return the code by which it is followed.

    Public Account Provisions, art. 20 §2: complaints are received, and by when they are answered is
    known beforehand. The limits for acceptance and decision count from here. What comes by public
    page or interface is acknowledged at once; what colleagues enter, when they hand the code over.
    Whoever asks for a program gives in `code_of` the bits of a code that it can give again.

    :raises NotPermitted: if the actor may not enter complaints.
    :raises InvalidInput: if something is missing or cannot be; nothing of the complainant is in it.
    :raises AlreadyComplained: if the same person waits for an answer to the same.
    :raises MissingReason: if the reason is blank.
    """
    require_permission(actor, ENTER)
    grounds = Grounds(actor=actor, provision=provision, reason=audit.require_reason(reason))
    is_notice = draft.kind in NOTICES
    # What is passed on is a complaint by itself; more need not be said.
    words = _checked(draft, draft.words or (draft.infringement.evidence if is_notice else ""))
    account = None if draft.kind in WITHOUT_ACCOUNT else find_target(draft.target)
    contact_kind, contact = read_contact(draft.contact)
    asserted = draft.infringement
    if is_notice:
        asserted = checked_infringement(
            asserted, content_ref=draft.content_ref, has_contact=bool(contact)
        )
        require_without(contact, asserted.holder, asserted.work, asserted.evidence)
    likeness = _likeness(draft, account, contact, words)
    complainant = complainant_of(contact_kind, contact)
    unfounded, abusive = unfounded_of(complainant)
    now = timezone.now()
    is_urgent = draft.kind in URGENT
    matter, team = open_matter(MATTER), team_of(draft.kind)
    acceptance = start_clock(step=URGENT_ACTION if is_urgent else ACCEPTANCE, at=now, **grounds)
    complaint = Complaint(
        complainant=complainant,
        kind=draft.kind,
        account=account,
        content_ref=draft.content_ref.strip(),
        source=draft.source,
        source_ref=draft.source_ref.strip(),
        language=draft.language,
        team=team,
        received_at=now,
        matter=matter,
        work_item=open_item(
            queue=queue_of(team),
            clock=acceptance,
            weight=weight_of(
                draft.kind,
                is_named=bool(contact),
                unfounded=unfounded,
                abusive=abusive,
            ),
            matter=matter,
            side=Side.DECIDED,
        ),
        acknowledgement_clock=start_clock(step=ACKNOWLEDGEMENT, at=now, **grounds),
        acceptance_clock=acceptance,
        decision_clock=start_clock(
            step=URGENT_DECISION if is_urgent else DECISION, at=now, **grounds
        ),
    )
    audit.create(complaint, **grounds)
    if is_notice:
        keep_infringement(complaint, asserted, grounds)
    say(complaint, ComplaintMessageKind.COMPLAINT, words, actor)
    attach(complaint, files, grounds)
    if likeness:
        ComplaintLikeness.objects.create(complaint=complaint, digest=likeness)
    code = tracking_codes.written_code(code_of(complaint))
    ComplaintCode.objects.create(
        complaint=complaint,
        digest=vault.digest(CODE_PURPOSE, tracking_codes.read_code(code) or ""),
        opens_until=now + OPENS_FOR,
    )
    if draft.source in _AT_ONCE:
        acknowledge(complaint, grounds)
    return Receipt(complaint=complaint, code=code)


@transaction.atomic
def acknowledge_complaint(
    *,
    complaint: Complaint,
    expected_version: int | None = None,
    actor: StaffUser,
    provision: Provision,
    reason: str,
) -> None:
    """
    Note that whoever complained by telephone or letter has the number and the code.

    Public Account Provisions, art. 20 §2.

    :raises NotPermitted: if the actor may not enter complaints.
    :raises StaleVersion: if the complaint has moved on.
    :raises TransitionRefused: if it was acknowledged before.
    """
    require_permission(actor, ENTER)
    audit.lock(complaint, expected_version=expected_version)
    acknowledge(complaint, Grounds(actor=actor, provision=provision, reason=reason))


def acknowledge(complaint: Complaint, grounds: Grounds) -> None:
    """Move a complaint on whose complainant has the number, and tell them until when."""
    audit.move(complaint, "acknowledge", **grounds)
    finish_clock(clock=complaint.acknowledgement_clock, **grounds)
    notices.tell(complaint, notices.RECEIVED, actor=grounds["actor"])


def queue_of(team: str) -> str:
    """Return the queue of a team."""
    return "complaints" if team == "general" else f"complaints_{team}"


def _checked(draft: ComplaintDraft, words: str) -> str:
    if draft.kind not in ComplaintKind.values:
        raise InvalidInput(_("Choose what the complaint is about."))
    if draft.source not in ComplaintSource.values:
        raise InvalidInput(_("Say how the complaint came."))
    if draft.language not in NoticeLanguage.values:
        raise InvalidInput(_("Choose the language of the answer."))
    if draft.source == ComplaintSource.LETTER and not draft.source_ref.strip():
        raise InvalidInput(_("Give the number under which the letter is kept."))
    if len(draft.source_ref) > LONGEST_SOURCE or len(draft.content_ref) > LONGEST_REFERENCE:
        raise InvalidInput(_("The reference is too long."))
    if audit.UNSEEN.search(draft.source_ref) or audit.UNSEEN.search(draft.content_ref):
        raise InvalidInput(_("What was written holds invisible characters. Write it without them."))
    return require_words(words)


def require_words(words: str) -> str:
    """
    Return what somebody writes to us, with line ends as we keep them.

    :raises InvalidInput: if there is nothing, too much, or something that nobody sees.
    """
    words = "\n".join(words.strip().splitlines())
    if not words or len(words) > LONGEST_WORDS or not any(each.isalnum() for each in words):
        raise InvalidInput(
            _("Say what happened, in at most %(count)s characters.") % {"count": LONGEST_WORDS}
        )
    if audit.UNSEEN.search(words):
        raise InvalidInput(_("What was written holds invisible characters. Write it without them."))
    return words


def _likeness(
    draft: ComplaintDraft, account: PublicAccount | None, contact: str, words: str
) -> bytes:
    """Return by what the same complaint is known again; nothing where nobody can be told apart."""
    who = contact or draft.origin.hex()
    if not who:
        return b""
    what = "\x00".join(
        [who, str(account.pk if account else 0), draft.kind, draft.content_ref, folded_words(words)]
    )
    digest = vault.digest(_LIKENESS, what)
    lock_digest(digest)
    twin = (
        Complaint.objects.filter(likeness__digest__in=vault.digests(_LIKENESS, what))
        .exclude(status__in=list(ENDED))
        .order_by("-pk")
        .first()
    )
    if twin is not None:
        raise AlreadyComplained(
            _(
                "You sent us the very same on %(day)s; its number is %(number)s. Follow it by the "
                "code that you were given then. It is answered once."
            )
            % {
                "day": date_format(timezone.localtime(twin.received_at), "Y-m-d"),
                "number": twin.number,
            }
        )
    return digest


def say(
    complaint: Complaint, kind: ComplaintMessageKind, words: str, actor: StaffUser
) -> ComplaintMessage:
    """Keep words under the key of whoever complains."""
    kept = vault.store(complaint.complainant.key, IdentityField.STATEMENT, words)
    return ComplaintMessage.objects.create(
        complaint=complaint, kind=kind, words=kept, person=actor.person, at=timezone.now()
    )


def attach(complaint: Complaint, files: Sequence[IncomingFile], grounds: Grounds) -> None:
    """Attach what the complainant sent for good, to be seen by nobody who does not handle it."""
    if not files:
        return
    attached = [
        ComplaintFile.objects.create(
            complaint=complaint,
            file=receive_file(
                incoming=incoming, owner_kind=OWNER_KIND, sensitivity=Sensitivity.OTHER, **grounds
            ),
        )
        for incoming in files
    ]
    audit.record(
        action="enforcement.complaint.supply_material",
        target=complaint,
        changes={"files": [each.file.number for each in attached]},
        **grounds,
    )
