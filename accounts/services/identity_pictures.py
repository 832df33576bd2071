"""How long pictures of identities are kept: until the result, and while something open needs them."""

from datetime import datetime
from functools import partial
from typing import Final

from django.db.models import Q
from django.utils.translation import gettext as _

from accounts.enums import ApplicationStatus, HoldKind
from accounts.guardian_words import WithdrawalStatus
from accounts.models import (
    Application,
    GuardianWithdrawal,
    PublicAccount,
    Repudiation,
)
from accounts.repudiation_words import OPEN_REPUDIATIONS
from accounts.services import material
from accounts.services.guardians import consent
from accounts.services.holds import holds_in_force
from accounts.services.references import reference_in_words
from accounts.services.repudiations import submission
from compliance import audit
from compliance.evidence.retention import Keeping, Need
from compliance.models import EvidenceFile

_DECIDED: Final = (
    ApplicationStatus.APPROVED,
    ApplicationStatus.REFUSED,
    ApplicationStatus.WITHDRAWN,
)


def _held_by_account(account: PublicAccount | None) -> list[str]:
    """Return the open matters about an account for which its pictures stay."""
    if account is None:
        return []
    cases = holds_in_force(account).filter(kind=HoldKind.OPEN_CASE)
    claims = Repudiation.objects.filter(account=account, status__in=OPEN_REPUDIATIONS)
    return [
        *(
            _("open case %(reference)s") % {"reference": reference_in_words(each.ground_ref)}
            for each in cases
        ),
        *(_("open claim %(reference)s") % {"reference": each.reference} for each in claims),
    ]


def _need_of_application(application: Application) -> Need:
    is_decided = application.status in _DECIDED
    account = PublicAccount.objects.filter(application=application).first()
    held = _held_by_account(account)
    taken_back = GuardianWithdrawal.objects.filter(
        consent__application=application, status=WithdrawalStatus.OPEN
    )
    if taken_back.exists():
        held.append(_("consent of the guardian taken back, not decided yet"))
    return Need(application.decided_at if is_decided else None, tuple(held))


def _application_of(file: EvidenceFile) -> Application:
    if file.owner_kind == material.OWNER_KIND:
        return file.application_material.application
    return file.guardian_document.consent.application


def _lock_application(file: EvidenceFile) -> None:
    # The account first, as wherever a hold is placed.
    application = _application_of(file)
    account = PublicAccount.objects.filter(application=application).first()
    if account is not None:
        audit.lock(account)
    audit.lock(application)


def _decided_before(path: str, before: datetime) -> Q:
    return Q(**{f"{path}__status__in": _DECIDED, f"{path}__decided_at__lte": before})


def _need_of_claim(file: EvidenceFile) -> Need:
    attached = file.repudiation_material
    claim = attached.repudiation
    if attached.is_statement:
        # Words, no picture: kept with the claim that they carry.
        return Need(None)
    is_open = claim.status in OPEN_REPUDIATIONS
    return Need(None if is_open else claim.decided_at, tuple(_held_by_account(claim.account)))


def _lock_claim(file: EvidenceFile) -> None:
    claim = file.repudiation_material.repudiation
    if claim.account is not None:
        audit.lock(claim.account)
    audit.lock(claim)


def _settled_claim(before: datetime) -> Q:
    return Q(
        repudiation_material__is_statement=False,
        repudiation_material__repudiation__decided_at__lte=before,
    ) & ~Q(repudiation_material__repudiation__status__in=sorted(OPEN_REPUDIATIONS))


KEEPINGS: Final = (
    Keeping(
        owner_kind=material.OWNER_KIND,
        settled=partial(_decided_before, "application_material__application"),
        need=lambda file: _need_of_application(_application_of(file)),
        lock=_lock_application,
    ),
    Keeping(
        owner_kind=consent.OWNER_KIND,
        settled=partial(_decided_before, "guardian_document__consent__application"),
        need=lambda file: _need_of_application(_application_of(file)),
        lock=_lock_application,
    ),
    Keeping(
        owner_kind=submission.OWNER_KIND,
        settled=_settled_claim,
        need=_need_of_claim,
        lock=_lock_claim,
    ),
)
