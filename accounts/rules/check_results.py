"""What one registration check answered, as plain values that can be stored and explained."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final

from accounts.enums import CheckCode, CheckOutcome


class CheckReason(StrEnum):
    """Why a check did not pass, where its code alone does not say it."""

    EMPTY = "empty"
    HEAD = "head"
    NATURAL_PERSON = "natural_person"
    TOO_FEW_METHODS = "too_few_methods"
    CAP_REACHED = "cap_reached"
    CAP_OF_PERSON = "cap_of_person"
    CAP_OF_ALLOWANCE = "cap_of_allowance"
    FURTHER_ACCOUNT = "further_account"
    FURTHER_BY_ALLOWANCE = "further_by_allowance"
    MOBILE_SUBJECTS = "mobile_subjects"
    CONTACT_SUBJECTS = "contact_subjects"
    MOBILE_BURST = "mobile_burst"
    CONTACT_BURST = "contact_burst"
    SEVERAL_SIGNALS = "several_signals"
    IDENTIFIER = "identifier"
    OPEN_APPLICATION = "open_application"
    ACTIVE_ACCOUNT = "active_account"
    CHARACTERS = "characters"
    EQUALS = "equals"
    CONTAINS = "contains"
    NEAR = "near"
    PROTECTED = "protected"
    CLAIM = "claim"
    AVATAR = "avatar"
    TERM = "term"
    TYPE_MISSING = "type_missing"
    TYPE_OF_OTHER_FIELD = "type_of_other_field"
    DETAILS_MISSING = "details_missing"
    BEFORE_APPLICATION = "before_application"
    LICENCE_MISSING = "licence_missing"
    UNDER_AGE = "under_age"


# The effect of each check that does not pass. The rule is the product's; what it is held against
# (caps, lists, terms) comes from the catalogue.
EFFECTS: Final[Mapping[CheckCode, CheckOutcome]] = {
    CheckCode.FIELD_MISSING: CheckOutcome.WAITING_MATERIAL,
    CheckCode.ID_NUMBER_INVALID: CheckOutcome.REFUSED,
    CheckCode.USCC_INVALID: CheckOutcome.REFUSED,
    CheckCode.MOBILE_INVALID: CheckOutcome.WAITING_MATERIAL,
    CheckCode.NATURE_MISMATCH: CheckOutcome.IN_REVIEW,
    CheckCode.IDENTITY_UNVERIFIED: CheckOutcome.IN_REVIEW,
    CheckCode.SUBJECT_CAP: CheckOutcome.REFUSED,
    CheckCode.MULTI_ACCOUNT: CheckOutcome.IN_REVIEW,
    CheckCode.REGISTRATION_SIGNAL: CheckOutcome.IN_REVIEW,
    CheckCode.SUBJECT_BLACKLISTED: CheckOutcome.REFUSED,
    CheckCode.BLACKLIST_LIKENESS: CheckOutcome.IN_REVIEW,
    CheckCode.DUPLICATE: CheckOutcome.REFUSED,
    CheckCode.NAME_UNSAFE: CheckOutcome.REFUSED,
    CheckCode.NAME_BARRED: CheckOutcome.REFUSED,
    CheckCode.NAME_RESERVED: CheckOutcome.IN_REVIEW,
    CheckCode.NAME_SIMILAR: CheckOutcome.IN_REVIEW,
    CheckCode.NAME_MISMATCH: CheckOutcome.IN_REVIEW,
    CheckCode.PROFILE_UNLAWFUL: CheckOutcome.IN_REVIEW,
    CheckCode.QUALIFICATION_REQUIRED: CheckOutcome.WAITING_MATERIAL,
    CheckCode.QUALIFICATION_EXPIRED: CheckOutcome.WAITING_MATERIAL,
    CheckCode.NEWS_LICENCE_REQUIRED: CheckOutcome.WAITING_MATERIAL,
    CheckCode.MINOR: CheckOutcome.IN_REVIEW,
}


@dataclass(frozen=True, slots=True)
class CheckResult:
    """
    The answer of one check.

    `params` is stored and shown to staff without a reveal, so it never holds identity data: only
    names of columns, counts, name hits, dates of documents and the lists that were hit.
    """

    code: CheckCode
    outcome: CheckOutcome
    reason: str = ""
    params: Mapping[str, Any] = field(default_factory=dict)


def passed(code: CheckCode) -> CheckResult:
    """Return the answer of a check that found nothing."""
    return CheckResult(code, CheckOutcome.PASS)


def failed(code: CheckCode, reason: str, **params: Any) -> CheckResult:
    """Return the answer of a check that found something, with the effect that its code has."""
    return CheckResult(code, EFFECTS[code], str(reason), params)
