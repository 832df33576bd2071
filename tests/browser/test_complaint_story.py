"""Somebody complains on a phone, answers a question and reads the outcome; a handler works by keys."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from compliance.evidence.services import check_file
from compliance.models import EvidenceFile, StaffUser
from compliance.staff import system_actor
from enforcement.models import Complaint
from enforcement.pages.complaints.public import MOST_WITHOUT_PROOF
from tests.compliance.evidence_files import picture
from tests.enforcement.complaints import grounds
from tests.enforcement.conftest import make_account  # noqa: F401  a fixture of the story

playwright_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")

pytestmark = pytest.mark.django_db(transaction=True)

expect = playwright_api.expect
PHONE = {"width": 390, "height": 844}
WORDS = "这篇文章里的停水通知是编造的，自来水公司已经声明没有这件事。"
ANSWER = "声明在自来水公司网站首页，发布于上周三。"
TOLD = "经与自来水公司核实，通知并不存在，已对该账号作出处置。"


@pytest.fixture
def phone(open_window: Callable) -> Callable:
    """Opens a window as wide as a phone, of somebody without a login."""

    def open_it():
        page = open_window()
        page.set_viewport_size(PHONE)
        return page

    return open_it


def fits(page) -> bool:
    """Return whether nothing of a page has to be pushed sideways."""
    return page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def act(page, key: str, words: str = "", choice: str = "") -> None:
    """Open an act by its key, write what it asks for, and send it."""
    page.keyboard.press(key)
    form = page.locator("details.ui-action[open]")
    if choice:
        form.locator("select").first.select_option(choice)
    if words:
        form.locator("[name=reason]").fill(words)
    form.locator("button[type=submit]").click()


def test_a_complaint_with_a_picture_a_question_and_an_answer_to_the_outcome(
    phone: Callable,
    open_window: Callable,
    staff_user: Callable[..., StaffUser],
    make_account: Callable,  # noqa: F811
    tmp_path: Path,
) -> None:
    account = make_account("城市夜读人")
    shot = tmp_path / "截图.jpg"
    shot.write_bytes(picture())

    page = phone()
    page.goto("/public/")
    page.get_by_role("link", name="投诉举报").first.click()
    page.get_by_role("link", name="虚假信息").first.click()
    assert fits(page)
    page.get_by_label("账号").fill(account.platform_uid)
    page.get_by_label("经过").fill(WORDS)
    page.locator("[name=files]").set_input_files(shot)
    page.get_by_role("button", name="提交").click()
    expect(page.locator("[role=status]")).to_be_visible()
    code = page.locator("dd.code").last.inner_text()
    promised = page.locator("main").inner_text()
    assert fits(page)
    complaint = Complaint.objects.get()
    assert complaint.number in promised

    # The picture is looked at by a scanner before anybody sees it.
    check_file(file=EvidenceFile.objects.get(), **grounds(system_actor()))
    desk = open_window(staff_user("complaint_handler"))
    desk.keyboard.press("n")
    desk.keyboard.press("x")
    desk.wait_for_url("**/complaints/*/work/")
    expect(desk.locator("main, #content-main").first).to_contain_text(WORDS)
    expect(desk.locator("main, #content-main").first).to_contain_text(account.name)
    act(desk, "a", "材料齐全，属于受理范围")
    expect(desk.locator("body")).to_contain_text("已受理，开始核查。")
    act(desk, "m", "请说明自来水公司的声明发布在哪里。")
    desk.wait_for_selector("body.ui-desk")

    page.goto("/public/track/")
    page.get_by_label("查询码").fill(code.lower())
    page.get_by_role("button").last.click()
    expect(page.locator("main")).to_contain_text("请说明自来水公司的声明发布在哪里。")
    assert fits(page)
    page.locator("[name=words]").fill(ANSWER)
    page.get_by_role("button", name="提交").first.click()
    expect(page.locator("main")).to_contain_text(ANSWER)

    desk.keyboard.press("n")
    desk.keyboard.press("x")
    desk.wait_for_url("**/complaints/*/work/")
    expect(desk.locator("body")).to_contain_text(ANSWER)
    act(desk, "a", TOLD, choice="upheld")
    expect(desk.locator("body")).to_contain_text("已决定，请反馈投诉人。")
    act(desk, "a", "告知投诉人结果")
    desk.wait_for_selector("body.ui-desk")

    page.goto("/public/track/")
    page.get_by_label("查询码").fill(code)
    page.get_by_role("button").last.click()
    expect(page.locator("main")).to_contain_text(TOLD)
    expect(page.locator("main")).to_contain_text("结果成立")
    assert fits(page)
    complaint.refresh_from_db()
    assert complaint.outcome == "upheld"


def test_where_a_proof_of_work_is_asked_for_the_browser_finds_it_however_its_clock_stands(
    phone: Callable,
    settings: Any,
    make_account: Callable,  # noqa: F811
) -> None:
    settings.PROOF_OF_WORK_BITS = 12
    account = make_account("城市夜读人")
    page = phone()
    page.clock.install(time=timezone.now() - timedelta(hours=3))

    # More than can be sent without.
    for number in range(MOST_WITHOUT_PROOF + 1):
        page.goto("/public/complain/false_information/")
        assert fits(page)
        page.get_by_label("账号").fill(account.platform_uid)
        page.get_by_label("经过").fill(f"{WORDS}（{number}）")
        page.get_by_role("button", name="提交").click()
        expect(page.locator("dd.code").last).to_be_visible()

    assert Complaint.objects.count() == MOST_WITHOUT_PROOF + 1
