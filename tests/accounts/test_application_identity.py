"""Checks of who applies: particulars, number, nature, verification, how many accounts, signals."""

import pytest

from accounts.enums import (
    EXPERT_FIELDS,
    ApplicationStatus,
    Category,
    CheckCode,
    CheckOutcome,
    SubjectNature,
    VerificationMethod,
)
from accounts.rules.applications import (
    Duplicate,
    DuplicateKind,
    RegistrationFacts,
    VerificationFact,
    VerificationMissing,
    conclude,
    examine,
)
from tests.accounts.applications import (
    COMPANY,
    LIMITS,
    PERSON,
    application,
    credit_code,
    personal,
)
from tests.accounts.conclusions import concluded, hits


@pytest.mark.parametrize(
    "column",
    [
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
    ],
)
def test_asks_for_each_required_particular(column):
    conclusion = concluded(**{column: " \u3000\t"})

    (hit,) = conclusion.hits
    assert conclusion.outcome == ApplicationStatus.WAITING_MATERIAL
    assert (hit.code, hit.params) == (CheckCode.FIELD_MISSING, {"fields": [column]})


def test_asks_organisations_only_for_their_business_scope():
    assert hits(COMPANY, business_scope="")[CheckCode.FIELD_MISSING].params == {
        "fields": ["business_scope"]
    }
    assert hits(PERSON, business_scope="") == {}
    assert hits(subject_nature="")[CheckCode.FIELD_MISSING].params == {"fields": ["subject_nature"]}


@pytest.mark.parametrize("category", Category.values)
def test_asks_for_a_background_in_expert_fields_only(category):
    found = hits(category=category)

    assert (CheckCode.FIELD_MISSING in found) == (Category(category) in EXPERT_FIELDS)


def test_refuses_a_wrong_identity_number_and_skips_what_needs_it():
    conclusion = concluded(
        id_number="110101199003070000",
        found={
            "accounts_of_identity": 9,
            "duplicate": Duplicate("pa-0", DuplicateKind.ACTIVE_ACCOUNT),
            "verification": None,
        },
    )

    assert conclusion.outcome == ApplicationStatus.REFUSED
    assert [hit.code for hit in conclusion.hits] == [CheckCode.ID_NUMBER_INVALID]
    skipped = {
        CheckCode.SUBJECT_CAP,
        CheckCode.DUPLICATE,
        CheckCode.MINOR,
        CheckCode.IDENTITY_UNVERIFIED,
    }
    assert not skipped & set(conclusion.passed)


def test_compares_a_birth_date_with_the_day_of_application_in_shanghai():
    born = personal("11010120261117001")

    early = hits(id_number=born, applied_at="2026-11-16T15:59:59Z")
    late = hits(id_number=born, applied_at="2026-11-16T16:00:00Z")

    assert early[CheckCode.ID_NUMBER_INVALID].reason == "birth_date_later"
    assert set(late) == {CheckCode.MINOR}


def test_refuses_a_wrong_credit_code_and_says_nothing_of_the_nature():
    found = hits(COMPANY, id_number="51110101MA01234560", found={"verification": None})

    assert set(found) == {CheckCode.USCC_INVALID}
    assert found[CheckCode.USCC_INVALID].outcome == CheckOutcome.REFUSED


def test_waits_for_a_right_mobile_number_without_asking_the_provider():
    found = hits(mobile="12345678901", found={"verification": None})

    assert set(found) == {CheckCode.MOBILE_INVALID}


