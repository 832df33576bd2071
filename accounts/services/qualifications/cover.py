"""What verified qualifications mean for an account: its marks, and whether it may publish in a field."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Final

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.enums import AccountStatus, Category, FindingKind, GroundKind, RestrictionKind
from accounts.models import AccountMark, PublicAccount, Qualification, Restriction, Subject
from accounts.qualification_words import (
    MARK_OF_FIELD,
    QUALIFIED_FIELDS,
    QualificationStatus,
    publishing_function,
)
from accounts.rules.qualifications import Gap, Term, beginning_of, end_of, uncovered
from accounts.services.commands import MARK, RESTRICT, command_state, command_states
from accounts.services.findings import FindingDraft, record_findings
from accounts.services.restrictions import end_restriction, impose_restriction
from compliance import audit, bulk_audit
from compliance.context import record_language
from compliance.errors import ActionRefused
from compliance.grounds import Grounds
from compliance.provisions import Provision

# Statuses in which a document was verified once; with any of them a field depends on documents.
_ONCE_VERIFIED: Final = (
    QualificationStatus.VERIFIED,
    QualificationStatus.RENEWED,
    QualificationStatus.EXPIRED,
    QualificationStatus.REVOKED,
)


def provision_of(field: Category) -> Provision:
    """Return the article under which a field asks for a document."""
    return Provision.PUBLIC_ACCOUNT_5_2 if field == Category.NEWS else Provision.PUBLIC_ACCOUNT_9_1


def terms_in(field: Category, qualifications: Iterable[Qualification]) -> list[Term]:
    """Return the terms of those qualifications that suffice for publishing in a field."""
    return [
        Term.of_days(each.valid_from, each.valid_until)
        for each in qualifications
        if each.field == field
        and each.rule.opens_field
        and (
            each.status == QualificationStatus.VERIFIED
            # What was renewed holds to its own end, where the next document begins later.
            or (each.status == QualificationStatus.RENEWED and each.valid_until is not None)
        )
    ]


def is_covered(account: PublicAccount, field: Category, now: datetime) -> bool:
    """
    Return whether a verified document covers publishing in a field at `now`.

    Public Account Provisions, art. 9 §1 and art. 5 §2. A field that asks for none is covered.
    """
    if field not in QUALIFIED_FIELDS:
        return True
    shown = account.qualifications.select_related("rule").filter(
        status__in=_ONCE_VERIFIED, subject=account.subject_id
    )
    gaps = uncovered(terms_in(field, shown), now)
    return not any(gap.begins <= now for gap in gaps)


def types_in_force(account: PublicAccount, subject: Subject) -> frozenset[str]:
    """
    Return the types of the qualifications that a subject has shown for an account and that run.

    Public Account Provisions, art. 9 §1: what somebody says of the own trade rests on these.
    """
    found = account.qualifications.filter(subject=subject).in_force(timezone.localdate())
    return frozenset(found.values_list("type", flat=True))


def is_of_operator(qualification: Qualification) -> bool:
    """Return whether a qualification was shown for whoever runs the account now."""
    return qualification.subject_id == qualification.account.subject_id


def require_of_operator(qualification: Qualification) -> None:
    """
    Refuse to find in order what was shown for somebody who does not run the account any more.

    Public Account Provisions, art. 9 §1.

    :raises ActionRefused: if the account stands in another name.
    """
    if not is_of_operator(qualification):
        raise ActionRefused(
            _("The account does not stand in the name any more for which this was shown.")
        )


def settle_field(qualification: Qualification, grounds: Grounds) -> None:
    """
    Bring publishing in a field into line with what covers it, from now on, days to come included.

    Public Account Provisions, art. 9 §1 and art. 5 §2: without a document in force publishing in
    the field is off; the account itself stays as it is. What is to come is written down beforehand,
    so that nothing has to run on the day. The caller holds the lock of the account.
    """
    account, field = qualification.account, qualification.field
    if account.status != AccountStatus.ACTIVE or field not in QUALIFIED_FIELDS:
        return
    now = timezone.now()
    known = [
        each
        for each in account.qualifications.select_related("rule").filter(status__in=_ONCE_VERIFIED)
        if each.field == field and each.rule.opens_field
    ]
    # What somebody else showed for the account covers nothing, and still tells that it has to be.
    own = [each for each in known if each.subject_id == account.subject_id]
    name = publishing_function(field)
    running = _running(account, name, now)
    # A field that was never covered stays shut where it was shut with the registration.
    wanted = uncovered(terms_in(field, own), now) if known or running else []
    grounds = Grounds(
        actor=grounds["actor"], provision=provision_of(field), reason=grounds["reason"]
    )
    for restriction in running:
        gap = next((each for each in wanted if _is_same(restriction, each, now)), None)
        if gap is not None:
            wanted.remove(gap)
        else:
            end_restriction(restriction=restriction, **grounds)
    for gap in wanted:
        impose_restriction(
            account=account,
            kind=RestrictionKind.RESTRICT_FUNCTIONS,
            functions=[name],
            from_=gap.begins,
            until=gap.ends,
            ground_kind=GroundKind.QUALIFICATION,
            ground_ref=qualification.reference,
            **grounds,
        )


def _running(account: PublicAccount, name: str, now: datetime) -> list[Restriction]:
    """Return the restrictions of a function that rest on qualifications and are not over."""
    return [
        each
        for each in account.restrictions.filter(
            ground_kind=GroundKind.QUALIFICATION, functions__contains=[name], ended_at=None
        ).order_by("pk")
        if each.in_force_until is None or each.in_force_until > now
    ]


def _is_same(restriction: Restriction, gap: Gap, now: datetime) -> bool:
    begins = max(restriction.in_force_from, now)
    return begins == gap.begins and restriction.in_force_until == gap.ends


def _mark(qualification: Qualification, now: datetime) -> AccountMark | None:
    """
    Return the unsaved mark that a qualification stands for.

    One that opens no field gives none, and one of somebody who does not run the account any more.
    """
    code = MARK_OF_FIELD.get(qualification.field)
    if code is None or not qualification.rule.opens_field or not is_of_operator(qualification):
        return None
    begins = beginning_of(qualification.valid_from) if qualification.valid_from else now
    return AccountMark(
        account=qualification.account,
        code=code,
        qualification=qualification,
        in_force_from=max(begins, now),
        in_force_until=end_of(qualification.valid_until) if qualification.valid_until else None,
    )


def grant_mark(qualification: Qualification, grounds: Grounds) -> None:
    """
    Give an account the mark that a verified qualification stands for, for as long as it is valid.

    Public Account Provisions, art. 9 §2. A document that does not suffice for its field, as a
    press card without the licence, gives none.
    """
    mark = _mark(qualification, timezone.now())
    if mark is not None:
        audit.create(mark, **_under_9_2(grounds))
        _tell_platform(qualification, grounds)


def keep_fields_shut(rows: Sequence[Qualification], grounds: Grounds) -> None:
    """
    Write down that publishing in the field of a new account is off until a document covers it.

    Public Account Provisions, art. 9 §1 and art. 5 §2. For accounts that have no other
    qualification: rows are written with a few statements, whatever their number.
    """
    now = timezone.now()
    restrictions = [
        Restriction(
            account=each.account,
            kind=RestrictionKind.RESTRICT_FUNCTIONS,
            functions=[publishing_function(each.field)],
            in_force_from=now,
            in_force_until=None,
            ground_kind=GroundKind.QUALIFICATION,
            ground_ref=each.reference,
        )
        for each in rows
        if each.field in QUALIFIED_FIELDS
    ]
    bulk_audit.create_many(restrictions, **grounds)
    command_states(
        [each.account for each in restrictions],
        kind=RESTRICT,
        ground_refs=[each.ground_ref for each in restrictions],
        grounds=grounds,
    )


def _tell_platform(qualification: Qualification, grounds: Grounds) -> None:
    command_state(
        qualification.account,
        kind=MARK,
        ground=qualification.reference,
        grounds=_under_9_2(grounds),
    )


def withdraw_marks(
    qualification: Qualification, grounds: Grounds, *, at: datetime | None = None
) -> None:
    """
    Take away the marks that rest on a qualification; one with another basis stays.

    Public Account Provisions, art. 9 §2.
    """
    now = at or timezone.now()
    running = [
        each
        for each in qualification.marks.filter(ended_at=None).order_by("pk")
        if each.in_force_until is None or each.in_force_until > now
    ]
    for mark in running:
        audit.amend(mark, "end", ended_at=now, **_under_9_2(grounds))
    if running:
        _tell_platform(qualification, grounds)


def _under_9_2(grounds: Grounds) -> Grounds:
    return Grounds(
        actor=grounds["actor"],
        provision=Provision.PUBLIC_ACCOUNT_9_2,
        reason=grounds["reason"],
    )


def report_dead_licences(qualifications: Sequence[Qualification], grounds: Grounds) -> None:
    """
    Record a finding for each account that may no longer publish news, because its licence is dead.

    Public Account Provisions, art. 5 §2. Publishing is off already; whether more follows is for a
    person to see.
    """
    now, name = timezone.now(), publishing_function(Category.NEWS)
    lost = [
        each for each in qualifications if each.field == Category.NEWS and each.rule.opens_field
    ]
    off = set(
        Restriction.objects.in_force(now)
        .filter(account__in=[each.account_id for each in lost], functions__contains=[name])
        .values_list("account", flat=True)
    )
    with record_language():
        drafts = [
            FindingDraft(
                account=each.account,
                kind=FindingKind.LICENCE_DEAD,
                facts=_("%(qualification)s: %(state)s")
                % {"qualification": each, "state": each.get_status_display()},
                ground_ref=f"qualification:{each.pk}",
            )
            for each in lost
            if each.account_id in off and each.account.status == AccountStatus.ACTIVE
        ]
    if not drafts:
        return
    record_findings(
        drafts,
        actor=grounds["actor"],
        provision=Provision.PUBLIC_ACCOUNT_5_2,
        reason=grounds["reason"],
    )


def marks_of(account: PublicAccount, now: datetime) -> list[AccountMark]:
    """Return the marks that an account carries at `now`, one for each code."""
    found: dict[str, AccountMark] = {}
    for mark in account.marks.in_force(now).select_related("qualification").order_by("pk"):
        found.setdefault(mark.code, mark)
    return list(found.values())
