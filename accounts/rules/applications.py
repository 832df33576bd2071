"""What is decided about an application for an account; who looks the facts up is a service."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Final

from accounts.enums import (
    EXPERT_FIELDS,
    ApplicationStatus,
    Category,
    CheckCode,
    CheckOutcome,
    IdType,
    SubjectNature,
    VerificationMethod,
)
from accounts.rules import application_checks, name_checks
from accounts.rules.application_data import SHANGHAI, ApplicationData
from accounts.rules.check_results import CheckReason, CheckResult, failed, passed
from accounts.rules.identity_numbers import (
    IdentityKey,
    identity_key,
    is_minor,
    normalised,
    normalised_contact,
    normalised_mobile,
)
from accounts.rules.names import NameHit, fold
from accounts.rules.registration_limits import RegistrationLimits
from accounts.rules.screening.near_names import NearHit

_SEVERITY: Final = (
    CheckOutcome.PASS,
    CheckOutcome.IN_REVIEW,
    CheckOutcome.WAITING_MATERIAL,
    CheckOutcome.REFUSED,
)
_PLACES: Final = {code: place for place, code in enumerate(CheckCode)}
_STATUS_AFTER: Final = {
    CheckOutcome.PASS: ApplicationStatus.APPROVED,
    CheckOutcome.IN_REVIEW: ApplicationStatus.IN_REVIEW,
    CheckOutcome.WAITING_MATERIAL: ApplicationStatus.WAITING_MATERIAL,
    CheckOutcome.REFUSED: ApplicationStatus.REFUSED,
}


class VerificationMissing(ValueError):
    """The identity has to be verified before this application can be decided."""


class DuplicateKind(StrEnum):
    """What already holds the same name for the same identity."""

    OPEN_APPLICATION = "open_application"
    ACTIVE_ACCOUNT = "active_account"


class ReviewReason(StrEnum):
    """Why a person looks at an application in which no check found anything."""

    EXPERT_FIELD = "expert_field"
    NEWS = "news"
    AUTOMATIC_APPROVAL_OFF = "automatic_approval_off"


@dataclass(frozen=True, slots=True)
class Examined:
    """An application in normal form, with the checks that need no look-up."""

    data: ApplicationData = field(repr=False)
    applied_on: date | None
    id_number: str = field(repr=False)
    """The normalised number for the provider, or nothing where it is missing or invalid."""
    identity: IdentityKey | None
    """By what the subject is counted; None where the number is missing or invalid."""
    mobile: str = field(repr=False)
    """The normalised number, or nothing where it is missing or invalid."""
    contact: str = field(repr=False)
    folded_name: str
    is_minor: bool | None
    must_verify: bool
    results: tuple[CheckResult, ...]


@dataclass(frozen=True, slots=True)
class VerificationFact:
    """Which methods of real-name verification passed and which answered "not verified"."""

    methods_passed: tuple[VerificationMethod, ...]
    methods_failed: tuple[VerificationMethod, ...] = ()


@dataclass(frozen=True, slots=True)
class Duplicate:
    """The application or account of the same identity that already has the folded name."""

    platform_uid: str
    kind: DuplicateKind


@dataclass(frozen=True, slots=True)
class Allowance:
    """That a subject was granted more accounts than the cap of its nature, and by what."""

    granted: int
    reference: str


@dataclass(frozen=True, slots=True)
class RegistrationFacts:
    """
    What was looked up for one application, as of its place in the order.

    `accounts_of_identity` counts active accounts and earlier approved or in-review applications of
    `Examined.identity`, each once, without this application. The other counts include it.
    """

    accounts_of_identity: int = 0
    allowance: Allowance | None = None
    duplicate: Duplicate | None = None
    blacklisted_fields: tuple[str, ...] = ()
    """The columns (id_number, mobile) whose keyed identifier equals an entry in force."""
    alike_fields: tuple[str, ...] = ()
    """The columns (mobile, subject_name) that an entry in force has too: that refuses nobody."""
    barred: NameHit | None = None
    reserved: tuple[NameHit, ...] = ()
    near: tuple[NearHit, ...] = ()
    protected_until: datetime | None = None
    """Until when the very name is kept for another subject, which gave it up."""
    verification: VerificationFact | None = None
    subjects_of_mobile: int = 1
    subjects_of_contact: int = 1
    recent_of_mobile: int = 1
    """Applications with this mobile within the hours of `RegistrationLimits.signal_burst_hours`."""
    recent_of_contact: int = 1


@dataclass(frozen=True, slots=True)
class Conclusion:
    """All checks of an application and what follows from them."""

    outcome: ApplicationStatus
    checks: tuple[CheckResult, ...]
    """Every check that ran, in the order of CheckCode; those not named were skipped."""
    review_reason: ReviewReason | None
    is_automatic: bool
    """Whether the outcome is an approval that no person gave."""

    @property
    def hits(self) -> tuple[CheckResult, ...]:
        """Return the checks that did not pass."""
        return tuple(check for check in self.checks if check.outcome != CheckOutcome.PASS)

    @property
    def passed(self) -> tuple[CheckCode, ...]:
        """Return the codes of the checks that passed."""
        return tuple(check.code for check in self.checks if check.outcome == CheckOutcome.PASS)


def examine(data: ApplicationData, limits: RegistrationLimits) -> Examined:
    """
    Return an application in normal form with every check that needs nothing but itself.

    Public Account Provisions, art. 8 §1, art. 9 §1 and art. 15 §1: identity, qualification and the
    basic particulars are given truly and completely. Dates compare with the day of application in
    Asia/Shanghai, never with today. A check whose own input is empty or invalid is skipped.
    """
    applied_on = data.applied_at.astimezone(SHANGHAI).date() if data.applied_at else None
    number_check = application_checks.identity_number(data, applied_on)
    is_number_valid = number_check is not None and number_check.outcome == CheckOutcome.PASS
    mobile_check = application_checks.mobile(data)
    is_mobile_valid = mobile_check is not None and mobile_check.outcome == CheckOutcome.PASS
    identity = None
    id_number = ""
    minor = None
    if data.id_type is not None and is_number_valid:
        identity = identity_key(data.id_type, data.id_number)
        id_number = normalised(data.id_type, data.id_number)
        if _carries_birth_date(data.id_type) and applied_on is not None:
            minor = is_minor(id_number, applied_on)
    results = (
        application_checks.missing_fields(data),
        number_check,
        mobile_check,
        application_checks.nature(data, identity, limits),
        application_checks.safe_name(data),
        application_checks.lawful_profile(data, limits),
        application_checks.qualification(data, limits),
        application_checks.qualification_term(data, applied_on),
        application_checks.news_licence(data),
        application_checks.age(data, minor, applied_on),
    )
    return Examined(
        data=data,
        applied_on=applied_on,
        id_number=id_number,
        identity=identity,
        mobile=normalised_mobile(data.mobile) if is_mobile_valid else "",
        contact=normalised_contact(data.contact),
        folded_name=fold(data.account_name),
        is_minor=minor,
        must_verify=identity is not None and is_mobile_valid,
        results=tuple(result for result in results if result is not None),
    )


def _carries_birth_date(id_type: IdType) -> bool:
    return id_type in {
        IdType.RESIDENT_ID,
        IdType.RESIDENCE_PERMIT,
        IdType.FOREIGN_PERMANENT_RESIDENT,
    }


def _verified(
    examined: Examined, facts: RegistrationFacts, limits: RegistrationLimits
) -> CheckResult | None:
    if not examined.must_verify:
        return None
    if facts.verification is None:
        # An unreachable provider has not answered: deciding now would take silence for an answer.
        raise VerificationMissing("the provider has not answered yet")
    count = len(set(facts.verification.methods_passed))
    if count >= limits.methods_required:
        return passed(CheckCode.IDENTITY_UNVERIFIED)
    return failed(
        CheckCode.IDENTITY_UNVERIFIED,
        CheckReason.TOO_FEW_METHODS,
        count=count,
        required=limits.methods_required,
        methods_passed=[method.value for method in facts.verification.methods_passed],
        methods_failed=[method.value for method in facts.verification.methods_failed],
    )


def _number_of_accounts(
    examined: Examined, facts: RegistrationFacts, limits: RegistrationLimits
) -> list[CheckResult]:
    nature = examined.data.subject_nature
    if examined.identity is None or nature is None:
        return []
    count = facts.accounts_of_identity
    cap = limits.subject_caps[nature]
    allowance = facts.allowance
    by_allowance: dict[str, str] = {}
    if allowance is not None and allowance.granted > cap:
        cap, by_allowance = allowance.granted, {"allowance": allowance.reference}
    if count >= cap:
        reason = CheckReason.CAP_OF_ALLOWANCE if by_allowance else CheckReason.CAP_REACHED
        if nature == SubjectNature.NATURAL_PERSON and nature not in limits.allowance_natures:
            reason = CheckReason.CAP_OF_PERSON
        return [
            failed(
                CheckCode.SUBJECT_CAP,
                reason,
                count=count,
                cap=cap,
                subject_nature=nature.value,
                **by_allowance,
            )
        ]
    if nature == SubjectNature.NATURAL_PERSON and not count:
        return [passed(CheckCode.SUBJECT_CAP)]
    reason = CheckReason.FURTHER_BY_ALLOWANCE if by_allowance else CheckReason.FURTHER_ACCOUNT
    further = (
        failed(CheckCode.MULTI_ACCOUNT, reason, count=count, cap=cap, **by_allowance)
        if count
        else passed(CheckCode.MULTI_ACCOUNT)
    )
    return [passed(CheckCode.SUBJECT_CAP), further]


def _signals(
    examined: Examined, facts: RegistrationFacts, limits: RegistrationLimits
) -> CheckResult | None:
    if not examined.mobile and not examined.contact:
        return None
    measured = (
        (CheckReason.MOBILE_SUBJECTS, examined.mobile, facts.subjects_of_mobile, "subjects"),
        (CheckReason.CONTACT_SUBJECTS, examined.contact, facts.subjects_of_contact, "subjects"),
        (CheckReason.MOBILE_BURST, examined.mobile, facts.recent_of_mobile, "burst"),
        (CheckReason.CONTACT_BURST, examined.contact, facts.recent_of_contact, "burst"),
    )
    limit_of = {"subjects": limits.signal_subjects, "burst": limits.signal_burst}
    signals = [
        {
            "signal": reason.value,
            "count": count,
            "limit": limit_of[kind],
            "hours": limits.signal_burst_hours,
        }
        for reason, key, count, kind in measured
        if key and count > limit_of[kind]
    ]
    if not signals:
        return passed(CheckCode.REGISTRATION_SIGNAL)
    if len(signals) > 1:
        return failed(CheckCode.REGISTRATION_SIGNAL, CheckReason.SEVERAL_SIGNALS, signals=signals)
    only = signals[0]
    return failed(
        CheckCode.REGISTRATION_SIGNAL,
        str(only["signal"]),
        count=only["count"],
        limit=only["limit"],
        hours=only["hours"],
    )


def _blacklist(examined: Examined, facts: RegistrationFacts) -> CheckResult | None:
    if examined.identity is None and not examined.mobile:
        return None
    if facts.blacklisted_fields:
        return failed(
            CheckCode.SUBJECT_BLACKLISTED,
            CheckReason.IDENTIFIER,
            fields=list(facts.blacklisted_fields),
        )
    return passed(CheckCode.SUBJECT_BLACKLISTED)


def _blacklist_likeness(facts: RegistrationFacts) -> CheckResult | None:
    # Whoever is refused for the number itself is not looked at for less.
    if facts.blacklisted_fields or not facts.alike_fields:
        return None
    return failed(
        CheckCode.BLACKLIST_LIKENESS, CheckReason.IDENTIFIER, fields=list(facts.alike_fields)
    )


def _duplicate(examined: Examined, facts: RegistrationFacts) -> CheckResult | None:
    if examined.identity is None or not examined.folded_name:
        return None
    if facts.duplicate is None:
        return passed(CheckCode.DUPLICATE)
    return failed(
        CheckCode.DUPLICATE, facts.duplicate.kind, platform_uid=facts.duplicate.platform_uid
    )


def _names(
    examined: Examined, facts: RegistrationFacts, limits: RegistrationLimits
) -> Iterable[CheckResult | None]:
    yield name_checks.claims(
        examined.data,
        limits.name_claims,
        qualifications={examined.data.qualification_type.strip().lower()},
        is_reserved=bool(facts.reserved),
    )
    if examined.folded_name:
        yield from name_checks.listed_names(facts.barred, facts.reserved)
        yield name_checks.near_names(facts.near, protected_until=facts.protected_until)


def _review_reason(data: ApplicationData, limits: RegistrationLimits) -> ReviewReason | None:
    if data.category in EXPERT_FIELDS:
        return ReviewReason.EXPERT_FIELD
    if data.category == Category.NEWS:
        return ReviewReason.NEWS
    return None if limits.is_approval_automatic else ReviewReason.AUTOMATIC_APPROVAL_OFF


def conclude(
    examined: Examined,
    facts: RegistrationFacts,
    limits: RegistrationLimits,
) -> Conclusion:
    """
    Return all checks of an application and what they lead to: the worst effect wins.

    Public Account Provisions, art. 8, 9 §1 and 10: nobody is served under a false identity or a
    closed account's name, beyond the cap, or in an expert field without a person having looked.

    :raises VerificationMissing: if the identity must be verified and no answer is there.
    """
    checks = [
        *examined.results,
        _verified(examined, facts, limits),
        *_number_of_accounts(examined, facts, limits),
        _signals(examined, facts, limits),
        _blacklist(examined, facts),
        _blacklist_likeness(facts),
        _duplicate(examined, facts),
        *_names(examined, facts, limits),
    ]
    made = [check for check in checks if check is not None]
    ordered = tuple(sorted(made, key=lambda check: _PLACES[check.code]))
    worst = max((check.outcome for check in ordered), key=_SEVERITY.index)
    review_reason = None
    if worst == CheckOutcome.PASS:
        review_reason = _review_reason(examined.data, limits)
        if review_reason is not None:
            worst = CheckOutcome.IN_REVIEW
    outcome = _STATUS_AFTER[worst]
    return Conclusion(
        outcome=outcome,
        checks=ordered,
        review_reason=review_reason,
        is_automatic=outcome == ApplicationStatus.APPROVED,
    )
