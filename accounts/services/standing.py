"""Services for the credit of subjects as a fact: who rates it writes it, everything else reads it."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.enums import AccountStatus
from accounts.models import PublicAccount, Standing, Subject
from accounts.powers_words import UNRATED, CreditGrade, CreditService
from accounts.services.comment_powers.setting import set_powers
from accounts.services.earning.telling import command_all
from compliance import audit
from compliance.errors import InvalidInput
from compliance.grounds import Grounds
from compliance.models import StaffUser
from compliance.provisions import Provision
from compliance.set_audit import change_rows


def credits_of(subjects: Iterable[int]) -> dict[int, Standing]:
    """Return the credit of each subject that somebody has rated."""
    return {each.subject_id: each for each in Standing.objects.filter(subject__in=list(subjects))}


def credit_of(subject: Subject) -> CreditGrade:
    """Return the credit grade that counts for a subject, rated or not."""
    found = Standing.objects.filter(subject=subject).first()
    return CreditGrade(found.grade) if found is not None else UNRATED


def is_withheld(subject_id: int, service: CreditService) -> bool:
    """Return whether the credit of a subject withholds a service."""
    return Standing.objects.filter(
        subject=subject_id, services_off__contains=[service.value]
    ).exists()


@transaction.atomic
def set_standing(
    *,
    subject: Subject,
    grade: CreditGrade,
    score: int,
    since: datetime,
    reference: str,
    services_off: Iterable[CreditService] = (),
    updates_a_day: int | None = None,
    actor: StaffUser,
    provision: Provision,
    reason: str,
) -> Standing:
    """
    Write the credit of a subject; the powers of its accounts over comments follow at once.

    What it withholds is told to the platform with the rights of the accounts.

    Public Account Provisions, art. 13 §1: services go by credit. Part of the transaction that rates;
    the rating itself, its entries and its appeal are the matter of whoever rates. Written again with
    the same values it changes nothing.

    :raises MissingReason: if the reason is blank.
    :raises InvalidInput: if the score is none from 0 to 100, or nothing is referred to.
    """
    if not 0 <= score <= 100 or not reference.strip():
        raise InvalidInput(_("A credit has a score from 0 to 100 and the reference of its rating."))
    grounds = Grounds(actor=actor, provision=provision, reason=reason)
    # One writer at a time for a subject, also where nobody has rated it before.
    Subject.objects.select_for_update(no_key=True).get(pk=subject.pk)
    wanted: dict[str, Any] = {
        "grade": grade.value,
        "score": score,
        "since": since,
        "reference": reference.strip(),
        "services_off": sorted({each.value for each in services_off}),
        "updates_a_day": updates_a_day,
    }
    found = Standing.objects.filter(subject=subject).first()
    before = ([], None) if found is None else (found.services_off, found.updates_a_day)
    grade_before = UNRATED.value if found is None else found.grade
    if found is None:
        found = audit.create(Standing(subject=subject, **wanted), **grounds)
    elif any(getattr(found, name) != value for name, value in wanted.items()):
        audit.amend(found, "rate", **grounds, **wanted)
    accounts = list(
        PublicAccount.objects.filter(subject=subject, status=AccountStatus.ACTIVE).order_by("pk")
    )
    told = 0
    if grade_before != found.grade:
        told = set_powers([each.pk for each in accounts], actor=actor)
    # Other powers are told together with what is withheld.
    if told < len(accounts) and before != (found.services_off, found.updates_a_day):
        command_all(accounts, ground=found.reference, grounds=grounds)
    return found


def change_scores(
    scores: Mapping[int, int], *, actor: StaffUser, provision: Provision, reason: str
) -> None:
    """
    Write other scores of subjects whose grade stays as it is, in a few statements for all.

    Public Account Provisions, art. 13 §1. By the number of the subject; the caller holds the locks
    of the subjects and logs the batch; each row has its history. Nothing goes by a score but the
    grades of accounts, which are reckoned later.

    :raises MissingReason: if the reason is blank.
    """
    found = [
        each
        for each in Standing.objects.filter(subject__in=scores).order_by("pk")
        if each.score != scores[each.subject_id]
    ]
    change_rows(
        Standing,
        [each.pk for each in found],
        "rate",
        each={"score": [scores[each.subject_id] for each in found]},
        is_logged_each=False,
        grounds=Grounds(actor=actor, provision=provision, reason=reason),
    )
