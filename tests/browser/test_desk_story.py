"""A day at the desk, by keyboard alone, in Chinese."""

import re

import pytest
from django.urls import reverse
from django.utils import timezone

from compliance import work
from compliance.models import HandOver, Lease, Recusal, WorkItem
from compliance.provisions import Provision

playwright_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")

pytestmark = pytest.mark.django_db(transaction=True)

expect = playwright_api.expect


def press(page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


def item_of(page) -> int:
    page.wait_for_url("**/review/")
    return int(re.search(r"/applications/(\d+)/review/", page.url).group(1))


def send(page, reason: str) -> None:
    """Type the reason into the act that is open, and send it from the keyboard."""
    page.locator("details[open] textarea").focus()
    page.keyboard.type(reason)
    press(page, "Tab", "Enter")


def choose(page, name: str) -> None:
    """Pick a colleague in the open act by typing the beginning of the name."""
    expect(page.locator("details[open] select")).to_be_focused()
    page.keyboard.type(name)


def test_a_day_at_the_desk_by_keyboard_alone(
    open_window, staff_user, make_person, make_application
):
    for _number in range(4):
        make_application(category="education")
    first = staff_user("moderator", person=make_person("Anna 甲"))
    second = staff_user("moderator", person=make_person("Bert 乙"))
    page = open_window(first)

    # Morning: what waits, the keys, the next item.
    next_card = page.locator(".ui-card", has_text="各队列的下一件")
    expect(next_card.locator(".ui-rows__value").first).to_have_text("4")
    press(page, "?")
    keys = page.locator("dialog.ui-keys")
    for label in ("我的工作台", "待本人批准", "转交给本人的待办", "领取下一件"):
        expect(keys).to_contain_text(label)
    press(page, "Escape")
    press(page, "n", "r")
    handed = item_of(page)

    # Called away: hand it over.
    press(page, "h")
    choose(page, "Bert")
    send(page, "要去开庭")
    page.wait_for_selector("body.ui-desk")
    assert HandOver.objects.get().receiver == second.person

    # From whatever page, the next item; a tie to the applicant: keep out.
    press(page, "g", "w")
    page.wait_for_url("**/work/?show=all")
    press(page, "n", "r")
    kept = item_of(page)
    assert kept != handed
    press(page, "k")
    choose(page, "Anna")
    send(page, "申请人是亲属")
    page.wait_for_selector("body.ui-desk")
    assert Recusal.objects.get().person == first.person
    press(page, "n", "r")
    third = item_of(page)
    assert third not in (handed, kept)

    # Given back with one of the ready-made reasons.
    press(page, "b", "ArrowDown", "Tab", "Enter")
    page.wait_for_selector("body.ui-desk")
    assert not Lease.objects.filter(work_item=third, until__gt=timezone.now()).exists()

    # The colleague: the figure in the title, the list, opening accepts.
    other = open_window(second)
    expect(other).to_have_title(re.compile(r"^\(1\) "))
    expect(other.locator("[data-count=handed]")).to_have_text("1")
    press(other, "g", "h")
    other.wait_for_url("**/work/?show=handed")
    with other.expect_response("**/heart-beat/"):
        press(other, "1")
    assert item_of(other) == handed
    assert HandOver.objects.get().accepted_at is not None

    # Decided by keyboard: the next item opens by itself.
    press(other, "a")
    send(other, "材料齐全")
    other.wait_for_url(lambda url: f"/{handed}/" not in url)
    assert WorkItem.objects.get(pk=handed).closed_at is not None
    press(other, "g", "d")
    other.wait_for_selector("body.ui-desk")
    expect(other).not_to_have_title(re.compile(r"^\("))


def test_the_figures_are_renewed_while_the_page_is_open(open_window, staff_user, make_application):
    application = make_application(category="education")
    giver, receiver = staff_user("moderator"), staff_user("moderator")
    page = open_window(receiver)
    page.clock.install()
    page.goto(reverse("admin:absences"))
    expect(page.locator("[data-count=handed]")).to_be_hidden()
    hand_over(application, giver, receiver)

    with page.expect_response("**/work/counts/"):
        page.clock.fast_forward("01:01")

    expect(page.locator("[data-count=handed]")).to_have_text("1")
    expect(page).to_have_title(re.compile(r"^\(1\) "))


def test_the_holder_is_warned_and_told_when_somebody_took_over(
    open_window, staff_user, make_person, make_application
):
    application = make_application(category="education")
    holder = staff_user("moderator")
    leader = staff_user("supervisor", "moderator", person=make_person("李主管"))
    page = open_window(holder)
    page.clock.install()
    page.reload()
    press(page, "n", "r")
    assert item_of(page) == application.work_item_id
    press(page, "a")
    page.locator("details[open] textarea").fill("写到一半的话")
    work.take_over_item(
        work_item=application.work_item,
        actor=leader,
        provision=Provision.PUBLIC_ACCOUNT_6_1,
        reason="今日必须办结",
    )

    with page.expect_response("**/heart-beat/"):
        page.clock.fast_forward("05:01")

    lost = page.locator(".ui-holding__lost")
    expect(lost).to_contain_text("李主管")
    expect(lost).to_contain_text("今日必须办结")
    expect(page.locator("details[open] button[type=submit]")).to_be_disabled()
    expect(page.locator("details[open] textarea")).to_have_value("写到一半的话")


def test_the_page_warns_before_the_time_runs_out_when_it_cannot_be_extended(
    open_window, staff_user, make_application
):
    make_application(category="education")
    page = open_window(staff_user("moderator"))
    page.clock.install()
    page.reload()
    with page.expect_response("**/heart-beat/"):
        press(page, "n", "r")
        item_of(page)
    warning = page.locator(".ui-holding__warning")
    expect(warning).to_be_hidden()
    # The console is away: no beat is answered with a new time.
    page.route("**/heart-beat/", lambda route: route.fulfill(status=204))

    page.clock.fast_forward("12:30")

    expect(warning).to_be_visible()
    expect(warning).to_contain_text("失效")


def hand_over(application, giver, receiver) -> None:
    item = application.work_item
    work.hand_over_item(
        work_item=item,
        receiver=receiver.person,
        fence=work.claim_item(work_item=item, actor=giver).fence,
        actor=giver,
        provision=Provision.PUBLIC_ACCOUNT_6_1,
        reason="要去开庭",
    )
