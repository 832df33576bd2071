"""What the machine finds of an account on patrol, point by point; a person decides."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.utils.translation import gettext as _

from accounts.enums import (
    EXPERT_FIELDS,
    AccountStatus,
    Category,
    DisclosureItem,
    IdType,
    SubjectNature,
)
from accounts.models import PatrolCheck, PublicAccount
from accounts.patrol_words import PatrolItem
from accounts.qualification_words import QualificationStatus
from accounts.services.allowances.standing import cap_of
from accounts.services.policies import policy_in_force
from accounts.services.screening import screen_names
from accounts.services.verification import VerificationUnavailable, configured_provider
from accounts.verification.provider import ProviderUnavailable, VerificationRequest, methods_for
from compliance.errors import ActionRefused
from compliance.identity import vault
from compliance.models import ActionLog

VERIFIED: Final = "accounts.patrolcheck.verify"


@dataclass(frozen=True)
class Hint:
    """What was found of one point, and whether it speaks against it."""

    words: str
    is_against: bool = False


def hints_for(check: PatrolCheck, now: datetime) -> dict[PatrolItem, Hint]:
    """
    Return what can be found of an account without asking anybody.

    Public Account Provisions, art. 9 §3. The identity is verified again by `checking.verify_again`.
    """
    account = check.account
    found = {
        PatrolItem.PROFILE: _name(account),
        PatrolItem.QUALIFICATION: _qualification(account),
        PatrolItem.CATEGORY: Hint(
            _("Registered for “%(category)s”.") % {"category": account.get_category_display()}
        ),
        PatrolItem.CAP: _cap(account, now),
        PatrolItem.DISCLOSURE: _disclosure(account),
    }
    asked = latest_verification(check)
    return {**found, PatrolItem.IDENTITY: asked} if asked is not None else found


def latest_verification(check: PatrolCheck) -> Hint | None:
    """Return what the provider answered last for a check, or None where nobody has asked."""
    row = ActionLog.objects.for_object(check).filter(action=VERIFIED).order_by("-id").first()
    if row is None:
        return None
    if row.changes.get("is_confirmed"):
        return Hint(_("The provider confirms the identity."))
    return Hint(_("The provider does not confirm the identity."), True)


def _name(account: PublicAccount) -> Hint:
    (screened,) = screen_names([account.name])
    others = [hit.known.name for hit in screened.hits if hit.known.name != account.name]
    if not others:
        return Hint(_("The name comes close to no listed or live one."))
    return Hint(_("The name comes close to: %(names)s") % {"names": _(", ").join(others[:3])}, True)


def _qualification(account: PublicAccount) -> Hint:
    if account.category not in {*EXPERT_FIELDS, Category.NEWS}:
        return Hint(_("The category asks for none."))
    verified = account.qualifications.filter(
        status=QualificationStatus.VERIFIED, subject=account.subject_id
    )
    kinds = [str(each.get_type_display()) for each in verified.order_by("pk")[:3]]
    if not kinds:
        return Hint(_("No verified qualification is on record."), True)
    return Hint(_("Verified: %(kinds)s") % {"kinds": _(", ").join(kinds)})


def _cap(account: PublicAccount, now: datetime) -> Hint:
    count = PublicAccount.objects.filter(
        subject=account.subject_id, status=AccountStatus.ACTIVE
    ).count()
    nature = SubjectNature(account.subject.nature or SubjectNature.NATURAL_PERSON)
    limits = policy_in_force(now).limits
    cap = cap_of(account.subject, nature, limits) if nature in limits.subject_caps else None
    said = {"count": count, "cap": cap if cap is not None else "—"}
    is_over = cap is not None and count > cap
    return Hint(_("The subject has %(count)s accounts; %(cap)s are allowed.") % said, is_over)


def _disclosure(account: PublicAccount) -> Hint:
    known = getattr(account, "disclosure", None)
    if known is None:
        return Hint(_("Nobody has checked yet what is public."))
    if known.is_complete:
        return Hint(_("Nothing is missing."))
    missing = _(", ").join(str(DisclosureItem(each).label) for each in known.missing)
    return Hint(_("Missing: %(items)s") % {"items": missing}, True)


def ask_provider(check: PatrolCheck) -> bool:
    """
    Ask the provider whether the identity behind an account is still valid; outside a transaction.

    Public Account Provisions, art. 9 §3 and art. 8 §1. Nothing of the identity is kept of it.

    :raises ActionRefused: if there is nothing to verify any more.
    :raises VerificationUnavailable: if the provider gives no answer.
    """
    subject = check.account.subject
    application = check.account.application
    if subject.id_number is None or not subject.id_type:
        raise ActionRefused(_("No document is on record that could be verified."))
    number = vault.read(subject.id_number)
    name = subject.organisation_name or (
        vault.read(subject.name) if subject.name is not None else ""
    )
    mobile = vault.read(application.mobile) if application.mobile is not None else ""
    kind = IdType(subject.id_type)
    request = VerificationRequest(
        key=hashlib.sha256(f"patrol:{check.pk}".encode()).hexdigest(),
        subject_name=name.strip(),
        id_type=kind,
        id_number=number,
        mobile=mobile,
        methods=methods_for(kind),
    )
    try:
        answer = configured_provider().verify(request)
    except ProviderUnavailable as problem:
        raise VerificationUnavailable from problem
    return not answer.fact().methods_failed
