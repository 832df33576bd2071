"""The registration checks that need nothing but the application and the limits."""

from datetime import date
from typing import Final

from accounts.enums import EXPERT_FIELDS, Category, CheckCode, IdType, SubjectNature
from accounts.rules.application_data import ApplicationData, ProfileData
from accounts.rules.check_results import CheckReason, CheckResult, failed, passed
from accounts.rules.identity_numbers import IdentityKey, mobile_problem, number_problem
from accounts.rules.names import fold, unsafe_characters
from accounts.rules.registration_limits import RegistrationLimits

# Public Account Provisions, art. 15 §1 (and art. 8 §1 for the identity itself).
_REQUIRED: Final = (
    "account_name",
    "category",
    "subject_nature",
    "subject_name",
    "id_type",
    "id_number",
    "mobile",
    "registered_region",
    "operating_region",
    "contact",
    "applied_at",
)
_NEWS_LICENCE: Final = "news_licence"


def _is_blank(value: object) -> bool:
    return not value.strip() if isinstance(value, str) else value is None


def missing_fields(data: ApplicationData) -> CheckResult:
    """Return which required particulars are empty after trimming."""
    required = list(_REQUIRED)
    # Without a nature it is not known whether a scope is due; the nature itself is asked for.
    if data.subject_nature not in {None, SubjectNature.NATURAL_PERSON}:
        required.append("business_scope")
    if data.category in EXPERT_FIELDS:
        required.append("professional_background")
    missing = [column for column in required if _is_blank(getattr(data, column))]
    if missing:
        return failed(CheckCode.FIELD_MISSING, CheckReason.EMPTY, fields=missing)
    return passed(CheckCode.FIELD_MISSING)


def identity_number(data: ApplicationData, applied_on: date | None) -> CheckResult | None:
    """Return whether the number is one of its type."""
    if data.id_type is None or _is_blank(data.id_number):
        return None
    code = CheckCode.USCC_INVALID if data.id_type == IdType.USCC else CheckCode.ID_NUMBER_INVALID
    problem = number_problem(data.id_type, data.id_number, applied_on)
    if problem is None:
        return passed(code)
    return failed(code, problem, id_type=data.id_type.value)


def mobile(data: ApplicationData) -> CheckResult | None:
    """Return whether the mobile number is one of the mainland."""
    if _is_blank(data.mobile):
        return None
    problem = mobile_problem(data.mobile)
    return (
        failed(CheckCode.MOBILE_INVALID, problem) if problem else passed(CheckCode.MOBILE_INVALID)
    )


def nature(
    data: ApplicationData, identity: IdentityKey | None, limits: RegistrationLimits
) -> CheckResult | None:
    """Return whether the declared nature agrees with the head of the credit code."""
    nature = data.subject_nature
    if nature is None or identity is None or identity.id_type != IdType.USCC:
        return None
    if nature == SubjectNature.NATURAL_PERSON:
        return failed(CheckCode.NATURE_MISMATCH, CheckReason.NATURAL_PERSON)
    head = identity.number[:2]
    lawful = limits.uscc_heads.get(nature)
    barred = limits.uscc_heads_barred.get(nature, frozenset())
    if (lawful is not None and head not in lawful) or head in barred:
        return failed(
            CheckCode.NATURE_MISMATCH, CheckReason.HEAD, head=head, subject_nature=nature.value
        )
    return passed(CheckCode.NATURE_MISMATCH)


def safe_name(data: ProfileData) -> CheckResult | None:
    """Return whether the untrimmed name holds invisible or reordering characters."""
    if _is_blank(data.account_name):
        return None
    unsafe = unsafe_characters(data.account_name)
    if not unsafe:
        return passed(CheckCode.NAME_UNSAFE)
    return failed(
        CheckCode.NAME_UNSAFE,
        CheckReason.CHARACTERS,
        characters=list(dict.fromkeys(found.label for found in unsafe)),
        positions=[found.position for found in unsafe],
    )


def lawful_profile(data: ProfileData, limits: RegistrationLimits) -> CheckResult | None:
    """Return whether name or bio holds a term of the kept list."""
    folded = {column: fold(getattr(data, column)) for column in ("account_name", "bio")}
    if not any(folded.values()):
        return None
    found = [
        {"field": column, "term": term}
        for term in limits.unlawful_terms
        for column, text in folded.items()
        if (key := fold(term)) and key in text
    ]
    if found:
        return failed(CheckCode.PROFILE_UNLAWFUL, CheckReason.TERM, terms=found)
    return passed(CheckCode.PROFILE_UNLAWFUL)


def qualification(data: ApplicationData, limits: RegistrationLimits) -> CheckResult | None:
    """Return whether an expert field comes with a qualification of that field."""
    if data.category not in EXPERT_FIELDS:
        return None
    code = CheckCode.QUALIFICATION_REQUIRED
    category = data.category
    given = data.qualification_type.strip().lower()
    if not given:
        return failed(code, CheckReason.TYPE_MISSING, category=category.value)
    if given not in limits.qualification_types.get(category, frozenset()):
        return failed(code, CheckReason.TYPE_OF_OTHER_FIELD, category=category.value)
    details = ("qualification_number", "qualification_issuer")
    missing = [column for column in details if _is_blank(getattr(data, column))]
    if missing:
        return failed(code, CheckReason.DETAILS_MISSING, fields=missing)
    return passed(code)


def qualification_term(data: ApplicationData, applied_on: date | None) -> CheckResult | None:
    """Return whether the qualification had ended before the day of application."""
    until = data.qualification_valid_until
    if until is None or applied_on is None:
        return None
    if until < applied_on:
        return failed(
            CheckCode.QUALIFICATION_EXPIRED,
            CheckReason.BEFORE_APPLICATION,
            valid_until=until.isoformat(),
            applied_on=applied_on.isoformat(),
        )
    return passed(CheckCode.QUALIFICATION_EXPIRED)


def news_licence(data: ApplicationData) -> CheckResult | None:
    """Return whether news comes with its licence."""
    if data.category != Category.NEWS:
        return None
    if data.qualification_type.strip().lower() != _NEWS_LICENCE:
        return failed(CheckCode.NEWS_LICENCE_REQUIRED, CheckReason.LICENCE_MISSING)
    return passed(CheckCode.NEWS_LICENCE_REQUIRED)


def age(data: ApplicationData, minor: bool | None, applied_on: date | None) -> CheckResult | None:
    """Return whether a natural person is a minor."""
    if data.subject_nature != SubjectNature.NATURAL_PERSON or minor is None or applied_on is None:
        return None
    if minor:
        return failed(CheckCode.MINOR, CheckReason.UNDER_AGE, applied_on=applied_on.isoformat())
    return passed(CheckCode.MINOR)
