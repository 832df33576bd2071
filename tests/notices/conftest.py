"""What the tests of notices may ask for: a made-up purpose with its texts, and a switchboard."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from itertools import count
from typing import Any

import pytest
from django.db import models

from compliance.models import (
    AttemptResult,
    Audience,
    Channel,
    Delivery,
    Notice,
    NoticeTemplate,
    Person,
    StaffUser,
)
from compliance.notices import purposes, writing
from compliance.notices.channels.adapter import Message
from compliance.notices.channels.switchboard import register_adapter
from compliance.notices.outbox import Outcome
from compliance.notices.purposes import Example, Placeholder, Purpose, register_purpose
from compliance.notices.recipients import Reference
from compliance.provisions import Provision
from compliance.staff import system_actor

P = Provision.PUBLIC_ACCOUNT_19_2
REASON = "测试理由"
GROUNDS: dict[str, Any] = {"provision": P, "reason": REASON}
PURPOSE = "tests.weather"
AT_ONCE = "tests.weather_at_once"
APPEAL = "三十日内可以申诉（/public/appeal/）。"
_numbers = count(1)


def compose(about_id: str, language: str) -> Mapping[str, str]:
    """Return the values for one record."""
    return {"number": about_id, "finding": "天气有变", "extra": "", "appeal": APPEAL}


def example() -> Example:
    """Return the record that the preview shows."""
    return Example("7", "第 7 号")


def _purpose(code: str, hold: timedelta | None) -> Purpose:
    return Purpose(
        code=code,
        label="天气",
        audiences=(Audience.OPERATOR,),
        placeholders=(
            Placeholder(name="number", label="编号", is_required=True),
            Placeholder(name="finding", label="所见"),
            Placeholder(name="extra", label="补充"),
            Placeholder(name="appeal", label="申诉"),
        ),
        compose=compose,
        latest=example,
        reasons_in="finding",
        appeal_in="appeal",
        hold=hold,
    )


BODY = "编号 {{number}}\n{{finding}}\n{{extra}}\n{{appeal}}"


def lay_texts(code: str) -> None:
    """Lay the first version of the texts of a made-up purpose."""
    for language in ("zh-hans", "en"):
        NoticeTemplate.objects.create(
            purpose=code,
            audience=Audience.OPERATOR,
            language=language,
            number=1,
            subject="天气 {{number}}",
            body=BODY,
            reasons_in="finding",
            appeal_in="appeal",
        )


def register_made_up_purposes() -> None:
    """Register the purposes of these tests, in whichever process."""
    for code, hold in ((PURPOSE, None), (AT_ONCE, timedelta(0))):
        if code not in {each.code for each in purposes.purposes()}:
            register_purpose(_purpose(code, hold))


@pytest.fixture
def made_up_purposes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Register the purposes of these tests for one test, so that no page of another shows them."""
    monkeypatch.setattr(purposes, "_purposes", {**purposes._purposes})
    register_made_up_purposes()


@pytest.fixture
def weather(db: None, made_up_purposes: None) -> None:
    """Two made-up purposes with their texts: one that is held back, one that is not."""
    for code in (PURPOSE, AT_ONCE):
        lay_texts(code)


def draft(about: models.Model, subject: str = "uid1", **changes: Any) -> writing.NoticeDraft:
    """Return a notice to be written about any record."""
    return writing.NoticeDraft(
        **{
            "purpose": PURPOSE,
            "audience": Audience.OPERATOR,
            "about": about,
            "subject": Reference("account", subject),
            "recipient": Reference("account", subject),
            "values": lambda language: compose(str(about.pk), language),
            "occasion": str(next(_numbers)),
            **changes,
        }
    )


@pytest.fixture
def write(weather: None, make_person: Callable[..., Person]) -> Callable[..., Notice]:
    """Writes a notice and returns the one that is sent, in the platform's language."""
    about = make_person()

    def make(subject: str = "uid1", actor: StaffUser | None = None, **changes: Any) -> Notice:
        notices = writing.write_notice(
            draft(about, subject, **changes), actor=actor or system_actor()
        )
        return next(each for each in notices if each.language == "zh-hans")

    return make


class ScriptedAdapter:
    """Answers as it is told, message by message, and remembers what it was given."""

    def __init__(self) -> None:
        self.script: list[Outcome | Exception | Callable[[Message], Outcome]] = []
        self.always: Outcome | None = None
        self.sent: list[Message] = []

    def send(self, message: Message) -> Outcome:
        """Take the next answer of the script; without one, accept."""
        self.sent.append(message)
        if not self.script:
            return self.always or Outcome(AttemptResult.DELIVERED)
        answer = self.script.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer if isinstance(answer, Outcome) else answer(message)

    def close(self) -> None:
        """Nothing is open."""


@pytest.fixture
def adapter(settings: Any) -> ScriptedAdapter:
    """The adapter behind every channel."""
    scripted = ScriptedAdapter()
    register_adapter("scripted", lambda: scripted)
    settings.PLATFORM_CHANNEL = settings.MAIL_CHANNEL = settings.SMS_CHANNEL = "scripted"
    return scripted


def delivery_of(notice: Notice, channel: str = Channel.PLATFORM) -> Delivery:
    """Return the delivery of a notice as it is now."""
    return Delivery.objects.get(notice=notice, channel=channel)
