"""Commands to the platform: read and answered through the API."""

import json
from collections.abc import Callable

import pytest
from django.http import HttpResponse

from compliance.models import ActionLog, PlatformCommand, StaffUser
from compliance.notices.commands import order_command
from compliance.notices.recipients import Reference
from compliance.provisions import Provision
from tests.compliance.api_fixtures import Caller

SCOPES = ("commands:read", "commands:confirm")


@pytest.fixture
def command(system: StaffUser) -> PlatformCommand:
    return order_command(
        kind="account.state",
        subject=Reference("account", "t-1"),
        payload={"may_publish": False},
        actor=system,
        provision=Provision.PUBLIC_ACCOUNT_19_2,
        reason="测试数据",
    )


@pytest.mark.django_db
class TestCommands:
    def test_whoever_missed_a_message_reads_it_here(
        self, make_caller: Callable[..., Caller], command: PlatformCommand
    ) -> None:
        caller = make_caller("commands:read")

        listed = json.loads(caller.get("/api/v1/commands/?status=ordered").content)["results"]
        read = json.loads(caller.get(f"/api/v1/commands/{command.reference}/").content)

        assert listed == [read]
        assert read["payload"] == {"may_publish": False}

    def test_an_answer_is_on_record_as_the_clients_and_again_changes_nothing(
        self, make_caller: Callable[..., Caller], command: PlatformCommand
    ) -> None:
        caller = make_caller(*SCOPES)
        path = f"/api/v1/commands/{command.reference}/confirm/"

        answers = [caller.post(path, {"carried_out": True}) for _number in range(2)]

        assert [each.status_code for each in answers] == [200, 200]
        assert answers[0].content == answers[1].content
        row = ActionLog.objects.for_object(command).get(action__endswith=".confirm")
        assert row.actor_number == caller.client.actor.person_id

    def test_another_answer_or_one_without_its_scope_is_refused_and_on_record(
        self,
        make_caller: Callable[..., Caller],
        command: PlatformCommand,
        problem_of: Callable[[HttpResponse], str],
    ) -> None:
        caller = make_caller(*SCOPES)
        path = f"/api/v1/commands/{command.reference}/confirm/"
        caller.post(path, {"carried_out": False, "answer_code": "gone"})

        other = caller.post(path, {"carried_out": True})
        sentence = caller.post(path, {"carried_out": False, "answer_code": "两 个词"})
        reader = make_caller("commands:read").post(path, {"carried_out": True})

        assert [problem_of(each) for each in (other, sentence, reader)] == [
            "refused",
            "unusable-input",
            "scope-missing",
        ]
        assert ActionLog.objects.refused().count() == 3
        command.refresh_from_db()
        assert (command.status, command.answer_code) == ("failed", "gone")