@pytest.mark.parametrize(
    ("nature", "head", "agrees"),
    [
        ("enterprise", "91", True),
        ("enterprise", "93", True),
        ("enterprise", "92", False),
        ("individual_business", "92", True),
        ("individual_business", "91", False),
        ("government_organ", "11", True),
        ("government_organ", "12", False),
        ("public_institution", "12", True),
        ("public_institution", "11", False),
        ("social_organisation", "13", True),
        ("social_organisation", "51", True),
        ("social_organisation", "52", True),
        ("social_organisation", "53", True),
        ("social_organisation", "81", True),
        ("social_organisation", "19", False),
        ("media", "11", True),
        ("media", "12", True),
        ("media", "91", True),
        ("media", "93", False),
        ("other_org", "N2", True),
        ("other_org", "A1", True),
        ("other_org", "31", True),
        ("other_org", "91", False),
        ("other_org", "92", False),
        ("natural_person", "92", False),
    ],
)
def test_compares_the_nature_with_the_head_of_the_credit_code(nature, head, agrees):
    code = credit_code(f"{head}110101MA0123456")

    found = hits(COMPANY, subject_nature=nature, id_number=code)

    assert (CheckCode.NATURE_MISMATCH not in found) == agrees
    assert set(found) <= {CheckCode.NATURE_MISMATCH}


@pytest.mark.parametrize(
    ("passed", "verified"),
    [
        ((VerificationMethod.ID_DOCUMENT, VerificationMethod.MOBILE_THREE_ELEMENTS), True),
        ((VerificationMethod.ID_DOCUMENT,), False),
        ((VerificationMethod.ID_DOCUMENT, VerificationMethod.ID_DOCUMENT), False),
        ((), False),
    ],
)
def test_wants_two_methods_that_confirm_the_identity(passed, verified):
    found = hits(found={"verification": VerificationFact(passed)})

    assert (CheckCode.IDENTITY_UNVERIFIED not in found) == verified


def test_does_not_take_the_silence_of_a_provider_for_an_answer():
    examined = examine(application(), LIMITS)

    with pytest.raises(VerificationMissing):
        conclude(examined, RegistrationFacts(), LIMITS)


@pytest.mark.parametrize("nature", SubjectNature.values)
def test_refuses_above_the_cap_of_the_nature(nature):
    base = PERSON if nature == "natural_person" else COMPANY
    cap = LIMITS.subject_caps[SubjectNature(nature)]

    below = hits(base, subject_nature=nature, found={"accounts_of_identity": cap - 1})
    reached = hits(base, subject_nature=nature, found={"accounts_of_identity": cap})

    assert cap == {"natural_person": 1, "government_organ": 50, "media": 50}.get(nature, 2)
    assert CheckCode.SUBJECT_CAP not in below
    assert reached[CheckCode.SUBJECT_CAP].params["cap"] == cap
    assert CheckCode.MULTI_ACCOUNT not in reached


def test_has_a_person_look_at_a_further_account_of_an_organisation():
    assert set(hits(COMPANY, found={"accounts_of_identity": 1})) == {CheckCode.MULTI_ACCOUNT}
    assert hits(COMPANY, found={"accounts_of_identity": 0}) == {}


@pytest.mark.parametrize(
    ("measured", "reason"),
    [
        ({"subjects_of_mobile": 6}, "mobile_subjects"),
        ({"subjects_of_contact": 6}, "contact_subjects"),
        ({"recent_of_mobile": 11}, "mobile_burst"),
        ({"recent_of_contact": 11}, "contact_burst"),
        ({"subjects_of_mobile": 6, "recent_of_contact": 11}, "several_signals"),
    ],
)
def test_says_which_registrations_are_unusual(measured, reason):
    found = hits(found=measured)

    assert set(found) == {CheckCode.REGISTRATION_SIGNAL}
    assert found[CheckCode.REGISTRATION_SIGNAL].reason == reason


def test_finds_nothing_unusual_at_the_limit_itself():
    at_limit = {"subjects_of_mobile": 5, "subjects_of_contact": 5, "recent_of_mobile": 10}

    assert hits(found=at_limit) == {}


def test_counts_nothing_by_a_mobile_or_contact_that_is_not_there():
    found = hits(contact="", mobile="1", found={"subjects_of_mobile": 99, "recent_of_contact": 99})

    assert CheckCode.REGISTRATION_SIGNAL not in found
