"""Evidence attached and looked at in a real browser, by keyboard alone."""

from collections.abc import Callable
from pathlib import Path

import pytest
from django.urls import reverse
from PIL import Image

from compliance.evidence import services
from compliance.models import EvidenceFile, EvidenceView
from compliance.staff import system_actor
from tests.compliance.evidence_files import document
from tests.enforcement.conftest import (  # noqa: F401  fixtures of the story
    REASON,
    P,
    Staff,
    make_account,
    open_case,
    staff,
)

playwright_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
pytestmark = pytest.mark.django_db(transaction=True)
expect = playwright_api.expect

# The colour of a dot in the middle of what is drawn.
MIDDLE = """() => {
    const canvas = document.querySelector("[data-canvas]");
    const probe = document.createElement("canvas");
    const pen = probe.getContext("2d", { willReadFrequently: true });
    pen.drawImage(canvas, -canvas.width / 2, -canvas.height / 2);
    return [...pen.getImageData(0, 0, 1, 1).data];
}"""


def check_all() -> None:
    """Do what the worker does."""
    for file in EvidenceFile.objects.filter(status="quarantined"):
        services.check_file(file=file, actor=system_actor(), provision=P, reason=REASON)


def attach(page, path: Path, sensitivity: str) -> None:
    page.keyboard.press("u")
    page.fill("[name=shows]", "聊天截图")
    page.select_option("[name=sensitivity]", sensitivity)
    page.fill("[data-evidence-form] [name=reason]", "固定证据")
    page.set_input_files("[name=files]", path)
    page.locator("[data-evidence-form] button[type=submit]").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".ev-list__item").last).to_contain_text("聊天截图")


def test_a_sensitive_picture_is_grey_until_a_key_shows_it_on_record(
    open_window: Callable,
    open_case: Callable,  # noqa: F811
    staff: Staff,  # noqa: F811
    tmp_path: Path,
) -> None:
    red = tmp_path / "red.jpg"
    Image.new("RGB", (600, 400), (220, 10, 10)).save(red)
    letter = tmp_path / "letter.pdf"
    letter.write_bytes(document(3))
    case = open_case()
    page = open_window(staff.moderator)
    address = reverse("admin:work_on_case", args=[case.work_item_id])

    page.goto(address)
    attach(page, red, "gore")
    attach(page, letter, "ordinary")
    check_all()
    # The list draws itself again when the check is over.
    expect(page.locator(".ev-list .ui-badge--good")).to_have_count(2)
    page.keyboard.press("i")
    viewer = page.locator("[data-evidence-viewer]")
    expect(viewer).to_have_attribute("data-loaded", "1")

    expect(page.locator("[data-veil-note]")).to_be_visible()
    red_part, green_part, blue_part, _alpha = page.evaluate(MIDDLE)
    assert red_part == green_part == blue_part
    assert not EvidenceView.objects.exists()

    page.keyboard.press("v")
    expect(page.locator("[data-veil-note]")).to_be_hidden()
    page.wait_for_function(f"({MIDDLE})()[0] > 200")
    assert page.evaluate(MIDDLE)[1] < 60
    look = EvidenceView.objects.get()
    assert look.person == staff.moderator.person

    page.keyboard.press("h")
    expect(page.locator("[data-veil-note]")).to_be_visible()
    red_part, green_part, _blue, _alpha = page.evaluate(MIDDLE)
    assert red_part == green_part

    # On to the letter, to its second page, turned and larger; the keys are in the overlay.
    page.keyboard.press("]")
    expect(viewer).to_have_attribute("data-loaded", "1")
    page.keyboard.press("n")
    expect(viewer).to_have_attribute("data-loaded", "2")
    for key in ("r", "+", "+", "0"):
        page.keyboard.press(key)
    page.keyboard.press("?")
    expect(page.locator(".ui-keys")).to_contain_text("旋转")
    page.keyboard.press("Escape")
    assert page.evaluate(MIDDLE)[:3] == [255, 255, 255]
    assert EvidenceView.objects.count() == 1
