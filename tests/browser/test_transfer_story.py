"""An account passes to another operator, from the application to the public page, in a real browser."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import PublicAccount, Transfer
from accounts.services.transfers.sweeping import keep_transfers
from accounts.transfer_words import TransferStatus
from compliance.models import ResponseInvitation
from compliance.responses.codes import code_of
from tests.accounts.transfers import PAPERS, TransferDesk, after, company, fresh
from tests.compliance.evidence_files import picture

playwright_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")

pytestmark = pytest.mark.django_db(transaction=True)

expect = playwright_api.expect


def test_a_transfer_is_entered_reviewed_approved_confirmed_by_both_sides_and_published(
    open_window: Callable[..., Any],
    make_account: Callable[..., PublicAccount],
    transfer_desk: TransferDesk,
) -> None:
    account = make_account()
    given = company(subject_name="河湾文化传播有限公司")
    moderator = open_window(transfer_desk.moderator)
    moderator.goto(reverse("admin:account", args=[account.pk]))
    moderator.get_by_role("link", name="录入转让").click()
    for name in ("subject_nature", "id_type"):
        moderator.locator(f"[name={name}]").select_option(getattr(given, name).value)
    for name in ("subject_name", "id_number", "contact", "registered_region", "operating_region"):
        moderator.fill(f"[name={name}]", getattr(given, name))
    moderator.fill("[name=mobile]", "123")
    moderator.fill("[name=reason]", "运营者当面提交")
    moderator.locator("form.ui-stack button[type=submit]").click()

    # What was typed is kept where something is wrong, and nothing is taken in.
    for name in ("mobile", "business_scope"):
        expect(moderator.locator(f"label:has([name={name}]) .ui-error")).to_be_visible()
    expect(moderator.locator("[name=subject_name]")).to_have_value("河湾文化传播有限公司")
    assert not Transfer.objects.exists()
    moderator.fill("[name=mobile]", given.mobile)
    moderator.fill("[name=business_scope]", given.business_scope)
    moderator.locator("form.ui-stack button[type=submit]").click()
    expect(moderator).to_have_url(re.compile(r"/transfers/\d+/$"))
    transfer = Transfer.objects.get()

    # Nobody logs in on the side of the operators: a link of the notice leads to each page.
    visitor = open_window()
    open_response(visitor, transfer, "accounts.transfer_material")
    for number, paper in enumerate(PAPERS):
        letter = {"name": f"{paper}.jpg", "mimeType": "image/jpeg"}
        visitor.set_input_files(
            f"[name={paper}]", {**letter, "buffer": picture() + bytes([number])}
        )
    send(visitor)

    moderator.goto(reverse("admin:index"))
    moderator.keyboard.press("n")
    moderator.keyboard.press("t")
    moderator.wait_for_url("**/transfers/*/review/")
    expect(moderator.locator("body")).to_contain_text("河湾文化传播有限公司")
    assert given.id_number not in moderator.content()
    moderator.wait_for_load_state()
    act(moderator, "a", "材料齐全，核验一致")
    moderator.wait_for_selector("body.ui-desk")

    supervisor = open_window(transfer_desk.supervisor)
    supervisor.get_by_role("link", name=transfer.reference).first.click()
    supervisor.wait_for_url("**/transfers/*/")
    act(supervisor, "a", "同意转让")
    expect(supervisor.locator("#main")).to_contain_text("已批准")

    for side in ("transferor", "transferee"):
        open_response(visitor, transfer, f"accounts.transfer_by_{side}")
        visitor.select_option("[name=answer]", "confirm")
        send(visitor)
    transfer = fresh(transfer)
    assert transfer.status == TransferStatus.ANNOUNCED
    public = reverse("public:account", args=[account.platform_uid])
    visitor.goto(public)
    expect(visitor.locator("section[aria-labelledby=changes]")).to_contain_text("尚未生效")

    with after(transfer.follower_clock):
        keep_transfers(now=timezone.now(), actor=transfer_desk.system)
    visitor.goto(public)
    changes = visitor.locator("section[aria-labelledby=changes]")
    expect(changes).to_contain_text("河湾文化传播有限公司")
    expect(changes).not_to_contain_text("尚未生效")


def open_response(page: Any, transfer: Transfer, kind: str) -> None:
    """Open the page to which the link in a notice leads."""
    asked = ResponseInvitation.objects.open().about(transfer).get(kind=kind)
    page.goto(reverse("public:response", args=[code_of(asked)]))


def send(page: Any) -> None:
    """Send the answer on the open page and read that it came in."""
    page.locator("form[method=post] button[type=submit]").click()
    expect(page.locator("[role=status]")).to_be_visible()
    expect(page.locator(".code")).to_be_visible()


def act(page: Any, key: str, reason: str) -> None:
    """Open an act by its key, write the reason and carry it out."""
    page.keyboard.press(key)
    page.locator("details.ui-action[open] textarea").fill(reason)
    page.locator("details.ui-action[open] button[type=submit]").click()
