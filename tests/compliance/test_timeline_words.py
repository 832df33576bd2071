"""What a timeline says: lists in words, reasons of the system as quotations, articles by their name."""

import pytest
from django.template.loader import render_to_string
from django.utils import translation

from accounts.enums import CheckCode
from accounts.models import Application, RealNameVerification
from accounts.pages.histories import verification_step
from compliance import audit
from compliance.models import Person
from compliance.pages.timeline import changes_in_words, timeline_of
from compliance.provisions import Provision, provision_in_words
from compliance.staff import system_actor

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("language", "words"),
    [("zh-hans", "空 → 2 项（{0}、{1}）"), ("en", "nothing → 2 ({0}, {1})")],
)
def test_a_list_of_codes_is_counted_and_worded(language: str, words: str) -> None:
    codes = list(CheckCode)[:2]

    with translation.override(language):
        said = changes_in_words(
            Application, {"passed_checks": [[], [each.value for each in codes]]}
        )

        assert said.endswith(words.format(*(each.label for each in codes)))


@pytest.mark.parametrize(
    ("code", "chinese", "english"),
    [
        ("public-account-2021:18", "第十八条", "art. 18"),
        ("public-account-2021:18(10)", "第十八条第（10）项", "art. 18, item 10"),
        ("somewhere:7(x)", "somewhere:7(x)", "somewhere:7(x)"),
        ("", "", ""),
    ],
)
def test_an_article_is_cited_by_its_name_and_one_unknown_as_it_stands(
    code: str, chinese: str, english: str
) -> None:
    with translation.override("zh-hans"):
        assert provision_in_words(code).endswith(chinese)
    with translation.override("en"):
        assert provision_in_words(code).endswith(english)


def test_a_provider_is_no_person() -> None:
    answer = RealNameVerification(provider="sandbox", is_verified=True)

    step = verification_step(answer)

    assert step.actor == ""
    assert "sandbox" in str(step.text)


def test_a_reason_of_the_system_says_in_which_language_it_stands(staff_user) -> None:
    moderator = staff_user("moderator")
    person = audit.create(
        Person(name="甲", post="审核"),
        actor=system_actor(),
        provision=Provision.OPINIONS_10,
        reason="系统写下",
    )
    audit.amend(
        person,
        "change",
        actor=moderator,
        provision=Provision.OPINIONS_10,
        reason="typed",
        post="moderation",
    )

    with translation.override("en"):
        by_person, by_system = timeline_of(person)
        page = render_to_string("ui/timeline.html", {"steps": [by_person, by_system]})

    assert (by_system.language, by_person.language) == ("zh-hans", "")
    assert by_person.text == "typed"
    assert "moderation" in str(by_person.changes)
    assert '<div class="ui-prose" lang="zh-hans"><p>系统写下</p></div>' in page
    assert '<div class="ui-prose"><p>typed</p></div>' in page
