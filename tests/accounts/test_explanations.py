"""The sentences that say why a check did not pass."""

from datetime import UTC, datetime

import pytest

from accounts.enums import VerificationMethod
from accounts.rules.applications import (
    Duplicate,
    DuplicateKind,
    ReviewReason,
    VerificationFact,
    conclude,
    examine,
)
from accounts.rules.explanations import explanation, has_explanation, review_explanation
from accounts.rules.names import NameIndex, barred_hit, reserved_hits
from tests.accounts.applications import (
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


def hits(base, found, **changes):
    examined = examine(application(base, **changes), LIMITS)
    return conclude(examined, facts(**found), LIMITS).hits


REASONS = [
    (PERSON, {"contact": ""}, {}),
    (PERSON, {"id_number": "1"}, {}),
    (PERSON, {"id_type": "passport", "id_number": "1"}, {}),
    (COMPANY, {"id_number": "1"}, {}),
    (COMPANY, {"subject_nature": "media", "id_number": credit_code("93110101MA0123456")}, {}),
    (COMPANY, {"subject_nature": "natural_person"}, {}),
    (PERSON, {"mobile": "1"}, {}),
    (PERSON, {}, {"verification": VerificationFact((), (VerificationMethod.ID_DOCUMENT,))}),
    (PERSON, {}, {"accounts_of_identity": 1}),
    (COMPANY, {}, {"accounts_of_identity": 1}),
    (PERSON, {}, {"subjects_of_mobile": 6}),
    (PERSON, {}, {"subjects_of_mobile": 6, "recent_of_contact": 11}),
    (PERSON, {}, {"blacklisted_fields": ("id_number", "mobile")}),
    (PERSON, {}, {"duplicate": Duplicate("pa-0", DuplicateKind.OPEN_APPLICATION)}),
    (PERSON, {"account_name": "名\u200b字"}, {}),
    (PERSON, {}, {"barred": barred_hit("眞相调查局", BARRED)}),
    (PERSON, {}, {"reserved": reserved_hits("人民日报", RESERVED)}),
    (PERSON, {}, {"protected_until": datetime(2026, 12, 1, tzinfo=UTC)}),
    (PERSON, {"bio": "代开发票"}, {}),
    (TEACHER, {"qualification_type": ""}, {}),
    (TEACHER, {"qualification_type": "CPA"}, {}),
    (TEACHER, {"qualification_issuer": ""}, {}),
    (TEACHER, {"qualification_valid_until": "2020-01-01"}, {}),
    (PERSON, {"category": "news"}, {}),
    (PERSON, {"id_number": personal("11010120200101001")}, {}),
]


@pytest.mark.parametrize(("base", "changes", "found"), REASONS)
def test_has_a_sentence_for_each_reason(base, changes, found):
    made = hits(base, found, **changes)

    assert made
    assert all(has_explanation(hit.code, hit.reason) for hit in made)


@pytest.mark.parametrize(("base", "changes", "found"), REASONS)
def test_renders_each_sentence_with_its_parameters(base, changes, found):
    for hit in hits(base, found, **changes):
        sentence = explanation(hit)

        assert sentence
        assert "%(" not in sentence
        assert "['" not in sentence


def test_says_why_a_person_looks_where_no_check_found_anything():
    assert len({review_explanation(reason) for reason in ReviewReason}) == len(ReviewReason)
