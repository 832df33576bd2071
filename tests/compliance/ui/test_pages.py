"""Pages of the console: policy, languages, who sees what, how a refusal is told, the kit."""

import logging
import re

import pytest
from django.core.exceptions import PermissionDenied
from django.test import RequestFactory
from django.urls import reverse

from compliance.ui import desk, navigation, pages
from compliance.ui.kit import compare_texts
from tests.browser.console_urls import UNBROKEN, KitPage
from tests.compliance.ui.console import STAFF_LIST, text_of

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.browser.console_urls")]


@pytest.mark.parametrize("address", ["/", "/kit/", "/compliance/staffuser/", "/password_change/"])
def test_pages_carry_the_policy_and_nothing_inline(console, address):
    response = console.get(address)

    policy = response.headers["Content-Security-Policy"]
    assert "'unsafe" not in policy
    for directive in ("object-src 'none'", "base-uri 'none'", "frame-ancestors 'none'"):
        assert directive in policy
    page = text_of(response)
    assert not re.search(r"<[^>]+\sstyle=", page)
    assert not re.search(r"<[^>]+\son[a-z]+=", page)
    assert not re.search(r"<script(?![^>]*\ssrc=)", page)
    nonce = re.search(r"style-src[^;]*'nonce-([^']+)'", policy).group(1)
    assert re.findall(r"<style[^>]*>", page) == [
        f'<style id="unfold-theme-colors" nonce="{nonce}">'
    ]


@pytest.mark.parametrize("address", ["/", "/kit/", "/compliance/staffuser/"])
def test_the_way_past_the_menu_leads_to_the_one_main_landmark(console, address):
    page = text_of(console.get(address))

    assert 'href="#main"' in page
    (landmark,) = re.findall(r"<main\b[^>]*>|<[^>]+\srole=\"main\"[^>]*>", page)
    assert 'id="main"' in landmark


def test_login_page_is_chinese_whatever_the_browser_asks_for(client):
    page = text_of(client.get(reverse("admin:login"), headers={"accept-language": "en"}))

    assert '<html lang="zh-hans"' in page
    assert "登录" in page


def test_login_page_is_english_for_whoever_chose_it(client):
    client.post(reverse("set_language"), {"language": "en", "next": "/login/"})

    page = text_of(client.get(reverse("admin:login")))

    assert '<html lang="en"' in page
    assert "Log in" in page


def test_an_unknown_language_falls_back_to_the_default(client, settings):
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "../../etc"

    page = text_of(client.get(reverse("admin:login")))

    assert '<html lang="zh-hans"' in page


def test_a_link_is_shown_to_whoever_may_follow_it(console, staff, monkeypatch):
    monkeypatch.setattr(navigation, "_links", dict(navigation._links))
    navigation.register_link("desk", "人人可见", view="kit")
    navigation.register_link(
        "desk", "不可见", view="admin:password_change", permission="compliance.no_such_permission"
    )

    page = text_of(console.get("/"))

    assert "人人可见" in page
    assert "不可见" not in page


def test_a_link_needs_a_section():
    with pytest.raises(ValueError, match="nowhere"):
        navigation.register_link("nowhere", "页", view="kit")


def test_the_palette_finds_pages_and_keeps_nothing(console, monkeypatch):
    monkeypatch.setattr(navigation, "_links", dict(navigation._links))
    navigation.register_link("desk", "版式样张", view="kit")

    found = text_of(console.get("/search/", {"s": "样张", "extended": 1}))
    navigation._links.pop("kit")
    gone = text_of(console.get("/search/", {"s": "样张", "extended": 1}))

    assert "版式样张" in found
    assert "版式样张" not in gone
    assert text_of(console.get("/search/")) == ""


def test_the_desk_draws_the_cards_of_the_person(console, staff, monkeypatch):
    monkeypatch.setattr(desk, "_makers", [])
    desk.register_card(lambda request: desk.CardData(title="后", value=0), order=2)
    desk.register_card(lambda request: desk.CardData(title=f"先：{request.user}"), order=1)
    desk.register_card(lambda request: None)

    response = console.get("/")

    assert [card.title for card in response.context_data["cards"]] == [f"先：{staff}", "后"]
    assert '<p class="ui-card__value">0</p>' in text_of(response)


