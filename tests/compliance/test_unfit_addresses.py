"""An address that no table can answer is refused in words, and costs one line of the log."""

import logging
from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from compliance.models import StaffUser

pytestmark = pytest.mark.django_db


@pytest.fixture
def colleague(staff_user: Callable[..., StaffUser]) -> Client:
    client = Client(raise_request_exception=False)
    client.force_login(staff_user("supervisor"))
    return client


@pytest.mark.parametrize("query", ["q=%00", "q=a%00b", "status__exact=%00", "%00=1"])
@pytest.mark.parametrize(
    "page",
    ["admin:enforcement_case_changelist", "admin:accounts_application_changelist"],
)
def test_a_list_refuses_an_invisible_character_in_words(
    colleague: Client, page: str, query: str
) -> None:
    answer = colleague.get(f"{reverse(page)}?{query}")

    assert answer.status_code == 400
    assert "不可见字符" in answer.text


@pytest.mark.parametrize("page", ["admin:search_records", "admin:search", "admin:index"])
def test_so_does_every_other_page_in_the_language_of_the_screen(
    colleague: Client, page: str
) -> None:
    colleague.cookies["django_language"] = "en"

    answer = colleague.get(reverse(page), {"q": "\x00"})

    assert answer.status_code == 400
    assert "invisible character" in answer.text


def test_a_public_page_says_it_in_its_own_frame() -> None:
    answer = Client().get("/public/rules/", {"lang": "en", "x": "\x00"})

    assert answer.status_code == 400
    assert "invisible character" in answer.text
    assert "public/public.css" in answer.text


@pytest.mark.parametrize(("page", "status"), [("admin:add_staff", 403), ("admin:decision", 404)])
def test_a_page_that_is_refused_costs_one_line_without_a_traceback(
    colleague: Client, caplog: pytest.LogCaptureFixture, page: str, status: int
) -> None:
    address = reverse(page, args=[999_999] if status == 404 else [])

    with caplog.at_level(logging.WARNING, logger="django.request"):
        answer = colleague.get(address)

    (line,) = [each for each in caplog.records if each.name == "django.request"]
    assert answer.status_code == status
    assert address in line.getMessage()
    assert line.exc_info is None


def test_a_failure_of_ours_keeps_its_traceback(
    colleague: Client, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_arguments: object) -> None:
        raise RuntimeError

    monkeypatch.setattr("compliance.ui.site.cards", broken)

    with caplog.at_level(logging.WARNING, logger="django.request"):
        answer = colleague.get(reverse("admin:index"))

    (line,) = [each for each in caplog.records if each.name == "django.request"]
    assert answer.status_code == 500
    assert line.exc_info is not None
