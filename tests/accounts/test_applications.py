"""Each registration check, alone and with its traps, and what all of them lead to."""

import json

import pytest

from accounts.enums import (
    EXPERT_FIELDS,
    ApplicationStatus,
    Category,
    CheckCode,
    CheckOutcome,
    QualificationType,
    SubjectNature,
    VerificationMethod,
)
from accounts.rules.application_data import COLUMNS
from accounts.rules.applications import (
    Duplicate,
    DuplicateKind,
    RegistrationFacts,
    ReviewReason,
    VerificationFact,
    VerificationMissing,
    conclude,
    examine,
)
from accounts.rules.check_results import EFFECTS, failed
from accounts.rules.explanations import COLUMN_LABELS
from accounts.rules.names import NameIndex, barred_hit, reserved_hits
from accounts.rules.registration_limits import RegistrationLimits
from tests.accounts.applications import (
    CATALOGUE,
    COMPANY,
    LIMITS,
    PERSON,
    TEACHER,
    application,
    credit_code,
    facts,
    personal,
)

BARRED = NameIndex.built_from(["真相调查局"])
RESERVED = NameIndex.built_from(["人民日报"])


def concluded(base=PERSON, limits=LIMITS, found=None, **changes):
    examined = examine(application(base, **changes), limits)
    return conclude(examined, facts(**(found or {})), limits)


def hits(base=PERSON, limits=LIMITS, found=None, **changes):
    return {hit.code: hit for hit in concluded(base, limits, found, **changes).hits}


def changed_limits(**changes):
    catalogue = json.loads(CATALOGUE.read_text(encoding="utf-8"))
    return RegistrationLimits.from_catalogue({**catalogue, **changes})


def test_approves_an_application_without_a_hit_and_marks_it_automatic():
    conclusion = concluded()

    assert conclusion.outcome == ApplicationStatus.APPROVED
    assert conclusion.is_automatic
    assert conclusion.hits == ()
    assert CheckCode.SUBJECT_CAP in conclusion.passed


def test_leaves_everything_to_people_where_automatic_approval_is_off():
    conclusion = concluded(limits=changed_limits(is_approval_automatic=False))

    assert conclusion.outcome == ApplicationStatus.IN_REVIEW
    assert conclusion.review_reason == ReviewReason.AUTOMATIC_APPROVAL_OFF
    assert not conclusion.is_automatic


@pytest.mark.parametrize("limits", [LIMITS, changed_limits(is_approval_automatic=False)])
def test_has_a_person_look_at_an_expert_field_without_a_hit(limits):
    conclusion = concluded(TEACHER, limits)

    assert conclusion.outcome == ApplicationStatus.IN_REVIEW
    assert conclusion.review_reason == ReviewReason.EXPERT_FIELD
    assert conclusion.hits == ()


def test_has_a_person_look_at_news_without_a_hit():
    conclusion = concluded(category="news", qualification_type="NEWS_LICENCE")

    assert conclusion.outcome == ApplicationStatus.IN_REVIEW
    assert conclusion.review_reason == ReviewReason.NEWS


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


def test_refuses_an_identifier_on_the_blacklist():
    found = hits(found={"blacklisted_fields": ("id_number",)})

    assert found[CheckCode.SUBJECT_BLACKLISTED].outcome == CheckOutcome.REFUSED
    assert found[CheckCode.SUBJECT_BLACKLISTED].params == {"fields": ["id_number"]}


def test_reports_a_duplicate_and_the_cap_together():
    duplicate = Duplicate("pa-0", DuplicateKind.ACTIVE_ACCOUNT)

    found = hits(found={"accounts_of_identity": 1, "duplicate": duplicate})

    assert set(found) == {CheckCode.DUPLICATE, CheckCode.SUBJECT_CAP}


def test_does_not_call_names_of_nothing_but_punctuation_duplicates():
    duplicate = Duplicate("pa-0", DuplicateKind.OPEN_APPLICATION)

    assert CheckCode.DUPLICATE not in hits(account_name="！！", found={"duplicate": duplicate})


@pytest.mark.parametrize(
    "name", ["河畔\u200b读书", "河畔读书\n", "\ufeff河畔读书", "河畔\U000e0041"]
)
def test_refuses_unsafe_characters_even_at_the_ends_of_a_name(name):
    assert set(hits(account_name=name)) == {CheckCode.NAME_UNSAFE}


def test_takes_a_hostile_bio_as_it_is():
    bio = "<script>alert(1)</script>\u202e=1+1"
    examined = examine(application(bio=bio), LIMITS)

    assert examined.data.bio == bio
    assert conclude(examined, facts(), LIMITS).outcome == ApplicationStatus.APPROVED


def test_explains_listed_names_with_their_places():
    name = "人民·日報"
    found = hits(
        account_name=name,
        found={
            "barred": barred_hit("眞相调查局", BARRED),
            "reserved": reserved_hits(name, RESERVED),
        },
    )

    assert found[CheckCode.NAME_BARRED].outcome == CheckOutcome.REFUSED
    assert found[CheckCode.NAME_RESERVED].params == {
        "hits": [
            {
                "name": "人民日报",
                "kind": "reserved",
                "why": ["traditional", "separator"],
                "spans": [[0, 5]],
            }
        ]
    }


