"""A platform's mailbox, somebody who waits for an answer, and who answers without a login."""

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.urls import reverse

from accounts.enums import ApplicationStatus
from accounts.models import Application
from compliance.models import AttemptResult, ResponseInvitation
from compliance.notices.channels.adapter import Message
from compliance.notices.channels.switchboard import register_adapter
from compliance.notices.outbox import Outcome
from compliance.responses.codes import code_of
from tests.compliance.evidence_files import HONEST

WORDS = "补充说明：授权书见附件，联系人鹂鹂"


class Mailbox:
    """The platform, as which these tests receive what is sent."""

    def __init__(self) -> None:
        self.got: list[Message] = []

    def send(self, message: Message) -> Outcome:
        """Take one message."""
        self.got.append(message)
        return Outcome(AttemptResult.DELIVERED)

    def close(self) -> None:
        """Nothing is open."""


@pytest.fixture
def mailbox(settings: Any) -> Mailbox:
    """What the platform receives."""
    box = Mailbox()
    register_adapter("mailbox", lambda: box)
    settings.PLATFORM_CHANNEL = "mailbox"
    settings.NOTICE_HOLD_SECONDS = 0
    return box


@pytest.fixture
def waiting(mailbox: Mailbox, make_application: Callable[..., Application]) -> Application:
    """An application without a category, and with it an invitation to supply material."""
    application = make_application(category="")
    assert application.status == ApplicationStatus.WAITING_MATERIAL
    return application


@pytest.fixture
def invitation(waiting: Application) -> ResponseInvitation:
    return ResponseInvitation.objects.about(waiting).get()


@pytest.fixture
def visitor() -> Client:
    return Client(raise_request_exception=False)


def url_of(invitation: ResponseInvitation) -> str:
    return reverse("public:response", args=[code_of(invitation)])


def photo(name: str = "photo.jpg") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, HONEST["photo.jpg"](), "image/jpeg")


def send(visitor: Client, invitation: ResponseInvitation, **changes: Any) -> Any:
    given = {"words": WORDS, "files": [photo()], "complete": "1", **changes}
    return visitor.post(url_of(invitation), {k: v for k, v in given.items() if v is not None})


def code_in(text: str) -> str:
    found = re.search(r"/public/respond/([a-z2-7]{32})/", text)
    assert found is not None, text
    return found[1]


def rows_as_text() -> Iterator[str]:
    """Return every row of every table, as the test's own transaction sees them."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.oid::regclass::text FROM pg_class c WHERE c.relkind IN ('r', 'p') AND "
            "c.relnamespace = 'public'::regnamespace AND has_table_privilege(c.oid, 'SELECT')"
        )
        for (table,) in cursor.fetchall():
            cursor.execute(f"SELECT t::text FROM {table} t")
            for (row,) in cursor.fetchall():
                yield row
                yield from (
                    bytes.fromhex(each).decode("utf-8", "replace")
                    for each in re.findall(r"\\\\x((?:[0-9a-f]{2})+)", row)
                )
