"""The console's look: who sees what, what an address may ask, how a refusal is told."""

import logging
import re

import pytest
from django.contrib.sessions.models import Session
from django.core.exceptions import PermissionDenied
from django.test import RequestFactory
from django.urls import reverse
from django.utils import timezone

from compliance.models import ActionLog, StaffUser
from compliance.ui import desk, navigation, pages, pagination
from compliance.ui.kit import compare_texts
from compliance.ui.pagination import Position, Tally, slice_from, tally_rows, total_order
from tests.browser.console_urls import UNBROKEN, KitPage

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.browser.console_urls")]

STAFF_LIST = "admin:compliance_staffuser_changelist"


@pytest.fixture(autouse=True)
def kit_templates(settings):
    from tests.browser import TEMPLATES

    engine = {**settings.TEMPLATES[0]}
    engine["DIRS"] = [*engine["DIRS"], TEMPLATES]
    settings.TEMPLATES = [engine]


@pytest.fixture
def staff(staff_user):
    return staff_user("moderator")


@pytest.fixture
def console(client, staff):
    client.force_login(staff)
    return client


def text_of(response):
    return response.content.decode()


# --- the policy


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


# --- languages


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


# --- what an address may ask


@pytest.mark.parametrize(
    "query",
    ["password__startswith=a", "is_active__exact=1", "person__name__contains=x", "username__gte=a"],
)
def test_refuses_to_filter_by_what_the_list_does_not_show(console, caplog, query):
    with caplog.at_level(logging.WARNING, logger="heyan.refusals"):
        response = console.get(f"{reverse(STAFF_LIST)}?{query}")

    assert response.status_code == 400
    assert query.split("=")[0] in caplog.text


def test_filters_by_what_the_list_shows(console, staff, staff_user):
    other = staff_user("moderator")

    response = console.get(reverse(STAFF_LIST), {"person__number__exact": staff.person_id})

    page = text_of(response)
    assert response.status_code == 200
    assert f">{staff.username}<" in page
    assert f">{other.username}<" not in page


def test_finds_by_the_exact_value_of_a_searched_field(console, staff):
    response = console.get(reverse(STAFF_LIST), {"username": staff.username})

    assert response.status_code == 200


# --- read-only by default


@pytest.mark.parametrize("step", ["add/", "{pk}/delete/"])
def test_lists_offer_no_writing_unless_they_opt_in(client, django_user_model, staff, step):
    client.force_login(staff)

    response = client.get(reverse(STAFF_LIST) + step.format(pk=staff.pk))

    assert response.status_code == 403


def test_a_posted_form_changes_nothing_where_change_is_not_opened(console, staff):
    address = reverse("admin:compliance_staffuser_change", args=[staff.pk])

    response = console.post(address, {"username": "renamed", "person": staff.person_id})

    assert response.status_code == 403
    assert StaffUser.objects.get(pk=staff.pk).username == staff.username


def test_an_opened_form_saves(console):
    record = Session.objects.create(
        session_key="try", session_data="", expire_date=timezone.now() - timezone.timedelta(days=9)
    )

    response = console.post(
        reverse("admin:sessions_session_change", args=[record.pk]),
        {"expire_date_0": "2031-05-06", "expire_date_1": "07:08:00"},
    )

    record.refresh_from_db()
    assert response.status_code == 302
    assert timezone.localtime(record.expire_date).strftime("%Y-%m-%d %H:%M") == "2031-05-06 07:08"


# --- history


def test_history_says_who_and_why(console, staff):
    page = text_of(console.get(reverse("admin:compliance_staffuser_history", args=[staff.pk])))

    newest = staff.history.first()
    assert newest.history_person_name in page
    assert newest.history_change_reason in page


def test_a_version_can_be_read_and_not_written_back(console, staff):
    address = reverse(
        "admin:compliance_staffuser_simple_history", args=[staff.pk, staff.history.last().pk]
    )

    read = console.get(address)
    written = console.post(address, {"username": "renamed"})

    assert staff.username in text_of(read)
    assert '<input type="text"' not in text_of(read)
    assert written.status_code == 405
    assert StaffUser.objects.get(pk=staff.pk).username == staff.username


