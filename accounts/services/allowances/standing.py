"""How many accounts a subject may run: the cap of its nature, or what was granted beyond it."""

from collections.abc import Iterable
from datetime import date

from django.utils import timezone

from accounts.enums import SubjectNature
from accounts.models import AccountAllowance, Subject
from accounts.powers_words import CreditService
from accounts.rules.registration_limits import RegistrationLimits


def allowances_in_force(
    subjects: Iterable[int], today: date | None = None
) -> dict[int, AccountAllowance]:
    """
    Return the allowance in force of each of the subjects that has one, in one statement.

    Public Account Provisions, art. 13 §1: whose credit withholds it has none for the time being.
    """
    found = AccountAllowance.objects.in_force(today or timezone.localdate()).exclude(
        subject__standing__services_off__contains=[CreditService.MORE_ACCOUNTS.value]
    )
    return {each.subject_id: each for each in found.filter(subject__in=list(subjects))}


def allowance_of(subject: Subject) -> AccountAllowance | None:
    """Return the allowance in force of a subject, if it has one."""
    return allowances_in_force([subject.pk]).get(subject.pk)


def cap_of(subject: Subject, nature: str, limits: RegistrationLimits) -> int:
    """
    Return how many accounts a subject of a nature may run now.

    Public Account Provisions, art. 10 §1: the cap, or what was granted beyond it.
    """
    cap = limits.subject_caps[SubjectNature(nature)]
    allowance = allowance_of(subject)
    return max(cap, allowance.granted or 0) if allowance is not None else cap
