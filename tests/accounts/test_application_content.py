"""Checks of what is applied for: names, profile, qualification, licence, age."""

import pytest

from accounts.enums import (
    ApplicationStatus,
    CheckCode,
    CheckOutcome,
)
from accounts.rules.applications import (
    conclude,
    examine,
)
from accounts.rules.names import barred_hit, reserved_hits
from tests.accounts.applications import (
    LIMITS,
    TEACHER,
    application,
    facts,
    personal,
)
from tests.accounts.conclusions import BARRED, RESERVED, changed_limits, hits


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
