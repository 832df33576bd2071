"""E-mail, text messages and the sandbox: addresses from the vault, at the moment of sending."""

import logging
import smtplib
from collections.abc import Callable
from typing import Any

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend

from compliance.identity import vault
from compliance.models import (
    AttemptResult,
    Channel,
    DeliveryState,
    IdentityValue,
    Notice,
    SandboxMessage,
    StaffUser,
)
from compliance.notices import dispatch, recipients
from compliance.notices.recipients import Reference
from tests.notices.conftest import AT_ONCE, GROUNDS, delivery_of

pytestmark = pytest.mark.django_db
ADDRESS = "zhang.ceshi@mail.example"


@pytest.fixture
def address(db: None) -> Callable[[str], IdentityValue]:
    """Keeps an address in the vault and lets it be found for every recipient of the tests."""

    def keep(value: str) -> IdentityValue:
        key, _plain = vault.new_key()
        kept = vault.store(key, "contact", value)
        recipients.register_address_book("reader", lambda _who, _channel: kept)
        return kept

    return keep


@pytest.fixture
def write_mail(
    write: Callable[..., Notice], system: StaffUser, settings: Any
) -> Callable[..., Notice]:
    """Writes a notice that goes by e-mail too."""
    settings.MAIL_CHANNEL = "mail"
    settings.MAIL_FROM = "Heyan <notice@heyan.example>"
    recipients.choose_channels(
        recipient=Reference("reader", "r1"),
        purpose=AT_ONCE,
        channels=["email"],
        language="zh-hans",
        actor=system,
        **GROUNDS,
    )

    def make(**changes: Any) -> Notice:
        return write(purpose=AT_ONCE, recipient=Reference("reader", "r1"), **changes)

    return make


def result_of(notice: Notice) -> str:
    return delivery_of(notice, Channel.EMAIL).attempts.latest("number").result


def test_a_notice_goes_to_the_address_in_the_vault_under_its_own_number(
    write_mail: Callable[..., Notice],
    address: Callable[[str], IdentityValue],
    caplog: pytest.LogCaptureFixture,
) -> None:
    address(ADDRESS)
    notice = write_mail()

    with caplog.at_level(logging.DEBUG):
        dispatch.drain_outbox()

    (sent,) = mail.outbox
    assert (sent.to, sent.subject, sent.body) == ([ADDRESS], notice.title, notice.text)
    number = delivery_of(notice, Channel.EMAIL).message_id
    assert sent.extra_headers["Message-ID"] == f"<{number}@heyan.example>"
    assert ADDRESS not in caplog.text
    for model in (Notice, SandboxMessage):
        for row in model.objects.values():
            assert ADDRESS not in str(row)


@pytest.mark.parametrize(
    "value",
    [
        "a@mail.example\nBcc: everybody@mail.example",
        "a@mail.example\r\nSubject: x",
        "a@mail.example, b@mail.example",
        "Zhang <a@mail.example>",
        "not an address",
    ],
)
def test_what_is_no_plain_address_is_never_written_to(
    write_mail: Callable[..., Notice], address: Callable[[str], IdentityValue], value: str
) -> None:
    address(value)
    notice = write_mail()

    dispatch.drain_outbox()

    assert mail.outbox == []
    assert result_of(notice) == AttemptResult.ADDRESS_REFUSED


def test_whose_identity_was_erased_has_no_address(
    write_mail: Callable[..., Notice],
    address: Callable[[str], IdentityValue],
    system: StaffUser,
) -> None:
    kept = address(ADDRESS)
    notice = write_mail()
    vault.erase(key=kept.key, actor=system, **GROUNDS)
    kept.key.refresh_from_db()

    dispatch.drain_outbox()

    assert mail.outbox == []
    assert result_of(notice) == AttemptResult.NO_ADDRESS


@pytest.mark.parametrize(
    ("problem", "result"),
    [
        (
            smtplib.SMTPRecipientsRefused({ADDRESS: (550, b"no such user")}),
            AttemptResult.REFUSED,
        ),
        (smtplib.SMTPRecipientsRefused({ADDRESS: (450, b"busy")}), AttemptResult.TRY_LATER),
        (smtplib.SMTPDataError(554, b"spam"), AttemptResult.REFUSED),
        (smtplib.SMTPResponseException(421, b"later"), AttemptResult.TRY_LATER),
        (smtplib.SMTPServerDisconnected("x"), AttemptResult.UNREACHABLE),
        (TimeoutError(), AttemptResult.TIMED_OUT),
        (OSError("x"), AttemptResult.UNREACHABLE),
    ],
)
def test_what_a_mail_server_says_is_kept_as_a_class_of_results(
    write_mail: Callable[..., Notice],
    address: Callable[[str], IdentityValue],
    monkeypatch: pytest.MonkeyPatch,
    problem: Exception,
    result: AttemptResult,
) -> None:
    address(ADDRESS)
    notice = write_mail()

    def fail(*_arguments: Any) -> int:
        raise problem

    monkeypatch.setattr(EmailBackend, "send_messages", fail)
    dispatch.drain_outbox()

    assert result_of(notice) == result
    attempt = delivery_of(notice, Channel.EMAIL).attempts.get()
    assert ADDRESS not in str(vars(attempt))


def test_the_sandbox_keeps_what_would_have_been_sent_with_the_address_masked(
    write_mail: Callable[..., Notice], address: Callable[[str], IdentityValue], settings: Any
) -> None:
    settings.MAIL_CHANNEL = "sandbox"
    kept = address(ADDRESS)
    notice = write_mail()

    dispatch.drain_outbox()
    dispatch.drain_outbox()

    received = SandboxMessage.objects.get(channel=Channel.EMAIL)
    assert received.masked_address == kept.masked
    assert notice.title in received.body
    assert ADDRESS not in received.body
    assert SandboxMessage.objects.count() == 2


def test_the_sandbox_has_readers_who_cannot_be_reached(write: Callable[..., Notice]) -> None:
    notice = write(purpose=AT_ONCE, recipient=Reference("account", "uid-unreachable"))

    dispatch.drain_outbox()

    assert delivery_of(notice).dead_at is not None


def test_a_channel_that_is_not_set_up_is_undeliverable_and_not_lost(
    write: Callable[..., Notice], settings: Any
) -> None:
    settings.PLATFORM_CHANNEL = "webhook"
    settings.WEBHOOK_URL = ""
    notice = write(purpose=AT_ONCE)

    dispatch.drain_outbox()

    delivery = delivery_of(notice)
    assert delivery.dead_at is not None
    assert delivery.attempts.get().result == AttemptResult.NOT_SET_UP
    assert DeliveryState.DEAD.label
