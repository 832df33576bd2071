"""Services that take in applications for more accounts, and what is shown with them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.enums import AccountStatus, ApplicationSource, SubjectNature
from accounts.models import (
    AccountAllowance,
    AllowanceMaterial,
    Application,
    PublicAccount,
    Subject,
)
from accounts.services.allowances.standing import allowance_of, cap_of
from accounts.services.policies import policy_in_force
from compliance import audit
from compliance.clocks import start_clock
from compliance.errors import ActionRefused, InvalidInput
from compliance.evidence import services as evidence
from compliance.evidence.incoming import IncomingFile
from compliance.grounds import Grounds
from compliance.models import ResponseReceipt, Sensitivity, Side, StaffUser
from compliance.proposals import open_matter
from compliance.provisions import Provision
from compliance.roles import require_permission
from compliance.work import open_item

SUBMIT: Final = "accounts.submit_allowance"
MATTER: Final = "account_allowance"
QUEUE: Final = "account_allowances"
OWNER_KIND: Final = "accounts.account_allowance"
# An application like that for an account, with the same time for both sides.
REVIEW_STEP: Final = "application_review"
MATERIAL_STEP: Final = "application_material"
# Our choices; no article sets them.
LONGEST_TEXT: Final = 2_000
LONGEST_USE: Final = 200


@dataclass(frozen=True, kw_only=True)
class AllowanceDraft:
    """What a subject asks for: how many accounts in all, why, and what each of them is for."""

    wanted: int
    purpose: str
    uses: Sequence[str]
    business_scope: str


def subject_of(platform_uid: str) -> Subject:
    """
    Return the subject of an account or application, by the number of the platform.

    :raises InvalidInput: if the number is unknown.
    """
    account = PublicAccount.objects.filter(platform_uid=platform_uid).first()
    if account is not None:
        return Subject.objects.get(pk=account.subject_id)
    application = Application.objects.filter(platform_uid=platform_uid).first()
    if application is None:
        raise InvalidInput(_("No account and no application has this number."))
    return Subject.objects.get(pk=application.subject_id)


@transaction.atomic
def submit_allowance(
    *,
    platform_uid: str,
    draft: AllowanceDraft,
    source: ApplicationSource,
    actor: StaffUser,
    provision: Provision,
    reason: str,
) -> AccountAllowance:
    """
    Take in an application for more accounts than the cap and put it into its queue.

    Public Account Provisions, art. 10 §1: nature, qualification for the services, business scope
    and credit are looked at before one subject runs several accounts. `platform_uid` is any account
    or application of the subject, a refused one too; there the answer is sent.

    :raises NotPermitted: if the actor may not hand it in.
    :raises InvalidInput: if the number is unknown, or something is missing or cannot be.
    :raises ActionRefused: if the nature of the subject allows no more, its identity is unknown, or
        one is under way.
    :raises MissingReason: if the reason is blank.
    """
    require_permission(actor, SUBMIT)
    grounds = Grounds(actor=actor, provision=provision, reason=audit.require_reason(reason))
    subject = Subject.objects.select_for_update(no_key=True).get(pk=subject_of(platform_uid).pk)
    _require_eligible(subject, draft)
    clock = start_clock(step=REVIEW_STEP, **grounds)
    matter = open_matter(MATTER)
    allowance = AccountAllowance(
        subject=subject,
        platform_uid=platform_uid,
        wanted=draft.wanted,
        purpose=_text(draft.purpose, _("purpose")),
        uses=_uses(draft),
        business_scope=_text(draft.business_scope, _("business scope")),
        source=source,
        received_at=timezone.now(),
        matter=matter,
        work_item=open_item(queue=QUEUE, clock=clock, matter=matter, side=Side.DECIDED),
    )
    audit.create(allowance, **grounds)
    audit.move(allowance, "take_in", **grounds)
    return allowance


def _require_eligible(subject: Subject, draft: AllowanceDraft) -> None:
    limits = policy_in_force(timezone.now()).limits
    if subject.nature not in limits.allowance_natures:
        raise ActionRefused(
            _(
                "The cap for “%(nature)s” is not raised: one person runs one account. Nothing was "
                "taken in."
            )
            % {"nature": subject.get_nature_display()}
            if subject.nature == SubjectNature.NATURAL_PERSON
            else _("The cap for “%(nature)s” is not raised. Nothing was taken in.")
            % {"nature": subject.get_nature_display()}
        )
    if subject.id_number_id is None:
        raise ActionRefused(_("No valid document number of this subject is known."))
    waiting = AccountAllowance.objects.open().filter(subject=subject).first()
    if waiting is not None:
        raise ActionRefused(
            _("%(reference)s of this subject is under way already.")
            % {"reference": waiting.reference}
        )
    cap = cap_of(subject, subject.nature, limits)
    if not cap < draft.wanted <= limits.allowance_most:
        raise InvalidInput(
            _("Ask for more than %(cap)s accounts and for at most %(most)s.")
            % {"cap": cap, "most": limits.allowance_most}
        )


def _text(text: str, name: str) -> str:
    words = text.strip()
    if not words or len(words) > LONGEST_TEXT:
        raise InvalidInput(
            _("“%(field)s” is needed, in at most %(count)s characters.")
            % {"field": name, "count": LONGEST_TEXT}
        )
    return words


def _uses(draft: AllowanceDraft) -> list[str]:
    uses = [each.strip() for each in draft.uses if each.strip()]
    if not uses or len(uses) > draft.wanted or any(len(each) > LONGEST_USE for each in uses):
        raise InvalidInput(
            _(
                "Say of each account what it is for: one line an account, at most %(count)s "
                "characters each."
            )
            % {"count": LONGEST_USE}
        )
    return uses


@transaction.atomic
def attach_material(
    *,
    allowance: AccountAllowance,
    files: Sequence[IncomingFile],
    shows: str,
    receipt: ResponseReceipt | None = None,
    actor: StaffUser,
    provision: Provision,
    reason: str,
) -> list[AllowanceMaterial]:
    """
    Attach files to an application for more accounts for good.

    Public Account Provisions, art. 10 §1.

    :raises NotPermitted: if the actor may not hand it in.
    :raises InvalidInput: if it is not said what the files show.
    :raises ActionRefused: if it is decided.
    :raises MissingReason: if the reason is blank.
    """
    require_permission(actor, SUBMIT)
    shows = shows.strip()
    if not shows or len(shows) > LONGEST_USE:
        raise InvalidInput(
            _("Say what the files show, in at most %(count)s characters.") % {"count": LONGEST_USE}
        )
    grounds = Grounds(actor=actor, provision=provision, reason=audit.require_reason(reason))
    audit.lock(allowance)
    if not AccountAllowance.objects.open().filter(pk=allowance.pk).exists():
        raise ActionRefused(
            _("%(reference)s is decided; nothing more can be attached.")
            % {"reference": allowance.reference}
        )
    attached = [
        AllowanceMaterial.objects.create(
            allowance=allowance,
            file=evidence.receive_file(
                incoming=incoming,
                owner_kind=OWNER_KIND,
                sensitivity=Sensitivity.IDENTITY_DOCUMENT,
                **grounds,
            ),
            receipt=receipt,
            shows=shows,
            attached_by=actor.person,
        )
        for incoming in files
    ]
    audit.record(
        action="accounts.accountallowance.attach_evidence",
        target=allowance,
        changes={"files": [each.file.number for each in attached]},
        **grounds,
    )
    return attached


def materials_of(allowance: AccountAllowance) -> list[AllowanceMaterial]:
    """Return what was attached, in the order of its arrival."""
    return list(
        allowance.materials.select_related("file__key", "file__attached_by", "receipt").order_by(
            "pk"
        )
    )


def places_taken(subject: Subject) -> int:
    """Return how many accounts a subject runs now."""
    return PublicAccount.objects.filter(subject=subject, status=AccountStatus.ACTIVE).count()


def present_cap(subject: Subject) -> str:
    """Return in words how many accounts a subject may run and by what."""
    if subject.nature not in SubjectNature.values:
        return _("no cap is set without a nature")
    limits = policy_in_force(timezone.now()).limits
    cap = cap_of(subject, subject.nature, limits)
    allowance = allowance_of(subject)
    if allowance is None:
        return _("%(cap)s by its nature") % {"cap": cap}
    return _("%(cap)s by %(reference)s") % {"cap": cap, "reference": allowance.reference}
