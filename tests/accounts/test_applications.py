"""What the checks of a registration lead to, all of them together."""

import pytest

from accounts.enums import (
    ApplicationStatus,
    CheckCode,
    CheckOutcome,
    QualificationType,
    SubjectNature,
)
from accounts.rules.application_data import COLUMNS
from accounts.rules.applications import (
    Duplicate,
    DuplicateKind,
    ReviewReason,
    examine,
)
from accounts.rules.check_results import EFFECTS
from accounts.rules.explanations import COLUMN_LABELS
from accounts.rules.names import reserved_hits
from tests.accounts.applications import (
    LIMITS,
    PERSON,
    TEACHER,
    application,
)
from tests.accounts.conclusions import RESERVED, changed_limits, concluded, hits


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


def test_lets_the_worst_effect_win():
    waiting = concluded(contact="", found={"reserved": reserved_hits("人民日报", RESERVED)})
    refused = concluded(contact="", account_name="名\u200b字")

    assert waiting.outcome == ApplicationStatus.WAITING_MATERIAL
    assert refused.outcome == ApplicationStatus.REFUSED
    assert len(waiting.hits) == len(refused.hits) == 2


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
