"""Commands to the platform: ordered with the decision, in order, and answered once."""

import json
import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from accounts.enums import GroundKind, RestrictionKind
from accounts.models import PublicAccount
from accounts.services import restrictions
from compliance.errors import ActionRefused, InvalidInput, NotPermitted
from compliance.models import (
    ActionLog,
    AttemptResult,
    Delivery,
    PlatformCommand,
    SandboxMessage,
    StaffUser,
)
from compliance.notices import commands, dispatch
from compliance.notices.commands import overdue_since, payload_of
from compliance.notices.outbox import Outcome
from compliance.notices.recipients import Reference
from enforcement.models import Decision
from enforcement.services import measures, reversals
from tests.enforcement.conftest import (  # noqa: F401
    CLOSURE,
    Staff,
    decide,
    make_account,
    open_case,
    staff,
    suspension,
)
from tests.notices.conftest import GROUNDS, ScriptedAdapter

pytestmark = pytest.mark.django_db

# What the platform is sent of a decision and its end, without what credit and a hearing add.
OF_A_DECISION = {
    "account.restrict",
    "account.release",
    "enforcement.decision",
    "enforcement.measure_ended",
}


def named(event: dict[str, Any]) -> str:
    """Return what an event that was sent is about."""
    data = event["data"]
    return str(data.get("kind", data.get("purpose")))


def order(actor: StaffUser, subject: str = "uid1", **payload: Any) -> PlatformCommand:
    return commands.order_command(
        kind="tests.command",
        subject=Reference("account", subject),
        payload={"a": 1, **payload},
        actor=actor,
        **GROUNDS,
    )


def answer(command: PlatformCommand, actor: StaffUser, *, done: bool, code: str = "") -> None:
    commands.confirm_command(
        reference=command.reference,
        is_carried_out=done,
        answer_code=code,
        actor=actor,
        **GROUNDS,
    )


def test_a_command_is_told_to_the_platform_and_then_answered(
    system: StaffUser, adapter: ScriptedAdapter
) -> None:
    command = order(system)
    assert command.status == "ordered"

    dispatch.drain_outbox()

    command.refresh_from_db()
    assert command.status == "delivered"
    (message,) = adapter.sent
    body = json.loads(message.body)
    assert message.message_id == str(command.reference)
    assert body["type"] == "command.ordered"
    assert body["data"] == {
        "command": str(command.reference),
        "kind": "tests.command",
        "ground": "",
        "state": {"a": 1},
        "sequence": 1,
        "subject_type": "account",
        "subject_id": "uid1",
    }
    answer(command, system, done=True)
    command.refresh_from_db()
    assert command.status == "confirmed"
    assert command.answered_at is not None


def test_an_answer_that_comes_before_the_delivery_is_written_down_counts(
    system: StaffUser, adapter: ScriptedAdapter
) -> None:
    command = order(system)

    def answer_first(_message: object) -> Outcome:
        answer(command, system, done=True)
        return Outcome(AttemptResult.DELIVERED)

    adapter.script = [answer_first]

    dispatch.drain_outbox()

    command.refresh_from_db()
    assert command.status == "confirmed"
    assert command.delivery.delivered_at is not None


def test_the_same_answer_again_changes_nothing_and_another_one_is_refused(
    system: StaffUser,
) -> None:
    command = order(system)
    answer(command, system, done=True)
    logged = ActionLog.objects.count()

    answer(command, system, done=True)
    assert ActionLog.objects.count() == logged
    with pytest.raises(ActionRefused):
        answer(command, system, done=False)

    command.refresh_from_db()
    assert command.status == "confirmed"


def test_an_answer_to_no_command_or_in_a_sentence_is_refused(system: StaffUser) -> None:
    command = order(system)

    with pytest.raises(InvalidInput):
        commands.confirm_command(
            reference=uuid.uuid4(), is_carried_out=True, actor=system, **GROUNDS
        )
    for code in ("王五 13800138000", "two words", "x" * 61, "a;b"):
        with pytest.raises(InvalidInput):
            answer(command, system, done=False, code=code)

    command.refresh_from_db()
    assert command.status == "ordered"


def test_nobody_without_the_permission_answers_for_the_platform(
    system: StaffUser, staff_user: Callable[..., StaffUser]
) -> None:
    command = order(system)

    for role in ("moderator", "supervisor", "compliance_officer", "auditor"):
        with pytest.raises(NotPermitted):
            answer(command, staff_user(role), done=True)

    command.refresh_from_db()
    assert command.status == "ordered"


def test_what_failed_is_ordered_again_unless_a_later_command_stands(
    system: StaffUser, staff_user: Callable[..., StaffUser]
) -> None:
    officer = staff_user("compliance_officer")
    command, other = order(system), order(system, "uid2")
    for each in (command, other):
        answer(each, system, done=False, code="no_such_account")
    order(system, "uid2")
    assert set(PlatformCommand.objects.not_carried_out()) == {command, other}

    again = commands.repeat_command(command=command, actor=officer, **GROUNDS)

    assert payload_of(again) == payload_of(command)
    assert again.repeats == command
    assert set(PlatformCommand.objects.not_carried_out()) == {other}
    for refused in (other, again):
        with pytest.raises(ActionRefused):
            commands.repeat_command(command=refused, actor=officer, **GROUNDS)
    with pytest.raises(NotPermitted):
        commands.repeat_command(command=command, actor=staff_user("moderator"), **GROUNDS)


