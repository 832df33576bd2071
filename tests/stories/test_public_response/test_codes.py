"""The code of a response: who gets it, and what wrong ones come to."""

import logging
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import Application
from compliance.models import Notice, ResponseInvitation, SandboxMessage, StaffUser, WrongCodes
from compliance.notices import dispatch
from compliance.responses import links, wrong_codes
from compliance.responses.codes import code_of
from tests.stories.test_public_response.conftest import Mailbox, code_in, rows_as_text, send, url_of

pytestmark = pytest.mark.django_db


class TestTheCode:
    def test_the_notice_that_is_sent_has_the_link_and_the_one_that_is_kept_has_not(
        self, waiting: Application, invitation: ResponseInvitation, mailbox: Mailbox
    ) -> None:
        dispatch.drain_outbox()

        (message,) = mailbox.got
        assert code_in(message.text) == code_in(message.body.decode()) == code_of(invitation)
        notice = Notice.objects.about(waiting).get()
        assert links.marker(invitation) in notice.text
        assert "/respond/" not in notice.text

    def test_nobody_finds_the_code_in_any_table_log_or_answer_to_staff(
        self,
        invitation: ResponseInvitation,
        visitor: Client,
        settings: Any,
        staff_user: Callable[..., StaffUser],
        waiting: Application,
        caplog: pytest.LogCaptureFixture,
    ) -> None:
        settings.PLATFORM_CHANNEL = "sandbox"
        code = code_of(invitation)
        with caplog.at_level(logging.DEBUG):
            dispatch.drain_outbox()
            assert SandboxMessage.objects.count() == 1
            visitor.get(url_of(invitation))
            # Refused in between, so that Django has something to say of the address too.
            send(visitor, invitation, words="", files=[])
            send(visitor, invitation)
            send(visitor, invitation)
        pages = Client()
        pages.force_login(staff_user("moderator", "supervisor"))
        shown = [
            pages.get(reverse("admin:application", args=[waiting.pk])).text,
            pages.get(
                reverse("admin:compliance_responseinvitation_change", args=[invitation.pk])
            ).text,
            pages.get(
                reverse("admin:compliance_responseinvitation_history", args=[invitation.pk])
            ).text,
        ]

        assert "Conflict: /public/respond/…/" in caplog.text
        rows = list(rows_as_text())
        assert any(links.marker(invitation) in row for row in rows)
        for text in (caplog.text, *shown, *rows):
            assert code not in text
            assert code.upper() not in text

    def test_only_the_recipient_of_an_invitation_gets_its_link(
        self, invitation: ResponseInvitation, waiting: Application
    ) -> None:
        text = f"名称 {links.marker(invitation)}"

        other = links.with_links(text, recipient_type="account", recipient_id="somebody")
        own = links.with_links(
            text, recipient_type="account", recipient_id=waiting.platform_uid, language="en"
        )

        assert other == text
        assert own.endswith(f"/public/respond/{code_of(invitation)}/?lang=en")

    def test_an_absolute_address_is_told_where_the_settings_have_one(
        self, invitation: ResponseInvitation, settings: Any
    ) -> None:
        settings.PUBLIC_BASE_URL = "https://console.example"

        assert links.response_url(invitation).startswith("https://console.example/public/respond/")


class TestWrongCodes:
    @pytest.fixture(autouse=True)
    def nobody_was_wrong(self, db: None) -> None:
        WrongCodes.objects.all().delete()

    def test_wrong_and_malformed_codes_get_the_same_answer_by_the_same_way(
        self, invitation: ResponseInvitation, visitor: Client
    ) -> None:
        code = code_of(invitation)
        near = code[:-1] + ("a" if code[-1] != "a" else "b")
        answers = []
        for typed in (near, "x", "没有", "z" * 300):
            with CaptureQueriesContext(connection) as queries:
                answer = visitor.get(f"/public/respond/{typed}/")
            answers.append((answer.status_code, len(queries), answer.text.count("没有与此代码")))

        assert set(answers) == {(404, answers[0][1], 1)}

    def test_who_was_wrong_too_often_waits_and_others_do_not(
        self, invitation: ResponseInvitation, visitor: Client
    ) -> None:
        for _number in range(wrong_codes.MOST_WRONG):
            assert visitor.post("/public/respond/", {"code": "wrong"}).status_code == 409

        stopped = visitor.get(url_of(invitation))

        assert stopped.status_code == 429
        assert 0 < int(stopped["Retry-After"]) <= wrong_codes.SECONDS
        other = Client(REMOTE_ADDR="192.0.2.7")
        assert other.get(url_of(invitation)).status_code == 200
        WrongCodes.objects.update(since=timezone.now() - timedelta(seconds=wrong_codes.SECONDS))
        assert visitor.get(url_of(invitation)).status_code == 200

    def test_nothing_of_an_address_is_kept_beyond_its_time(self, db: None, visitor: Client) -> None:
        visitor.get("/public/respond/wrong/", REMOTE_ADDR="192.0.2.1")
        WrongCodes.objects.update(since=timezone.now() - timedelta(seconds=wrong_codes.SECONDS))

        visitor.get("/public/respond/wrong/", REMOTE_ADDR="192.0.2.2")

        (left,) = WrongCodes.objects.all()
        assert bytes(left.address) != b""
        assert "192.0.2" not in str(bytes(left.address))

    @pytest.mark.parametrize(
        ("proxies", "forwarded", "address"),
        [(0, "198.51.100.9", "192.0.2.1"), (1, "203.0.113.5, 198.51.100.9", "198.51.100.9")],
    )
    def test_an_address_is_what_the_outermost_proxy_of_ours_has_seen(
        self, rf: Any, settings: Any, proxies: int, forwarded: str, address: str
    ) -> None:
        settings.PROXIES = proxies
        asked = rf.get("/", REMOTE_ADDR="192.0.2.1", headers={"X-Forwarded-For": forwarded})
        settings_free = rf.get("/", REMOTE_ADDR=address)

        found = wrong_codes.address_of(asked)

        settings.PROXIES = 0
        assert found == wrong_codes.address_of(settings_free)


def test_the_links_are_printed_only_where_no_platform_delivers_them(
    invitation: ResponseInvitation, settings: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(CommandError):
        call_command("response_links")
    settings.PLATFORM_CHANNEL = "sandbox"

    call_command("response_links", "--json")

    assert code_of(invitation) in capsys.readouterr().out
