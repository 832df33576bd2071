"""Applications that pass every check, to be changed in one thing by a test."""

import json
from pathlib import Path

from accounts.enums import VerificationMethod
from accounts.rules.application_data import COLUMNS, ApplicationData, read_application
from accounts.rules.applications import RegistrationFacts, VerificationFact
from accounts.rules.identity_numbers import personal_check_character, uscc_check_character
from accounts.rules.registration_limits import RegistrationLimits

DATA = Path(__file__).parent.parent / "data"
_CATALOGUES = Path(__file__).parent.parent.parent / "accounts/catalogues"
CATALOGUE = {
    **json.loads((_CATALOGUES / "registration.json").read_text(encoding="utf-8")),
    "name_claims": json.loads((_CATALOGUES / "name_claims.json").read_text(encoding="utf-8")),
}
LIMITS = RegistrationLimits.from_catalogue(CATALOGUE)

VERIFIED = VerificationFact(
    (VerificationMethod.ID_DOCUMENT, VerificationMethod.MOBILE_THREE_ELEMENTS)
)


def personal(first_seventeen: str) -> str:
    return first_seventeen + personal_check_character(first_seventeen)


def credit_code(first_seventeen: str) -> str:
    return first_seventeen + uscc_check_character(first_seventeen)


PERSON = {
    "platform_uid": "pa-1",
    "account_name": "河畔读书频道",
    "bio": "分享读书",
    "category": "culture",
    "subject_nature": "natural_person",
    "subject_name": "张三",
    "id_type": "resident_id",
    "id_number": personal("11010119900307123"),
    "mobile": "13800138000",
    "registered_region": "北京市",
    "operating_region": "北京市",
    "business_scope": "",
    "contact": "someone@example.com",
    "professional_background": "",
    "qualification_type": "",
    "qualification_number": "",
    "qualification_issuer": "",
    "qualification_valid_until": "",
    "applied_at": "2026-11-17T09:30:00+08:00",
}
COMPANY = {
    **PERSON,
    "subject_nature": "enterprise",
    "subject_name": "示例文化传媒有限公司",
    "id_type": "uscc",
    "id_number": credit_code("91110101MA0123456"),
    "business_scope": "文化活动策划",
}
TEACHER = {
    **PERSON,
    "category": "education",
    "professional_background": "从教十年",
    "qualification_type": "TEACHER",
    "qualification_number": "20101100011000001",
    "qualification_issuer": "某区教育局",
}


def cells(base: dict[str, str] = PERSON, **changes: str) -> dict[str, str]:
    assert not set(changes) - set(COLUMNS)
    return {**base, **changes}


def application(base: dict[str, str] = PERSON, **changes: str) -> ApplicationData:
    data = read_application(cells(base, **changes))
    assert isinstance(data, ApplicationData), data
    return data


def facts(**changes: object) -> RegistrationFacts:
    return RegistrationFacts(**{"verification": VERIFIED, **changes})  # type: ignore[arg-type]
