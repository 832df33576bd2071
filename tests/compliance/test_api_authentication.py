"""Who calls the API: keys, and everything that is no key."""

import json
import logging
from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from django.http import HttpResponse
from django.test import Client, override_settings
from django.utils import timezone

from compliance.api import clients
from compliance.api.keys import make_key, prefix_of
from compliance.errors import NotPermitted
from compliance.models import ActionLog, ApiKeyUse, StaffUser
from compliance.roles import require_permission
from tests.compliance.api_fixtures import REASON, Caller, P

LIST = "/api/v1/time-limits/"


def answer_of(secret: str) -> HttpResponse:
    return Client().get(LIST, headers={"Authorization": f"Bearer {secret}"})


@pytest.mark.django_db
class TestKey:
    def test_a_valid_key_opens_what_its_client_may_read(
        self, make_caller: Callable[..., Caller]
    ) -> None:
        response = make_caller("rules:read").get(LIST)

        assert response.status_code == 200
        assert json.loads(response.content)["results"]
        assert response["Content-Type"] == "application/json"

    def test_every_key_that_does_not_hold_gets_the_same_bytes(
        self, make_caller: Callable[..., Caller], api_keeper: StaffUser
    ) -> None:
        caller = make_caller("rules:read")
        expired = make_caller("rules:read")
        grounds = {"actor": api_keeper, "provision": P, "reason": REASON}
        wrong = f"heyan_{caller.key.prefix}_{'a' * 32}"
        revoked, made_revoked = clients.issue_key(client=caller.client, days=1, **grounds)
        clients.revoke_key(key=revoked, **grounds)
        stopped = make_caller("rules:read")
        clients.stop_client(client=stopped.client, **grounds)

        answers = [
            answer_of(secret)
            for secret in (
                make_key().text,
                wrong,
                made_revoked.text,
                stopped.secret,
                "heyan",
                "",
                "人",
            )
        ]
        with time_machine.travel(expired.key.expires_at, tick=False):
            answers.append(answer_of(expired.secret))
        answers.append(Client().get(LIST))
        answers.append(Client().get(LIST, headers={"Authorization": "Basic YTpi"}))

        assert {response.status_code for response in answers} == {401}
        assert len({response.content for response in answers}) == 1
        heads = {
            tuple(sorted((k, v) for k, v in response.items() if k != "X-Request-ID"))
            for response in answers
        }
        assert len(heads) == 1
        assert answers[0]["WWW-Authenticate"] == 'Bearer realm="heyan"'

    def test_a_refused_key_is_logged_without_its_secret_and_not_at_every_try(
        self, make_caller: Callable[..., Caller], caplog: pytest.LogCaptureFixture
    ) -> None:
        caplog.set_level(logging.DEBUG)
        caller = make_caller("rules:read")
        secret = "b" * 32

        for _attempt in range(5):
            answer_of(f"heyan_{caller.key.prefix}_{secret}")

        row = ActionLog.objects.refused().get()
        assert row.action == "compliance.apikey.authenticate"
        assert row.object_id == str(caller.key.pk)
        assert secret not in row.payload
        assert secret not in caplog.text
        assert caplog.text.count(caller.key.prefix) >= 5

    def test_a_session_of_the_console_opens_nothing(
        self, staff_user: Callable[..., StaffUser]
    ) -> None:
        browser = Client()
        browser.force_login(staff_user("system_administrator"))

        assert browser.get(LIST).status_code == 401
        assert browser.post("/api/v1/applications/", {}).status_code == 401

    def test_when_a_key_was_last_used_is_kept_apart_from_it(
        self, make_caller: Callable[..., Caller]
    ) -> None:
        caller = make_caller("rules:read")

        caller.get(LIST)

        assert ApiKeyUse.objects.get(key=caller.key).last_used_at is not None
        caller.key.refresh_from_db()
        assert caller.key.version == 1

    def test_two_keys_hold_at_once_while_one_takes_over(
        self, make_caller: Callable[..., Caller], api_keeper: StaffUser
    ) -> None:
        caller = make_caller("rules:read")

        _new, made = clients.rotate_key(
            key=caller.key,
            days=30,
            overlap_hours=2,
            actor=api_keeper,
            provision=P,
            reason=REASON,
        )

        assert caller.get(LIST).status_code == 200
        assert answer_of(made.text).status_code == 200
        caller.key.refresh_from_db()
        assert caller.key.expires_at < timezone.now() + timedelta(hours=2, minutes=1)

    def test_a_key_is_long_and_of_a_shape_that_scanners_find(self) -> None:
        made = {make_key().text for _number in range(100)}

        assert len(made) == 100
        assert all(prefix_of(text) for text in made)
        # 32 letters of 32: 160 bits.
        assert all(len(text.rsplit("_", 1)[1]) == 32 for text in made)


@pytest.mark.django_db
class TestPlainHttp:
    def test_is_refused_and_never_redirected(self, make_caller: Callable[..., Caller]) -> None:
        caller = make_caller("rules:read")

        with override_settings(API_REQUIRES_TLS=True, SECURE_SSL_REDIRECT=True):
            plain = caller.get(LIST)
            secure = Client().get(
                LIST, secure=True, headers={"Authorization": f"Bearer {caller.secret}"}
            )

        assert plain.status_code == 403
        assert json.loads(plain.content)["type"] == "urn:heyan:problem:tls-required"
        assert secure.status_code == 200


@pytest.mark.django_db
class TestClientAsActor:
    def test_nobody_logs_in_as_a_client(self, make_caller: Callable[..., Caller]) -> None:
        login = make_caller().client.actor

        assert not login.is_active
        assert not login.has_usable_password()
        assert not Client().login(username=login.username, password="")

    def test_it_may_do_what_its_scopes_stand_for_and_nothing_else(
        self, make_caller: Callable[..., Caller], api_keeper: StaffUser
    ) -> None:
        caller = make_caller("applications:write")
        actor = caller.client.actor

        require_permission(actor, "accounts.register_account")
        for other in (
            "accounts.review_application",
            "enforcement.approve_decision",
            "compliance.reveal_identity",
            "compliance.change_apiclient",
        ):
            with pytest.raises(NotPermitted):
                require_permission(actor, other)
        clients.end_scope(
            grant=caller.client.scopes.get(), actor=api_keeper, provision=P, reason=REASON
        )
        with pytest.raises(NotPermitted):
            require_permission(actor, "accounts.register_account")

    def test_what_it_is_refused_names_the_scope_and_is_on_record(
        self, make_caller: Callable[..., Caller], problem_of: Callable[[HttpResponse], str]
    ) -> None:
        caller = make_caller("accounts:read")

        response = caller.get(LIST)

        assert problem_of(response) == "scope-missing"
        assert "rules:read" in json.loads(response.content)["detail"]
        row = ActionLog.objects.refused().get()
        assert row.actor_number == caller.client.actor.person_id
        assert row.action == "compliance.apiclient.call"
        assert row.request_id == response["X-Request-ID"]
