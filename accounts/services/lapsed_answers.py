"""The service that takes up again what waited longer for an answer than somebody had time."""

from collections.abc import Callable
from datetime import datetime
from functools import partial

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.allowance_words import AllowanceStatus
from accounts.models import AccountAllowance, Repudiation
from accounts.repudiation_words import RepudiationStatus
from accounts.services.allowances.review import resume_allowance
from accounts.services.lapsed_material import TIME_IS_OVER
from accounts.services.repudiations.review import resume_repudiation
from compliance.errors import ActionRefused, InvalidInput
from compliance.grounds import Grounds
from compliance.models import StaffUser
from compliance.provisions import Provision


def return_lapsed_answers(*, now: datetime, actor: StaffUser) -> int:
    """
    Put back into its queue whatever waited for material or a statement whose time was over at `now`.

    Public Account Provisions, art. 20 §2: nothing waits without end. A person then decides on it as
    it stands. Return how many there were.

    :raises InvalidInput: if `now` is still to come.
    """
    if now > timezone.now():
        raise InvalidInput(_("Give a past instant: an applicant has until the end of the time."))
    grounds = Grounds(actor=actor, provision=Provision.PUBLIC_ACCOUNT_20_2, reason=TIME_IS_OVER)
    allowances = AccountAllowance.objects.filter(
        status=AllowanceStatus.WAITING_MATERIAL, material_clock__due_at__lt=now
    ).order_by("pk")
    claims = Repudiation.objects.filter(
        status__in=[RepudiationStatus.WAITING_STATEMENT, RepudiationStatus.WAITING_MATERIAL],
        answer_clock__due_at__lt=now,
    ).order_by("pk")
    return sum(
        _taken_up(act)
        for act in (
            *(partial(_resume_allowance, each, grounds) for each in allowances),
            *(partial(_resume_repudiation, each, grounds) for each in claims),
        )
    )


def _taken_up(resume: Callable[[], None]) -> bool:
    try:
        resume()
    except ActionRefused:
        # Somebody has decided on it at this moment.
        return False
    return True


def _resume_allowance(allowance: AccountAllowance, grounds: Grounds) -> None:
    resume_allowance(allowance=allowance, expected_version=allowance.version, **grounds)


def _resume_repudiation(repudiation: Repudiation, grounds: Grounds) -> None:
    resume_repudiation(repudiation=repudiation, expected_version=repudiation.version, **grounds)
