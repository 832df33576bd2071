"""Services that take in claims of identities used without consent."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.enums import AccountStatus, ApplicationSource, IdType
from accounts.models import PublicAccount, Repudiation, RepudiationMaterial, Subject
from accounts.repudiation_words import IdentityProof, RepudiationParty
from accounts.rules.identity_numbers import (
    identity_key,
    mobile_problem,
    normalised,
    normalised_mobile,
    number_problem,
)
from accounts.services.policies import policy_in_force
from accounts.services.registration.facts import subject_purpose
from accounts.services.verification import VerificationUnavailable, configured_provider
from accounts.verification.provider import (
    ProviderUnavailable,
    VerificationAnswer,
    VerificationRequest,
    methods_for,
)
from compliance import audit, responses
from compliance.clocks import start_clock
from compliance.errors import InvalidInput
from compliance.evidence.incoming import IncomingFile, take_in
from compliance.evidence.services import receive_file
from compliance.grounds import Grounds
from compliance.identity import vault
from compliance.models import ResponseInvitation, ResponseReceipt, Sensitivity, Side, StaffUser
from compliance.models.identity import IdentityField
from compliance.notices.recipients import Reference
from compliance.proposals import open_matter
from compliance.provisions import Provision
from compliance.roles import require_permission
from compliance.work import open_item

SUBMIT: Final = "accounts.submit_repudiation"
MATTER: Final = "repudiation"
QUEUE: Final = "repudiations"
OWNER_KIND: Final = "accounts.repudiation"
REVIEW_STEP: Final = "repudiation_review"
TRACKING: Final = "accounts.repudiation_tracking"
CLAIMANT: Final = "repudiation"
# Our choices; no article sets them.
LONGEST_WORDS: Final = 5_000
LONGEST_NAME: Final = 200
TRACKED_FOR: Final = timedelta(days=3 * 365)
# What stands nearer to whoever was wronged is looked at first among what is due at one time.
WEIGHT: Final = 50
_STATEMENT_NAME: Final = "陈述.txt"


@dataclass(frozen=True, kw_only=True)
class Claim:
    """Who claims what; nothing of it is shown when it is printed."""

    name: str = field(repr=False)
    id_type: IdType
    id_number: str = field(repr=False)
    mobile: str = field(repr=False)
    words: str = field(repr=False)
    account_hint: str = ""


@dataclass(frozen=True, kw_only=True)
class VerifiedClaim:
    """A claim with what the provider answered, ready to be stored."""

    claim: Claim
    answer: VerificationAnswer


def verify_claim(*, claim: Claim) -> VerifiedClaim:
    """
    Ask the provider whether the claimant is who they say; nothing is stored.

    Public Account Provisions, art. 8 §1. Must not run inside a transaction: a provider may take
    seconds.

    :raises InvalidInput: if something is missing or cannot be; the sentence never holds it.
    :raises VerificationUnavailable: if there is no answer now.
    """
    _check(claim)
    request = VerificationRequest(
        key=secrets.token_hex(32),
        subject_name=claim.name.strip(),
        id_type=claim.id_type,
        id_number=normalised(claim.id_type, claim.id_number),
        mobile=normalised_mobile(claim.mobile),
        methods=methods_for(claim.id_type),
    )
    try:
        return VerifiedClaim(claim=claim, answer=configured_provider().verify(request))
    except ProviderUnavailable:
        raise VerificationUnavailable(
            _("Identities cannot be verified at this moment. Nothing was kept; try again later.")
        ) from None


def _check(claim: Claim) -> None:
    if not claim.name.strip() or len(claim.name) > LONGEST_NAME:
        raise InvalidInput(_("Give your name as it stands on the document."))
    if number_problem(claim.id_type, claim.id_number, None) is not None:
        raise InvalidInput(_("This is no valid number of that document. Give all of it."))
    if mobile_problem(claim.mobile) is not None:
        raise InvalidInput(
            _("This is no whole mobile number: it has 11 digits and begins with 13 to 19.")
        )
    if not claim.words.strip() or len(claim.words) > LONGEST_WORDS:
        raise InvalidInput(
            _("Say what happened, in at most %(count)s characters.") % {"count": LONGEST_WORDS}
        )
    if audit.UNSEEN.search(claim.words) or audit.UNSEEN.search(claim.account_hint):
        raise InvalidInput(_("What was written holds invisible characters. Write it without them."))
    if len(claim.account_hint) > LONGEST_NAME:
        raise InvalidInput(_("The name or number of the account is too long."))


@transaction.atomic
def submit_repudiation(
    *,
    verified: VerifiedClaim,
    files: Sequence[IncomingFile],
    source: ApplicationSource,
    actor: StaffUser,
    provision: Provision,
    reason: str,
) -> tuple[Repudiation, ResponseInvitation]:
    """
    Take in a claim and put it into its queue; return it with what it is followed by.

    Public Account Provisions, art. 8 §1 and art. 20 §2. Whether there is an account in the
    claimant's name is looked up only once the provider has confirmed who they are, and told by no
    answer to the form. The claimant's particulars go under a key of their own.

    :raises NotPermitted: if the actor may not hand claims in.
    :raises MissingReason: if the reason is blank.
    """
    require_permission(actor, SUBMIT)
    grounds = Grounds(actor=actor, provision=provision, reason=audit.require_reason(reason))
    claim = verified.claim
    key, _plain = vault.new_key()
    clock = start_clock(step=REVIEW_STEP, **grounds)
    matter = open_matter(MATTER)
    id_number = normalised(claim.id_type, claim.id_number)
    repudiation = Repudiation(
        key=key,
        name=vault.store(key, IdentityField.NAME, claim.name.strip()),
        id_type=claim.id_type,
        id_number=vault.store(key, IdentityField.ID_NUMBER, id_number),
        mobile=vault.store(key, IdentityField.MOBILE, normalised_mobile(claim.mobile)),
        account_hint=claim.account_hint.strip(),
        source=source,
        received_at=timezone.now(),
        matter=matter,
        work_item=open_item(
            queue=QUEUE, clock=clock, weight=WEIGHT, matter=matter, side=Side.DECIDED
        ),
    )
    audit.create(repudiation, **grounds)
    attach(
        repudiation,
        words=claim.words.strip(),
        files=files,
        party=RepudiationParty.CLAIMANT,
        receipt=None,
        grounds=grounds,
    )
    tracking = responses.open_invitation(
        responses.InvitationDraft(
            kind=TRACKING,
            about=repudiation,
            recipient=Reference(CLAIMANT, str(repudiation.pk)),
            until=timezone.now() + TRACKED_FOR,
        ),
        **grounds,
    )
    needed = policy_in_force(timezone.now()).limits.methods_required
    if len(set(verified.answer.fact().methods_passed)) >= needed:
        settle_identity(repudiation, IdentityProof.PROVIDER, grounds)
    return repudiation, tracking


def settle_identity(repudiation: Repudiation, proof: IdentityProof, grounds: Grounds) -> None:
    """Note that the claimant is who they say, and find what stands in their name."""
    key = identity_key(IdType(repudiation.id_type), vault.read(repudiation.id_number))
    digests = vault.digests(subject_purpose(key.id_type), key.number)
    subject = Subject.objects.filter(id_number__indexes__digest__in=digests).first()
    audit.move(
        repudiation,
        "verify",
        **grounds,
        proof=proof,
        verified_at=timezone.now(),
        subject=subject,
        account=_account(repudiation, subject),
    )


def _account(repudiation: Repudiation, subject: Subject | None) -> PublicAccount | None:
    """Return the account that a claim is about, where it can be only one."""
    found = accounts_in_the_name(subject)
    hint = repudiation.account_hint
    named = [each for each in found if hint and hint in (each.platform_uid, each.name)]
    running = [each for each in found if each.status == AccountStatus.ACTIVE]
    for candidates in (named, running, found):
        if len(candidates) == 1:
            (account,) = candidates
            taken = Repudiation.objects.open().filter(account=account).exists()
            return None if taken else account
    return None


def accounts_in_the_name(subject: Subject | None) -> list[PublicAccount]:
    """Return the accounts that stand in the name of a subject, the latest first."""
    if subject is None:
        return []
    return list(PublicAccount.objects.filter(subject=subject).order_by("-pk"))


def attach(
    repudiation: Repudiation,
    *,
    words: str,
    files: Sequence[IncomingFile],
    party: RepudiationParty,
    receipt: ResponseReceipt | None,
    grounds: Grounds,
) -> list[RepudiationMaterial]:
    """Attach words and files of one side for good; the words are kept as a file too, encrypted."""
    statement = take_in(_STATEMENT_NAME, [words.encode()]) if words else None
    try:
        attached = [
            RepudiationMaterial.objects.create(
                repudiation=repudiation,
                file=receive_file(
                    incoming=incoming,
                    owner_kind=OWNER_KIND,
                    sensitivity=Sensitivity.IDENTITY_DOCUMENT,
                    **grounds,
                ),
                receipt=receipt,
                party=party,
                is_statement=incoming is statement,
            )
            for incoming in [*([statement] if statement else []), *files]
        ]
    finally:
        if statement is not None:
            statement.discard()
    audit.record(
        action="accounts.repudiation.supply_material",
        target=repudiation,
        changes={"files": [each.file.number for each in attached], "party": party.value},
        **grounds,
    )
    return attached


def materials_of(repudiation: Repudiation) -> list[RepudiationMaterial]:
    """Return what both sides sent, in the order of its arrival."""
    return list(
        repudiation.materials.select_related("file__key", "file__attached_by", "receipt").order_by(
            "pk"
        )
    )
