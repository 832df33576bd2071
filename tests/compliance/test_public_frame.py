"""Public pages: for everybody, without login, cookie or script, in both languages."""

from collections.abc import Callable

import pytest
from django.http import Http404, HttpResponse
from django.test import Client

from compliance.errors import ActionRefused
from compliance.models import StaffUser
from compliance.public import pages
from compliance.public.pages import IndexPage, PublicPage, TooManyRequests, register_public_page

pytestmark = pytest.mark.django_db


@pytest.fixture
def visitor() -> Client:
    """Somebody without a login, whose browser may be told of a failure."""
    return Client(raise_request_exception=False)


@pytest.fixture
def raised(monkeypatch: pytest.MonkeyPatch) -> list[Exception]:
    """What the first public page raises instead of answering."""
    problems: list[Exception] = []

    def answer(_page: IndexPage) -> dict[str, object]:
        raise problems[0]

    monkeypatch.setattr(IndexPage, "get_context_data", answer)
    return problems


def is_in_frame(response: HttpResponse) -> bool:
    return 'href="/static/public/public.css"' in response.text and "<main" in response.text


@pytest.mark.parametrize(
    ("address", "language", "words"),
    [
        ("/public/", "zh-hans", "无需登录"),
        ("/public/?lang=en", "en", "without a login"),
        ("/public/?lang=xx", "zh-hans", "无需登录"),
        ("/public/?lang=en&lang=en", "en", "without a login"),
    ],
)
def test_a_page_is_in_the_language_of_its_address_and_sets_no_cookie(
    visitor: Client, address: str, language: str, words: str
) -> None:
    response = visitor.get(address)

    assert response.status_code == 200
    assert f'<html lang="{language}">' in response.text
    assert response["Content-Language"] == language
    assert words in response.text
    assert response.cookies == {}
    assert "Set-Cookie" not in response
    assert "Cookie" not in response.get("Vary", "")


def test_the_language_of_a_colleagues_console_says_nothing_here(
    visitor: Client, staff_user: Callable[..., StaffUser]
) -> None:
    visitor.force_login(staff_user("moderator"))
    visitor.cookies["django_language"] = "en"
    before = visitor.get("/public/")
    visitor.cookies["sessionid"] = "gone"

    response = visitor.get("/public/")

    assert '<html lang="zh-hans">' in response.text
    assert before.cookies == response.cookies == {}


def test_links_stay_in_the_language_and_the_switch_keeps_the_rest_of_the_address(
    visitor: Client,
) -> None:
    page = visitor.get("/public/?lang=en&topic=a%26b").text

    assert 'href="/public/?lang=en"' in page
    assert 'href="/public/?topic=a%26b" lang="zh-hans"' in page
    assert 'lang="en" hreflang="en" aria-current="true"' in page


def test_nothing_foreign_loads_nothing_runs_and_nobody_is_told_where_one_comes_from(
    visitor: Client,
) -> None:
    response = visitor.get("/public/")

    policy = response["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "script-src" not in policy
    assert "frame-ancestors 'none'" in policy
    assert response["Referrer-Policy"] == "no-referrer"
    assert "<script" not in response.text
    assert "style=" not in response.text
    assert "http://" not in response.text
    assert "https://" not in response.text


def test_what_has_not_changed_is_not_sent_again(visitor: Client) -> None:
    first = visitor.get("/public/")

    again = visitor.get("/public/", headers={"If-None-Match": first["ETag"]})
    other = visitor.get("/public/?lang=en", headers={"If-None-Match": first["ETag"]})

    assert first["Cache-Control"] == "public, no-cache"
    assert (again.status_code, again.content) == (304, b"")
    assert other.status_code == 200


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("address", ["/public/nowhere/", "/public/nowhere", "/public/a/b.c?d=e"])
def test_an_address_below_that_is_no_page_says_so_and_asks_nobody_to_log_in(
    visitor: Client, address: str, method: str
) -> None:
    response = getattr(visitor, method)(address)

    assert response.status_code == 404
    assert is_in_frame(response)
    assert "default-src 'none'" in response["Content-Security-Policy"]


def test_an_address_without_its_last_stroke_leads_to_the_page(visitor: Client) -> None:
    response = visitor.get("/public?lang=en")

    assert response.status_code == 301
    assert response["Location"] == "/public/?lang=en"


def test_a_method_that_a_page_does_not_take_is_answered_in_the_frame(visitor: Client) -> None:
    response = visitor.delete("/public/?lang=en")

    assert response.status_code == 405
    assert "GET" in response["Allow"]
    assert is_in_frame(response)
    assert "nothing can be sent" in response.text


@pytest.mark.parametrize(
    ("problem", "status", "chinese", "english"),
    [
        (RuntimeError("secret"), 500, "我方出现问题", "Something went wrong"),
        (Http404("secret"), 404, "页面不存在", "does not exist"),
        (TooManyRequests(retry_after=30), 429, "请求过于频繁", "Too many requests"),
        (ActionRefused("已截止。"), 409, "已截止。", "已截止。"),
    ],
)
def test_what_went_wrong_is_said_in_the_frame_in_both_languages(
    visitor: Client,
    raised: list[Exception],
    problem: Exception,
    status: int,
    chinese: str,
    english: str,
) -> None:
    raised.append(problem)

    in_chinese, in_english = visitor.get("/public/"), visitor.get("/public/?lang=en")

    for response, words in ((in_chinese, chinese), (in_english, english)):
        assert response.status_code == status
        assert words in response.text
        assert is_in_frame(response)
        assert "secret" not in response.text
        assert response["Cache-Control"] == "no-store"
        assert response["Referrer-Policy"] == "no-referrer"
    assert in_chinese.get("Retry-After") == ("30" if status == 429 else None)


def test_a_form_needs_no_token_and_keeps_what_was_typed_when_it_is_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def refuse(page: IndexPage, request: object) -> HttpResponse:
        raise ActionRefused("请填写联系方式。")

    monkeypatch.setattr(IndexPage, "post", refuse, raising=False)
    browser = Client(enforce_csrf_checks=True)

    refused = browser.post("/public/", {"words": "我的话"}, headers={"Origin": "null"})
    unfit = browser.post("/public/", {"words": "x\x00"})

    assert refused.status_code == 409
    assert 'role="alert">请填写联系方式。' in refused.text
    assert unfit.status_code == 409
    assert refused.cookies == {}


def test_two_pages_cannot_have_one_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pages, "_pages", dict(pages._pages))

    with pytest.raises(ValueError, match="already registered"):
        register_public_page("elsewhere/", PublicPage, name="index")

    assert pages._pages["index"].route == ""


def test_outside_the_public_pages_errors_look_as_before(visitor: Client) -> None:
    response = visitor.get("/healthz/none")

    assert response.status_code == 302
    assert response["Location"].startswith("/login/")