def test_an_empty_desk_says_so(console, monkeypatch):
    monkeypatch.setattr(desk, "_makers", [])

    assert "目前没有待办" in text_of(console.get("/"))


def test_a_page_asks_for_its_permission(staff, monkeypatch):
    monkeypatch.setattr(KitPage, "permission", "compliance.no_such_permission")
    request = RequestFactory().get("/kit/")
    request.user = staff

    with pytest.raises(PermissionDenied):
        KitPage.as_view()(request)


def test_a_refused_act_is_told_and_the_typed_reason_kept(console, caplog):
    posted = {"action": "approve", "reason": "重复提交 <i>"}

    with caplog.at_level(logging.WARNING, logger="heyan.refusals"):
        response = console.post("/kit/", posted)

    page = text_of(response)
    assert response.status_code == 409
    assert "这一项已经由别人决定。" in page
    assert ">重复提交 &lt;i&gt;</textarea>" in page
    assert "ActionRefused" in caplog.text
    assert "重复提交" not in caplog.text


def test_an_allowed_act_goes_on_with_a_message(console):
    response = console.post("/kit/", {"action": "approve", "reason": "材料齐全"}, follow=True)

    assert "已通过。" in text_of(response)


def test_a_refusal_in_a_list_action_is_told_on_the_list(console, staff):
    response = console.post(
        reverse(STAFF_LIST),
        {"action": "refuse_always", "_selected_action": [staff.pk]},
        follow=True,
    )

    assert response.redirect_chain == [(reverse(STAFF_LIST), 302)]
    assert "不能这样做。" in text_of(response)


def test_two_pages_cannot_share_a_name(monkeypatch):
    monkeypatch.setattr(pages, "_pages", {})
    pages.register_page("one/", KitPage, name="one")

    with pytest.raises(ValueError, match="one"):
        pages.register_page("two/", KitPage, name="one")


def test_the_kit_says_what_is_missing_and_escapes_what_is_given(console):
    page = text_of(console.get("/kit/"))

    assert page.count("未填写") >= 4
    assert "<dd>0</dd>" in page
    assert "&lt;b&gt;不是标签&lt;/b&gt;" in page
    assert UNBROKEN in page
    assert "晨光<mark>曰</mark>报 News" in page
    assert "晨光<mark>日</mark>报 News" in page


def test_a_piece_sees_nothing_of_the_page_but_what_it_is_given(console):
    page = text_of(console.get("/kit/"))

    assert page.count("等待补充材料") == 1
    assert '<p class="ui-empty__title">没有可显示的内容。</p>' in page


def test_every_form_of_the_kit_can_be_posted(console):
    page = text_of(console.get("/kit/"))

    forms = re.findall(r"<form.*?</form>", page, re.DOTALL)
    posting = [form for form in forms if 'method="post"' in form]
    assert len(posting) >= 4
    assert all("csrfmiddlewaretoken" in form for form in posting)


@pytest.mark.parametrize(
    ("address", "status", "sentence"),
    [
        ("/no/such/page/", 404, "页面不存在"),
        ("/compliance/staffuser/?password=a", 400, "无法处理此请求"),
        ("/compliance/staffuser/add/", 403, "当前角色不能打开此页"),
    ],
)
def test_what_cannot_be_answered_is_said_in_words(console, address, status, sentence):
    response = console.get(address)

    assert response.status_code == status
    assert sentence in text_of(response)


def test_a_form_of_an_act_carries_fence_version_and_provision(console):
    page = text_of(console.get("/kit/"))

    assert '<input type="hidden" name="fence" value="7">' in page
    assert '<input type="hidden" name="version" value="3">' in page
    assert '<input type="hidden" name="provision" value="public-account-2021:7">' in page
    assert re.search(r'<textarea[^>]*name="reason"[^>]*required', page)


@pytest.mark.parametrize(
    ("left", "right", "marked"),
    [("晨光", "晨光", []), ("", "晨光", ["晨光"]), ("晨光", "", []), ("A晨B", "A辰B", ["辰"])],
)
def test_compares_two_texts_character_by_character(left, right, marked):
    lefts, rights = compare_texts(left, right)

    assert "".join(span.text for span in lefts) == left
    assert "".join(span.text for span in rights) == right
    assert [span.text for span in rights if span.differs] == marked