# --- counts and pages


def test_counts_exactly_what_is_few(staff):
    assert tally_rows(StaffUser.objects.filter(pk=staff.pk)) == Tally(1, is_exact=True)
    assert str(Tally(1, is_exact=True)) == "1"


def test_stops_counting_at_the_limit(staff_user, monkeypatch, django_assert_num_queries):
    for _number in range(3):
        staff_user("moderator")
    monkeypatch.setattr(pagination, "COUNTED_ROWS", 2)

    with django_assert_num_queries(1) as queries:
        tally = tally_rows(StaffUser.objects.filter(is_active=True))

    assert tally == Tally(2, is_exact=False)
    assert "LIMIT 3" in queries.captured_queries[0]["sql"]


def test_asks_the_catalogue_for_a_whole_table(staff, monkeypatch):
    monkeypatch.setattr(pagination, "_estimated_rows", lambda rows: 5_000_000)

    tally = tally_rows(StaffUser.objects.order_by("pk"))

    assert tally == Tally(5_000_000, is_exact=False, is_estimate=True)
    assert str(tally) == "约 5,000,000"


@pytest.mark.parametrize("model", [StaffUser, ActionLog])
def test_estimates_tables_and_partitioned_tables(model, staff):
    assert pagination._estimated_rows(model.objects.all()) >= 0


def test_says_more_than_where_counting_stopped(console, staff_user, monkeypatch):
    for _number in range(3):
        staff_user("moderator")
    monkeypatch.setattr(pagination, "COUNTED_ROWS", 2)

    page = text_of(console.get(reverse(STAFF_LIST)))

    assert "超过 2 条" in page


def test_walks_a_long_list_forth_and_back_seeing_each_row_once(staff_user):
    for _number in range(7):
        staff_user("moderator")
    rows = StaffUser.objects.order_by("-is_active", "username")
    orders = total_order(rows)
    everything = list(rows)

    seen, place = [], ""
    while True:
        position = Position.unseal(place, length=len(orders)) if place else None
        piece = slice_from(rows, orders, position=position, size=3)
        seen += piece.rows
        if not piece.following:
            break
        place = piece.following
    back = slice_from(
        rows, orders, position=Position.unseal(piece.previous, length=len(orders)), size=3
    )

    assert seen == everything
    assert back.rows == everything[-len(piece.rows) - 3 : -len(piece.rows)]


def test_a_long_list_shows_its_next_rows_by_position(console, staff_user, monkeypatch):
    from tests.browser.console_urls import TryStaffAdmin

    for _number in range(5):
        staff_user("moderator")
    monkeypatch.setattr(pagination, "COUNTED_ROWS", 2)
    monkeypatch.setattr(TryStaffAdmin, "list_per_page", 3)
    usernames = list(StaffUser.objects.order_by("username").values_list("username", flat=True))

    first = console.get(reverse(STAFF_LIST)).context_data["cl"]
    second = console.get(reverse(STAFF_LIST) + first.following_url()).context_data["cl"]

    assert [row.username for row in first.result_list] == usernames[:3]
    assert [row.username for row in second.result_list] == usernames[3:6]
    assert "at=" not in second.get_query_string()


def test_a_made_up_position_is_refused(console, staff_user, monkeypatch):
    monkeypatch.setattr(pagination, "COUNTED_ROWS", 0)

    response = console.get(reverse(STAFF_LIST), {"at": "made-up"})

    assert response.status_code == 302
    assert response.url.endswith("?e=1")


def test_an_order_with_empty_values_is_not_walked(staff):
    assert total_order(StaffUser.objects.order_by("person__name", "pk")) == ()
    assert total_order(StaffUser.objects.order_by("is_active")) == ()


# --- sidebar, palette, desk


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


# --- pages and refusals


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


# --- the kit


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