def test_a_command_without_an_answer_is_overdue_after_the_limit(
    system: StaffUser, adapter: ScriptedAdapter
) -> None:
    command = order(system)
    dispatch.drain_outbox()

    late = timezone.now() + timedelta(seconds=3601)

    assert not PlatformCommand.objects.overdue(overdue_since(timezone.now())).exists()
    assert PlatformCommand.objects.overdue(overdue_since(late)).get() == command
    answer(command, system, done=True)
    assert not PlatformCommand.objects.overdue(overdue_since(late)).exists()


def test_the_sandbox_takes_each_command_once_and_carries_it_out(system: StaffUser) -> None:
    command = order(system)

    dispatch.drain_outbox()

    command.refresh_from_db()
    assert (command.status, command.answer_code) == ("confirmed", "sandbox")
    assert SandboxMessage.objects.get().message_id == command.reference


class TestAccount:
    def test_every_change_of_what_an_account_may_do_is_ordered_with_its_whole_state(
        self,
        make_account: Callable[..., PublicAccount],  # noqa: F811
        system: StaffUser,
    ) -> None:
        account = make_account()
        now = timezone.now()
        ground: dict[str, Any] = {"ground_kind": GroundKind.DECISION, "actor": system, **GROUNDS}
        first, _second = [
            restrictions.impose_restriction(
                account=account,
                kind=kind,
                from_=now,
                until=now + timedelta(days=days),
                ground_ref=f"CZ{days}",
                **ground,
            )
            for kind, days in (
                (RestrictionKind.SUSPEND_UPDATES, 7),
                (RestrictionKind.STOP_ADVERTISING, 30),
            )
        ]
        restrictions.end_restriction(restriction=first, actor=system, **GROUNDS)
        restrictions.close_account(account=account, ground_ref="CZ1", **ground)
        restrictions.reopen_account(account=account, ground_ref="CZ1", **ground)

        ordered = list(PlatformCommand.objects.order_by("pk"))
        assert [each.kind for each in ordered] == [
            "account.restrict",
            "account.restrict",
            "account.release",
            "account.close",
            "account.reopen",
        ]
        states = [payload_of(each) for each in ordered]
        assert [len(each["restrictions"]) for each in states] == [1, 2, 1, 1, 1]
        assert [each["is_open"] for each in states] == [True, True, True, False, True]
        assert [each.ground_ref for each in ordered] == ["CZ7", "CZ30", "CZ7", "CZ1", "CZ1"]
        sequences = Delivery.objects.order_by("pk").values_list("sequence", flat=True)
        assert list(sequences) == [1, 2, 3, 4, 5]

    def test_a_decision_tells_the_operator_and_orders_the_platform_together_or_not_at_all(
        self,
        decide: Callable[..., Decision],  # noqa: F811
        staff: Staff,  # noqa: F811
        staff_user: Callable[..., StaffUser],
        adapter: ScriptedAdapter,
    ) -> None:
        decision = decide(measures=suspension(7))
        # Beside it the operator is heard before, and told what it takes from the credit.
        of_it = Q(command__kind="account.restrict") | Q(notice__about_id=str(decision.pk))
        kinds = [each.channel for each in Delivery.objects.filter(of_it).order_by("pk")]
        assert kinds == ["command", "platform"]

        measures.lift_measure(measure=decision.measures.get(), actor=staff.supervisor, **GROUNDS)
        with time_machine.travel(timezone.now() + timedelta(minutes=6)):
            dispatch.drain_outbox()

        sent = [json.loads(each.body) for each in adapter.sent]
        told = [each for each in sent if named(each) in OF_A_DECISION]
        assert [named(each) for each in told] == [
            "account.restrict",
            "account.release",
            "enforcement.decision",
            "enforcement.measure_ended",
        ]
        assert "提前解除" in told[-1]["data"]["text"]
        assert told[1]["data"]["state"]["restrictions"] == []

    def test_a_reversal_reopens_the_account_at_the_platform_and_tells_what_was_undone(
        self,
        decide: Callable[..., Decision],  # noqa: F811
        staff_user: Callable[..., StaffUser],
    ) -> None:
        decision = decide(measures=CLOSURE)

        reversals.reverse_decision(
            decision=decision, actor=staff_user("complaint_handler"), **GROUNDS
        )

        ordered = PlatformCommand.objects.exclude(kind="account.rights").order_by("pk")
        assert list(ordered.values_list("kind", flat=True)) == ["account.close", "account.reopen"]
        told = decision.notices.get(purpose="enforcement.reversal", language="zh-hans")
        assert "关闭注销不再有效" in told.text
        assert "可以发布信息" in told.text

    def test_a_decision_that_is_rolled_back_orders_nothing(
        self,
        decide: Callable[..., Decision],  # noqa: F811
    ) -> None:
        with pytest.raises(RuntimeError), transaction.atomic():
            decide(measures=suspension(7))
            raise RuntimeError

        assert not PlatformCommand.objects.exists()
        assert not Delivery.objects.exists()
