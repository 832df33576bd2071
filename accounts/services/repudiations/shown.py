"""What was shown for an account under a name that it leaves, and what comes back with the name."""

from datetime import datetime

from django.utils import timezone

from accounts.models import PublicAccount, Qualification, Subject
from accounts.qualification_words import QualificationStatus
from accounts.services.qualifications.cover import grant_mark, settle_field, withdraw_marks
from compliance.grounds import Grounds

_GAVE_MARKS = (QualificationStatus.VERIFIED, QualificationStatus.RENEWED)


def _shown(account: PublicAccount, subject: Subject) -> list[Qualification]:
    found = Qualification.objects.select_related("rule", "account")
    return list(found.filter(account=account, subject=subject).order_by("pk"))


def end_shown(account: PublicAccount, subject: Subject, at: datetime, grounds: Grounds) -> None:
    """
    Take away the marks of an account that left a name, and shut the fields that they opened.

    Public Account Provisions, art. 9 §§1–2: what was shown for the name says nothing of whoever
    runs the account. The documents stay on record as they are; they were the name's.
    """
    for each in _shown(account, subject):
        withdraw_marks(each, grounds, at=at)
        settle_field(each, grounds)


def restore_shown(
    account: PublicAccount, subject: Subject, ended_at: datetime | None, grounds: Grounds
) -> None:
    """
    Give back the marks that ended with the name at an instant, where their documents still hold.

    Public Account Provisions, art. 20 §2: what proves wrong is undone exactly. A document that ended
    or was revoked meanwhile gives nothing back.
    """
    for each in _shown(account, subject):
        if each.status in _GAVE_MARKS and _runs_on(each, ended_at):
            grant_mark(each, grounds)
        settle_field(each, grounds)


def _runs_on(qualification: Qualification, ended_at: datetime | None) -> bool:
    """Return whether a mark that ended then would still run now or later."""
    return any(
        mark.in_force_until is None or mark.in_force_until > timezone.now()
        for mark in qualification.marks.filter(ended_at=ended_at)
    )
