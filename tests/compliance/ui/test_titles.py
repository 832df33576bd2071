"""What stands in the tab of the browser, and what an address that logs out says first."""

import re
from collections.abc import Callable

import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse

from compliance.models import StaffUser
from tests.compliance.ui.console import text_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def auditor(client: Client, staff_user: Callable[..., StaffUser]) -> StaffUser:
    user = staff_user("auditor")
    client.force_login(user)
    return user


def title_of(client: Client, address: str) -> str:
    page = text_of(client.get(address))
    return " ".join(re.search(r"<title>(.*?)</title>", page, re.DOTALL).group(1).split())


@pytest.mark.parametrize(
    ("page", "title"),
    [
        ("admin:index", "工作台 · 核验台"),
        ("admin:compliance_staffuser_changelist", "登录账户 · 核验台"),
        ("admin:password_change", "密码修改 · 核验台"),
        ("admin:search_records", "搜索 · 核验台"),
        ("admin:logout", "退出登录？ · 核验台"),
    ],
)
def test_the_tab_names_the_page_and_then_the_console(
    client: Client, auditor: StaffUser, page: str, title: str
) -> None:
    assert re.sub(r"^\(\d+\) ", "", title_of(client, reverse(page))) == title


def test_the_tab_of_a_record_names_it(client: Client, auditor: StaffUser) -> None:
    address = reverse("admin:compliance_person_change", args=[auditor.person_id])

    assert title_of(client, address) == f"人员 {auditor.person} · 核验台"


def test_the_pages_without_a_login_and_of_an_error_say_it_too(
    client: Client, staff_user: Callable[..., StaffUser]
) -> None:
    assert title_of(client, reverse("admin:login")) == "登录 · 核验台"
    client.force_login(staff_user("auditor"))
    assert title_of(client, "/nowhere/") == "页面不存在 · 核验台"


@pytest.mark.parametrize(
    ("language", "words"),
    [("zh-hans", ("退出登录？", "退出登录")), ("en", ("Log out?", "Log out"))],
)
def test_opening_the_address_that_logs_out_asks_first(
    client: Client, auditor: StaffUser, language: str, words: tuple[str, str]
) -> None:
    client.cookies["django_language"] = language

    page = client.get(reverse("admin:logout"))

    assert page.status_code == 200
    for each in words:
        assert each in text_of(page)
    assert f'action="{reverse("admin:logout")}"' in text_of(page)
    assert Session.objects.exists()


def test_the_button_there_logs_out(client: Client, auditor: StaffUser) -> None:
    answer = client.post(reverse("admin:logout"))

    assert answer.status_code == 200
    assert client.get(reverse("admin:index")).status_code == 302
    assert not Session.objects.exists()


def test_whoever_is_not_logged_in_is_led_to_the_login(client: Client) -> None:
    answer = client.get(reverse("admin:logout"), follow=True)

    assert answer.redirect_chain[-1][0].startswith(reverse("admin:login"))
