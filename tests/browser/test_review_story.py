"""Moderators review applications from the desk, by keyboard, in a real browser."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.enums import ApplicationStatus, ListedNameKind
from accounts.models import Application
from accounts.services.names import NameRow, add_names
from compliance.models import ActionLog, Lease, Skip
from compliance.provisions import Provision
from tests.conftest import PASSWORD

playwright_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")

pytestmark = pytest.mark.django_db(transaction=True)

expect = playwright_api.expect


@pytest.fixture
def named_like_a_paper(make_application, system) -> Application:
    """An application whose name contains a reserved one."""
    add_names(
        kind=ListedNameKind.RESERVED,
        rows=[NameRow("样例湾晚报", "报社名称")],
        actor=system,
        provision=Provision.PUBLIC_ACCOUNT_8_1,
        reason="测试数据",
    )
    return make_application(account_name="样例湾晚报夜读")


def take_next(page) -> None:
    page.keyboard.press("n")
    page.keyboard.press("r")
    page.wait_for_url("**/review/")


def item_of(page) -> int:
    return int(re.search(r"/applications/(\d+)/review/", page.url).group(1))


def press_at_once(windows, selector: str) -> None:
    """Press the same button in all windows, all requests under way before any is answered."""
    before = [page.url for page in windows]
    for page in windows:
        press = "(chosen) => setTimeout(() => document.querySelector(chosen).click(), 100)"
        page.evaluate(press, selector)
    for page, left in zip(windows, before, strict=True):
        page.wait_for_url(lambda url, left=left: url != left)


def review_url(application: Application) -> str:
    return reverse("admin:review_application", args=[application.work_item_id])


def test_a_moderator_logs_in_and_decides_by_keyboard_alone(
    open_window, staff_user, named_like_a_paper, make_application
):
    following = make_application(category="education")
    moderator = staff_user("moderator")
    page = open_window()

    page.fill("#id_username", moderator.username)
    page.fill("#id_password", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_selector("body.ui-desk")
    row = page.locator(".ui-rows__row", has_text="待审核申请").first
    expect(row.locator(".ui-rows__value")).to_have_text("2")
    take_next(page)

    assert item_of(page) == named_like_a_paper.work_item_id
    expect(page.locator(".ui-checks")).to_contain_text("账号名称包含受保护名称：“样例湾晚报”")
    beside = page.locator(".ui-pair__side")
    expect(beside.nth(0)).to_contain_text("样例湾晚报夜读")
    expect(beside.nth(0).locator("mark")).to_have_text("夜读")
    expect(beside.nth(1)).to_contain_text("样例湾晚报")

    page.keyboard.press("r")
    expect(page.locator("details.ui-action[open] select")).to_be_focused()
    page.keyboard.press("ArrowDown")
    reason = page.locator("details.ui-action[open] textarea")
    expect(reason).not_to_have_value("")
    expect(reason).to_be_focused()
    told = reason.input_value()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{review_url(following)}")

    named_like_a_paper.refresh_from_db()
    assert named_like_a_paper.status == ApplicationStatus.REFUSED
    row = ActionLog.objects.for_object(named_like_a_paper).get(action__endswith=".refuse")
    assert row.actor_number == moderator.person_id
    assert row.reason.strip() == told.strip()


def test_the_key_map_names_the_acts_of_the_page(open_window, staff_user, make_application):
    application = make_application(category="education")
    page = open_window(staff_user("moderator"))
    take_next(page)

    page.keyboard.press("?")
    keys = page.locator("dialog.ui-keys")
    expect(keys).to_be_visible()
    for label in ("批准", "拒绝", "要求补充材料", "跳过", "放回", "回避"):
        expect(keys).to_contain_text(label)
    page.keyboard.press("Escape")
    expect(keys).to_have_count(0)

    page.keyboard.press("b")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_selector("body.ui-desk")
    assert not Lease.objects.filter(
        work_item=application.work_item_id, until__gt=timezone.now()
    ).exists()


def test_two_who_take_the_next_at_once_never_get_the_same(
    open_window, staff_user, make_application
):
    for _number in range(8):
        make_application(category="education")
    windows = [open_window(staff_user("moderator")) for _number in range(2)]
    got: list[int] = []

    press_at_once(windows, "[data-key='n r']")
    for _round in range(3):
        for page in windows:
            page.wait_for_url("**/review/")
            got.append(item_of(page))
            page.keyboard.press("a")
            page.locator("details[open] textarea").fill("材料齐全")
        # A decision takes the next item of the queue at once.
        press_at_once(windows, "details[open] button[type=submit]")
    got += [item_of(page) for page in windows]

    assert len(set(got)) == len(got) == 8
    assert Application.objects.filter(status=ApplicationStatus.APPROVED).count() == 6


def test_the_second_reader_sees_who_holds_it_and_no_button(
    open_window, staff_user, make_person, make_application
):
    application = make_application(category="education")
    holder = staff_user("moderator", person=make_person("李持有"))
    take_next(open_window(holder))

    page = open_window(staff_user("moderator"))
    page.goto(review_url(application))

    expect(page.locator(".ui-holding [role=status]")).to_contain_text("李持有")
    # What is left is to keep out of it.
    expect(page.locator(".ui-actions form")).to_have_count(1)
    expect(page.locator("#content-main form [name=action]")).to_have_value("recuse")
    page.keyboard.press("a")
    expect(page.locator("details[open]")).to_have_count(0)


def test_a_lapsed_lease_refuses_the_decision_and_keeps_what_was_typed(
    open_window, staff_user, make_application
):
    application = make_application(category="education")
    page = open_window(staff_user("moderator"))
    take_next(page)
    page.keyboard.press("a")
    page.locator("details[open] textarea").fill("材料齐全，资质在有效期内")
    Lease.objects.filter(work_item=application.work_item_id).update(
        until=timezone.now() - timedelta(seconds=1)
    )

    page.locator("details[open] button[type=submit]").click()

    expect(page.locator("body")).to_contain_text("该待办的领取已失效。请重新领取后再作决定。")
    expect(page.locator(".ui-card--warning")).to_contain_text("材料齐全，资质在有效期内")
    application.refresh_from_db()
    assert application.status == ApplicationStatus.IN_REVIEW
    assert ActionLog.objects.for_object(application).refused().exists()

    # The words are still there once the item is taken again.
    page.keyboard.press("t")
    page.wait_for_selector("[data-heart-beat]")
    expect(page.locator("details[open] textarea")).to_have_value("材料齐全，资质在有效期内")


def test_what_is_passed_over_comes_last_and_the_next_is_offered(
    open_window, staff_user, make_application
):
    first, second = (make_application(category="education") for _number in range(2))
    moderator = staff_user("moderator")
    page = open_window(moderator)
    take_next(page)
    assert item_of(page) == first.work_item_id

    page.keyboard.press("s")
    page.locator("details[open] textarea").fill("等待同事核实")
    page.locator("details[open] button[type=submit]").click()
    page.wait_for_selector("body.ui-desk")
    take_next(page)

    assert item_of(page) == second.work_item_id
    assert Skip.objects.get().person == moderator.person
