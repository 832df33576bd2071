"""The page that notices name: a way to appeal by writing, within the limits in force."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.core.checks import run_checks
from django.test import Client
from django.utils import timezone, translation

from compliance.checks import check_appeal_contact, check_public_address
from compliance.models import LimitUnit, TimeLimit
from compliance.public import appeals
from compliance.public.appeals import STEPS
from compliance.public.pages import whole_public_url
from compliance.rulebook.limits import published_limits

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("zh-hans", ("未参与原决定的申诉专员", "决定编号或者账号编号", "工作日")),
        ("en", ("who took no part in the decision", "The number of the decision", "working days")),
    ],
)
def test_it_says_who_hears_what_to_write_and_to_whom(
    client: Client, settings: Any, language: str, words: tuple[str, ...]
) -> None:
    settings.APPEAL_CONTACT = "申诉组\nappeals@platform.example"

    page = client.get("/public/appeal/", {"lang": language})

    assert page.status_code == 200
    for each in (*words, "申诉组\nappeals@platform.example"):
        assert each in page.text
    # The way in itself: the number of the decision and the code of its notice, sent and not linked.
    assert page.text.count('<form method="post"') == 1


def test_the_limits_are_the_published_ones_with_what_is_announced(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    coming = TimeLimit(
        code="appeal_decision",
        amount=43,
        unit=LimitUnit.WORKING_DAY,
        effective_from=timezone.now() + timedelta(days=30),
    )
    known = {each.code: each for each in published_limits(timezone.now())}
    announced = [*known.values(), replace(known["appeal_decision"], announced=coming)]

    before = client.get("/public/appeal/").text
    monkeypatch.setattr(appeals, "published_limits", lambda _now: announced)
    after = client.get("/public/appeal/").text

    for code in STEPS:
        limit = known[code].in_force
        assert limit is not None
        assert limit.amount_in_words in before
    assert "43" not in before
    assert "起为 43 工作日" in after


def test_every_step_that_is_shown_has_a_limit() -> None:
    known = set(TimeLimit.objects.values_list("code", flat=True))

    assert set(STEPS) <= known


def test_without_a_contact_the_page_says_so_and_the_check_for_deployment_warns(
    client: Client, settings: Any
) -> None:
    settings.APPEAL_CONTACT = ""

    page = client.get("/public/appeal/").text
    found = run_checks(include_deployment_checks=True)

    assert "尚未在此公布申诉的联系方式" in page
    assert "compliance.W003" in {each.id for each in found}
    settings.APPEAL_CONTACT = "somebody"
    assert check_appeal_contact(None) == []


@pytest.mark.parametrize(
    ("base", "address"),
    [
        ("", "/public/appeal/"),
        ("https://console.example", "https://console.example/public/appeal/"),
    ],
)
def test_texts_that_leave_name_the_whole_address_where_it_is_known(
    settings: Any, base: str, address: str
) -> None:
    settings.PUBLIC_BASE_URL = base

    with translation.override("zh-hans"):
        assert whole_public_url("appeal") == address
    with translation.override("en"):
        assert whole_public_url("appeal") == f"{address}?lang=en"


@pytest.mark.parametrize(
    ("base", "is_fit"),
    [
        ("", True),
        ("https://console.example", True),
        ("http://127.0.0.1:8000", True),
        ("console.example", False),
        ("https://console.example/heyan", False),
        ("ftp://console.example", False),
    ],
)
def test_a_base_to_which_no_path_can_be_added_is_a_failed_check(
    settings: Any, base: str, is_fit: bool
) -> None:
    settings.PUBLIC_BASE_URL = base

    assert ([each.id for each in check_public_address(None)] == []) is is_fit