@pytest.mark.parametrize(
    ("column", "text"), [("bio", "专业 代開·发票"), ("account_name", "代开发票小站")]
)
def test_finds_unlawful_terms_however_they_are_written(column, text):
    found = hits(limits=changed_limits(unlawful_terms=["代开发票", "！"]), **{column: text})

    assert set(found) == {CheckCode.PROFILE_UNLAWFUL}
    assert found[CheckCode.PROFILE_UNLAWFUL].params == {
        "terms": [{"field": column, "term": "代开发票"}]
    }


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"qualification_type": ""}, "type_missing"),
        ({"qualification_type": "LAWYER"}, "type_of_other_field"),
        ({"qualification_type": "SOMETHING"}, "type_of_other_field"),
        ({"qualification_number": " "}, "details_missing"),
        ({"qualification_issuer": ""}, "details_missing"),
    ],
)
def test_waits_for_a_qualification_of_the_field(changes, reason):
    found = hits(TEACHER, **changes)

    assert set(found) == {CheckCode.QUALIFICATION_REQUIRED}
    assert found[CheckCode.QUALIFICATION_REQUIRED].reason == reason


def test_wants_no_qualification_outside_the_expert_fields():
    assert hits(qualification_type="LAWYER") == {}


@pytest.mark.parametrize(
    ("until", "applied_at", "expired"),
    [
        ("2026-11-16", "2026-11-17T00:00:00+08:00", True),
        ("2026-11-17", "2026-11-17T23:59:59+08:00", False),
        ("2026-11-16", "2026-11-16T16:00:00Z", True),
        ("2026-11-16", "2026-11-16T15:59:00Z", False),
        ("", "2026-11-17T00:00:00+08:00", False),
    ],
)
def test_compares_the_end_of_validity_with_the_day_in_shanghai(until, applied_at, expired):
    found = hits(TEACHER, qualification_valid_until=until, applied_at=applied_at)

    assert (CheckCode.QUALIFICATION_EXPIRED in found) == expired


@pytest.mark.parametrize("given", ["", "PRESS_CARD", "LAWYER"])
def test_waits_for_the_licence_before_news(given):
    found = hits(category="news", qualification_type=given)

    assert set(found) == {CheckCode.NEWS_LICENCE_REQUIRED}


def test_has_a_person_look_at_a_minor():
    young = personal("11010120081118001")

    assert set(hits(id_number=young)) == {CheckCode.MINOR}
    assert hits(id_number=young, applied_at="2026-11-18T00:00:00+08:00") == {}
    assert CheckCode.MINOR not in hits(subject_nature="enterprise", id_number=young)


def test_lets_the_worst_effect_win():
    waiting = concluded(contact="", found={"reserved": reserved_hits("人民日报", RESERVED)})
    refused = concluded(contact="", account_name="名\u200b字")

    assert waiting.outcome == ApplicationStatus.WAITING_MATERIAL
    assert refused.outcome == ApplicationStatus.REFUSED
    assert len(waiting.hits) == len(refused.hits) == 2


def test_takes_checks_made_elsewhere_into_account():
    examined = examine(application(), LIMITS)
    similar = failed(CheckCode.NAME_SIMILAR, "edit")

    conclusion = conclude(examined, facts(), LIMITS, further=[similar])

    assert conclusion.outcome == ApplicationStatus.IN_REVIEW
    assert conclusion.hits == (similar,)


def test_runs_every_check_on_an_application_with_nothing_in_it():
    nothing = dict.fromkeys(COLUMNS, "") | {"platform_uid": "pa-1"}

    conclusion = concluded(nothing, found={"verification": None})

    assert [hit.code for hit in conclusion.hits] == [CheckCode.FIELD_MISSING]
    assert conclusion.passed == ()


def test_shows_nothing_of_a_person_in_representations():
    examined = examine(application(), LIMITS)

    for text in (repr(examined), repr(examined.data)):
        for private in ("张三", PERSON["id_number"], PERSON["mobile"], PERSON["contact"]):
            assert private not in text


def test_knows_the_same_content_in_another_spelling_of_the_time():
    first = application(applied_at="2026-11-17T09:30:00+08:00")
    second = application(applied_at="2026-11-17T01:30:00Z")

    assert first.cells() == second.cells()
    assert first.cells() != application(bio="").cells()


def test_gives_every_code_an_effect_and_every_column_a_label():
    assert set(EFFECTS) == set(CheckCode)
    assert set(COLUMN_LABELS) == set(COLUMNS)


def test_offers_every_type_of_qualification_in_its_field():
    offered = {
        (field, kind) for field, types in LIMITS.qualification_types.items() for kind in types
    }

    assert offered == {(kind.field, kind.value) for kind in QualificationType}


def test_refuses_a_catalogue_without_a_cap_for_every_nature():
    with pytest.raises(ValueError, match="media"):
        changed_limits(
            subject_caps={nature: 2 for nature in SubjectNature.values if nature != "media"}
        )
