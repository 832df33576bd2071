"""Whether real-name verification confirmed an applicant, and asking the provider once more."""

import hashlib

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.enums import ApplicationStatus, IdType, VerificationMethod
from accounts.models import Application, RealNameVerification
from accounts.rules.identity_numbers import mobile_problem, normalised, normalised_mobile
from accounts.services.policies import policy_in_force
from accounts.services.verification import VerificationUnavailable, configured_provider
from accounts.verification.provider import (
    ProviderUnavailable,
    VerificationAnswer,
    VerificationRequest,
    methods_for,
)
from compliance import audit
from compliance.errors import ActionRefused, InvalidInput, StaleLease
from compliance.grounds import Grounds
from compliance.identity import vault
from compliance.models import Side, StaffUser, WorkItem
from compliance.models.identity import IdentityField
from compliance.proposals import take_part
from compliance.provisions import Provision
from compliance.roles import require_permission
from compliance.work import require_lease

REVIEW = "accounts.review_application"


def methods_confirmed(application: Application) -> list[VerificationMethod]:
    """Return the methods that confirmed the applicant in the provider's latest answer."""
    answers = RealNameVerification.objects.filter(application=application)
    latest = answers.order_by("-at").values("at")[:1]
    found = answers.filter(at=latest, is_verified=True).values_list("method", flat=True)
    return [VerificationMethod(each) for each in sorted(set(found))]


def is_confirmed(application: Application) -> bool:
    """
    Return whether enough methods confirmed who the applicant is, by the policy in force.

    Public Account Provisions, art. 7 §1 and art. 8 §1: compound verification.
    """
    needed = policy_in_force(timezone.now()).limits.methods_required
    return len(methods_confirmed(application)) >= needed


def require_confirmed(application: Application) -> None:
    """
    Refuse what presupposes a verified identity, of minors as of anybody else.

    Public Account Provisions, art. 8 §1: without real identity there is no service. Our choice: no
    person's word takes the place of the verification.

    :raises ActionRefused: with what can be done instead.
    """
    if is_confirmed(application):
        return
    raise ActionRefused(
        _(
            "The identity is not verified: %(count)s of at least %(required)s methods confirmed "
            "it, and without verified identity there is no service. Ask for material, verify "
            "again, or refuse."
        )
        % {
            "count": len(methods_confirmed(application)),
            "required": policy_in_force(timezone.now()).limits.methods_required,
        }
    )


def verify_again(
    *,
    application: Application,
    fence: int,
    expected_version: int,
    mobile: str = "",
    actor: StaffUser,
    provision: Provision,
    reason: str,
) -> bool:
    """
    Ask the provider once more who the applicant is, and keep its answer; return whether it suffices.

    Public Account Provisions, art. 8 §1. Where material showed another mobile number than the one
    that was declared, `mobile` takes its place. The provider is asked before the transaction.

    :raises NotPermitted: if the actor may not review.
    :raises MissingReason: if the reason is blank.
    :raises InvalidInput: if no whole mobile number is known.
    :raises ActionRefused: if the application is not in review, no document number is known, or the
        identity is verified already.
    :raises VerificationUnavailable: if the provider gave no answer; nothing is kept.
    :raises StaleLease: if the actor does not hold the item.
    :raises StaleVersion: if the application has moved on.
    """
    require_permission(actor, REVIEW)
    grounds = Grounds(actor=actor, provision=provision, reason=audit.require_reason(reason))
    number = normalised_mobile(mobile) if mobile.strip() else ""
    _require_askable(application)
    question = _question(application, number or _declared_mobile(application))
    with transaction.atomic():
        # Nobody pays for an answer that the keeping of it would refuse.
        _begin(application, actor, fence, expected_version)
    try:
        answer = configured_provider().verify(question)
    except ProviderUnavailable:
        raise VerificationUnavailable(
            _("Real-name verification cannot be reached. Nothing was kept; verify again later.")
        ) from None
    with transaction.atomic():
        _begin(application, actor, fence, expected_version)
        _keep(application, answer, number, grounds)
    return is_confirmed(application)


def _require_askable(application: Application) -> None:
    if application.status != ApplicationStatus.IN_REVIEW:
        raise ActionRefused(_("Only who is in review is verified again."))
    if application.id_number is None or application.id_type not in IdType.values:
        raise ActionRefused(_("No document number is known; nobody can be verified by it."))
    if is_confirmed(application):
        raise ActionRefused(_("The identity is verified already."))


def _declared_mobile(application: Application) -> str:
    return normalised_mobile(vault.read(application.mobile)) if application.mobile else ""


def _question(application: Application, mobile: str) -> VerificationRequest:
    if mobile_problem(mobile) is not None:
        raise InvalidInput(
            _("This is no whole mobile number: it has 11 digits and begins with 13 to 19.")
        )
    id_type, name = IdType(application.id_type), application.subject_name
    assert application.id_number is not None
    asked = application.verifications.count()
    return VerificationRequest(
        # Another key than before, or a provider who counts questions gives the earlier answer.
        key=hashlib.sha256(f"verification:{application.pk}:{asked}".encode()).hexdigest(),
        subject_name=vault.read(name) if name is not None else application.organisation_name,
        id_type=id_type,
        id_number=normalised(id_type, vault.read(application.id_number)),
        mobile=mobile,
        methods=methods_for(id_type),
    )


def _begin(application: Application, actor: StaffUser, fence: int, expected_version: int) -> None:
    item = WorkItem.objects.open().filter(application=application).first()
    if item is None:
        raise StaleLease
    require_lease(work_item=item, actor=actor, fence=fence)
    audit.lock(application, expected_version=expected_version)
    _require_askable(application)


def _keep(
    application: Application, answer: VerificationAnswer, mobile: str, grounds: Grounds
) -> None:
    if application.matter is not None:
        take_part(application.matter, grounds["actor"], Side.DECIDED)
    RealNameVerification.objects.bulk_create(
        RealNameVerification(
            subject_id=application.subject_id,
            application=application,
            method=result.method,
            is_verified=result.is_verified,
            provider=answer.provider,
            reference=result.reference,
        )
        for result in answer.results
    )
    if mobile:
        stored = vault.store(
            application.subject.key, IdentityField.MOBILE, mobile, purposes=["mobile"]
        )
        audit.amend(application, "verify_again", **grounds, mobile=stored)
    else:
        audit.record(
            action="accounts.application.verify_again", target=application, **grounds, changes={}
        )
