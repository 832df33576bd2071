"""Dormant accounts through the doors that people and programs use, from the rule to the way back."""

import io
import json
from collections.abc import Callable
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.dormancy_words import DormancyStatus
from accounts.enums import AccountStatus
from accounts.models import Dormancy, DormancyBatch, DormancyRule, DormancySweep, PublicAccount
from accounts.tasks import carry_out_terminations, sweep_dormant_accounts
from compliance.models import ActionLog, Proposal, StaffUser
from tests.accounts.dormancy import CLAUSE, Platform

pytestmark = pytest.mark.django_db


def console(user: StaffUser) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.cookies.load({"django_language": "en"})
    client.force_login(user)
    return client


def swept(*options: str) -> list[dict[str, Any]]:
    out = io.StringIO()
    day = timezone.localdate().isoformat()
    call_command("sweep_dormant", "--as-of", day, "--json", *options, stdout=out)
    return [json.loads(line) for line in out.getvalue().splitlines()]


def test_from_the_rule_to_the_end_and_back_through_console_and_command(
    platform: Platform,
    make_idle: Callable[..., PublicAccount],
    staff_user: Callable[..., StaffUser],
) -> None:
    account = make_idle()
    officer, supervisor = console(platform.officer), console(platform.supervisor)
    with pytest.raises(CommandError):
        swept()
    assert not DormancySweep.objects.exists()
    assert ActionLog.objects.refused().filter(action="accounts.dormancysweep.begin").exists()

    rule_page = reverse("admin:dormancy_rule")
    assert b"names no clause" in officer.get(rule_page).content
    form = {
        "months": 6,
        "shell_months": 6,
        "exempt_natures": ["government_organ"],
        "clause_number": CLAUSE.number,
        "batch_size": 100,
        "reason": "协议第四条",
    }
    refused = officer.post(reverse("admin:change_dormancy_rule"), {**form, "months": 3})
    assert refused.status_code == 422
    officer.post(reverse("admin:change_dormancy_rule"), form)
    proposal = Proposal.objects.latest("pk")
    verdict = {"proposal": proposal.pk, "reason": "同意", "action": "approve"}
    officer.post(rule_page, verdict)
    assert DormancyRule.objects.count() == 1
    supervisor.post(rule_page, verdict)
    assert DormancyRule.objects.latest("number").clause_number == CLAUSE.number

    trial = swept("--dry-run")
    assert trial[0]["step"] == "noticed"
    assert not Dormancy.objects.exists()
    told, summary = swept()
    assert (told["platform_uid"], told["step"]) == (account.platform_uid, "noticed")
    assert summary["summary"]["noticed"] == 1
    assert swept()[-1]["summary"]["noticed"] == 0
    platform.pass_days(15)
    sweep_dormant_accounts(timestamp=0)
    platform.pass_days(31)
    assert swept()[0]["step"] == "proposed"

    supervisor = console(platform.supervisor)  # days have passed: logged in anew
    batch = DormancyBatch.objects.get()
    page = reverse("admin:dormancy_batch", args=[batch.pk])
    auditor = console(staff_user("auditor"))
    assert auditor.post(page, {"action": "approve", "reason": "x"}).status_code == 409
    batch.refresh_from_db()
    assert batch.status == "proposed"
    assert account.name.encode() in supervisor.get(page).content
    supervisor.post(page, {"action": "approve", "reason": "逐户核对"})
    carry_out_terminations()
    account.refresh_from_db()
    assert account.status == AccountStatus.CLOSED

    dormancy = Dormancy.objects.get()
    record = reverse("admin:dormancy", args=[dormancy.pk])
    undo = {"action": "undo", "version": dormancy.version, "reason": "运营者申诉成立"}
    assert console(staff_user("moderator")).post(record, undo).status_code == 409
    supervisor.post(record, {**undo, "version": dormancy.version - 1})
    account.refresh_from_db()
    assert account.status == AccountStatus.CLOSED
    said = supervisor.post(record, undo, follow=True)
    assert account.name.encode() in said.content
    account.refresh_from_db()
    assert account.status == AccountStatus.ACTIVE
    assert Dormancy.objects.get().status == DormancyStatus.UNDONE
    for shown in (record, page, reverse("admin:account", args=[account.pk])):
        assert dormancy.reference.encode() in supervisor.get(shown).content


@pytest.mark.parametrize("day", ["yesterday", "2999-01-01", "2026-13-01"])
def test_command_refuses_days_that_cannot_be(platform: Platform, day: str) -> None:
    platform.change_rule()
    with pytest.raises(CommandError):
        call_command("sweep_dormant", "--as-of", day, "--json")
    assert not DormancySweep.objects.exists()


def test_platform_pushes_use_and_reads_what_became_of_it(
    platform: Platform, make_idle: Callable[..., PublicAccount], make_caller: Any
) -> None:
    platform.change_rule()
    account = make_idle()
    platform.suspend()
    reader = make_caller("dormancy:read")
    writer = make_caller("activity:write")
    body = {
        "accounts": [
            {"platform_uid": account.platform_uid, "last_login_at": timezone.now().isoformat()}
        ]
    }

    assert reader.post("/api/v1/activity/", body).status_code == 403
    assert Dormancy.objects.get().status == DormancyStatus.SUSPENDED
    taken = writer.post("/api/v1/activity/", body)

    assert taken.status_code == 200, taken.content
    assert taken.json()["resumed"] == 1
    (shown,) = reader.get("/api/v1/dormancy/").json()["results"]
    assert (shown["platform_uid"], shown["status"]) == (account.platform_uid, "returned")
    assert shown["clause"] == CLAUSE.number
