"""Which identity, credit and mobile numbers are well formed, and how each is written in one way."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Final

from accounts.enums import IdType

PERSONAL_NUMBER_LENGTH: Final = 18
_PERSONAL_WEIGHTS: Final = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_PERSONAL_CHECKS: Final = "10X98765432"
_RESIDENCE_PERMIT_PREFIXES: Final = ("810000", "820000", "830000")
_FOREIGN_CARD_PREFIX: Final = "9"

_USCC_ALPHABET: Final = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_USCC_WEIGHTS: Final = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)
_USCC_VALUES: Final = {character: value for value, character in enumerate(_USCC_ALPHABET)}

# Age of majority: Civil Code, art. 17.
_MAJORITY: Final = 18

# ASCII only throughout: str.isdigit() and \d also accept full-width and Arabic digits.
_MOBILE: Final = re.compile(r"1[3-9][0-9]{9}")
_MOBILE_PREFIX: Final = re.compile(r"\A(?:\+86|0086)")
_MOBILE_FILLING: Final = re.compile(r"[\s\-‐‑‒–—－]+")
_TRAVEL_PERMIT: Final = re.compile(
    r"[HM][0-9]{8}(?:[0-9]{2})?|[0-9]{8}|[0-9]{10}(?:[0-9A-Z]{1,2})?"
)
_TRAVEL_PERMIT_FILLING: Final = re.compile(r"[\s\-()（）]+")
_PASSPORT: Final = re.compile(r"[0-9A-Z]{6,12}")
_DOCUMENT_FILLING: Final = re.compile(r"[\s\-]+")
_NETWORK_ID: Final = re.compile(r"[!-~]{6,256}")


class NumberProblem(StrEnum):
    """Why a number is refused."""

    LENGTH = "length"
    CHARACTERS = "characters"
    PREFIX = "prefix"
    DIVISION = "division"
    BIRTH_DATE = "birth_date"
    BIRTH_DATE_LATER = "birth_date_later"
    CHECK_DIGIT = "check_digit"
    PATTERN = "pattern"


@dataclass(frozen=True, slots=True)
class IdentityKey:
    """One identity in one spelling: what caps, duplicates and blind indexes count by."""

    id_type: IdType
    number: str = field(repr=False)


def _upper(number: str) -> str:
    """Return the number trimmed, with ASCII letters in upper case and nothing else changed."""
    stripped = number.strip()
    # str.upper() turns foreign letters into lawful ones (ı becomes I); they have to stay visible.
    return stripped.upper() if stripped.isascii() else stripped


def normalised(id_type: IdType, number: str) -> str:
    """Return the number as documents and providers write it."""
    if id_type == IdType.NATIONAL_NETWORK_ID:
        return number.strip()  # an opaque token: its letter case may matter
    if id_type == IdType.MAINLAND_TRAVEL_PERMIT:
        return _upper(_TRAVEL_PERMIT_FILLING.sub("", number))
    if id_type == IdType.PASSPORT:
        return _upper(_DOCUMENT_FILLING.sub("", number))
    return _upper(number)


def identity_key(id_type: IdType, number: str) -> IdentityKey:
    """
    Return the key by which one identity is counted.

    Public Account Provisions, art. 10 §1: the number of accounts of one subject is limited, so a
    re-issued travel permit must not become a new subject: its issue count is left out.
    """
    written = normalised(id_type, number)
    if id_type == IdType.MAINLAND_TRAVEL_PERMIT:
        if written[:1] in {"H", "M"}:
            written = written[:9]
        elif len(written) > 10:
            written = written[:10]
    return IdentityKey(id_type, written)


def normalised_mobile(mobile: str) -> str:
    """Return the mobile number without spaces, hyphens and the country prefix."""
    return _MOBILE_PREFIX.sub("", _MOBILE_FILLING.sub("", mobile))


def normalised_contact(contact: str) -> str:
    """Return a contact trimmed and in one letter case."""
    return contact.strip().casefold()


def mobile_problem(mobile: str) -> NumberProblem | None:
    """Return why this is no mobile number of the mainland, or None."""
    return None if _MOBILE.fullmatch(normalised_mobile(mobile)) else NumberProblem.PATTERN


def personal_check_character(first_seventeen: str) -> str:
    """Return the MOD 11-2 check character of 17 digits (GB 11643, ISO 7064)."""
    total = sum(
        weight * int(digit)
        for weight, digit in zip(_PERSONAL_WEIGHTS, first_seventeen, strict=True)
    )
    return _PERSONAL_CHECKS[total % 11]


def uscc_check_character(first_seventeen: str) -> str:
    """Return the mod 31 check character of 17 characters (GB 32100)."""
    total = sum(
        weight * _USCC_VALUES[character]
        for weight, character in zip(_USCC_WEIGHTS, first_seventeen, strict=True)
    )
    return _USCC_ALPHABET[-total % 31]


def _written_date(number: str) -> date | None:
    try:
        return date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        return None


def _personal_number_problem(
    number: str, applied_on: date | None, prefixes: tuple[str, ...]
) -> NumberProblem | None:
    if len(number) != PERSONAL_NUMBER_LENGTH:
        return NumberProblem.LENGTH
    if not re.fullmatch(r"[0-9]{17}[0-9X]", number):
        return NumberProblem.CHARACTERS
    if prefixes and not number.startswith(prefixes):
        return NumberProblem.PREFIX
    born = _written_date(number)
    if born is None:
        return NumberProblem.BIRTH_DATE
    if applied_on is not None and born > applied_on:
        return NumberProblem.BIRTH_DATE_LATER
    if personal_check_character(number[:17]) != number[17]:
        return NumberProblem.CHECK_DIGIT
    return None


def resident_id_problem(number: str, applied_on: date | None) -> NumberProblem | None:
    """
    Return why this is no resident identity number, or None.

    The division code is not looked up: codes are withdrawn and created, and people keep theirs.
    """
    return _personal_number_problem(normalised(IdType.RESIDENT_ID, number), applied_on, ())


def residence_permit_problem(number: str, applied_on: date | None) -> NumberProblem | None:
    """Return why this is no residence permit of a Hong Kong, Macao or Taiwan resident, or None."""
    return _personal_number_problem(
        normalised(IdType.RESIDENCE_PERMIT, number), applied_on, _RESIDENCE_PERMIT_PREFIXES
    )


def foreign_permanent_resident_problem(
    number: str, applied_on: date | None
) -> NumberProblem | None:
    """Return why this is no permanent resident card of a foreigner (2023 version), or None."""
    return _personal_number_problem(
        normalised(IdType.FOREIGN_PERMANENT_RESIDENT, number), applied_on, (_FOREIGN_CARD_PREFIX,)
    )


def uscc_problem(number: str) -> NumberProblem | None:
    """
    Return why this is no unified social credit code, or None.

    Letters are lawful in the first two positions (A1 military, N1–N3 rural collectives, Y1 others).
    """
    written = normalised(IdType.USCC, number)
    if len(written) != 18:
        return NumberProblem.LENGTH
    if any(character not in _USCC_VALUES for character in written):
        return NumberProblem.CHARACTERS
    if not re.fullmatch(r"[0-9]{6}", written[2:8]):
        return NumberProblem.DIVISION
    if uscc_check_character(written[:17]) != written[17]:
        return NumberProblem.CHECK_DIGIT
    return None


def _lenient(pattern: re.Pattern[str], id_type: IdType) -> Callable[[str], NumberProblem | None]:
    def problem(number: str) -> NumberProblem | None:
        matched = pattern.fullmatch(normalised(id_type, number))
        return None if matched else NumberProblem.PATTERN

    return problem


mainland_travel_permit_problem: Final = _lenient(_TRAVEL_PERMIT, IdType.MAINLAND_TRAVEL_PERMIT)
passport_problem: Final = _lenient(_PASSPORT, IdType.PASSPORT)
national_network_id_problem: Final = _lenient(_NETWORK_ID, IdType.NATIONAL_NETWORK_ID)


def number_problem(id_type: IdType, number: str, applied_on: date | None) -> NumberProblem | None:
    """
    Return why a number is none of its type, or None.

    Public Account Provisions, art. 8 §1: real identity is verified before an account is given.
    Without a date of application only the comparison with it is left out.
    """
    match id_type:
        case IdType.RESIDENT_ID:
            return resident_id_problem(number, applied_on)
        case IdType.RESIDENCE_PERMIT:
            return residence_permit_problem(number, applied_on)
        case IdType.FOREIGN_PERMANENT_RESIDENT:
            return foreign_permanent_resident_problem(number, applied_on)
        case IdType.USCC:
            return uscc_problem(number)
        case IdType.MAINLAND_TRAVEL_PERMIT:
            return mainland_travel_permit_problem(number)
        case IdType.PASSPORT:
            return passport_problem(number)
        case IdType.NATIONAL_NETWORK_ID:
            return national_network_id_problem(number)


def birth_date(number: str) -> date | None:
    """Return the birth date that a valid 18-character personal number carries, or None."""
    written = _upper(number)
    if _personal_number_problem(written, None, ()) is not None:
        return None
    return _written_date(written)


def is_minor(number: str, on: date) -> bool | None:
    """
    Return whether the holder is under 18 on a day, or None where the number does not tell.

    The holder is of age from the eighteenth birthday on; born on 29 February, from 1 March.
    """
    born = birth_date(number)
    if born is None:
        return None
    age = on.year - born.year - ((on.month, on.day) < (born.month, born.day))
    return age < _MAJORITY
