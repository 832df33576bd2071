"""What the tests of the desk work with: a queue, items in matters, proposals, people."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from compliance import proposals, roles, work
from compliance.models import (
    ActionLog,
    HandOver,
    Lease,
    Matter,
    Proposal,
    Side,
    StaffUser,
    WorkItem,
)
from compliance.provisions import Provision
from tests.compliance.clocks import clock_due

P = Provision.PUBLIC_ACCOUNT_6_1
QUEUE = "test-queue"
# Held by moderators and compliance officers.
TAKES = "compliance.reveal_identity"
# Held by supervisors, compliance officers and auditors.
SLOT = "compliance.view_proposal"


@pytest.fixture
def queue(monkeypatch: pytest.MonkeyPatch) -> None:
    """A queue of the tests' own, and an approval for which deputies can be named."""
    monkeypatch.setitem(
        work._queues, QUEUE, work.Queue(QUEUE, "测试队列", TAKES, "admin:claim_item")
    )
    monkeypatch.setitem(roles._delegable, SLOT, "测试批准")


def item_of(
    *, matter: Matter | None = None, side: str = "", hours: float = 1, weight: int = 0
) -> WorkItem:
    """Open an item in the tests' queue."""
    return work.open_item(
        queue=QUEUE,
        clock=clock_due(timezone.now() + timedelta(hours=hours)),
        weight=weight,
        matter=matter,
        side=side,
    )


def take(item: WorkItem, actor: StaffUser) -> Lease:
    """Let somebody hold an item."""
    return work.claim_item(work_item=item, actor=actor)


def propose(
    actor: StaffUser, *slots: str, matter: Matter | None = None, approver_side: Side = Side.DECIDED
) -> Proposal:
    """Put a proposal on record that needs the given approvals."""
    return proposals.submit_proposal(
        matter=matter or proposals.open_matter("test"),
        kind="test",
        content={"term_days": 7},
        slots=slots or (SLOT,),
        proposer_side=Side.DECIDED,
        approver_side=approver_side,
        actor=actor,
        provision=P,
        reason="测试理由",
    )


def fresh(login: StaffUser) -> StaffUser:
    """Return the login as the next request sees it: permissions are kept on the object."""
    return StaffUser.objects.select_related("person").get(pk=login.pk)


def sql(statement: str, *values: object) -> list[tuple]:
    """Ask the database past every service, as the role of the running product."""
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.fetchall() if cursor.description else []


class CaptureCount:
    """How many statements ran inside."""

    number = 0

    def __enter__(self) -> "CaptureCount":
        self._wrapper = connection.execute_wrapper(self._count)
        self._wrapper.__enter__()
        return self

    def __exit__(self, *problem: object) -> None:
        self._wrapper.__exit__(*problem)  # type: ignore[arg-type]

    def _count(self, execute: Callable, *rest: object) -> object:
        self.number += 1
        return execute(*rest)


def hand_over(item: WorkItem, giver: StaffUser, receiver: StaffUser, fence: int) -> Lease:
    """Hand an item over, as its holder or as a supervisor."""
    return work.hand_over_item(
        work_item=item,
        receiver=receiver.person,
        fence=fence,
        actor=giver,
        provision=P,
        reason="要去开庭",
    )


def acts() -> list[str]:
    """Every act on work items that the log has, in its order."""
    return list(
        ActionLog.objects.filter(action__startswith="compliance.workitem.")
        .order_by("id")
        .values_list("action", flat=True)
    )


def is_untouched(item: WorkItem, before: Lease) -> None:
    """Nothing of a refused act is left behind: same holder, same fence, no row, no log."""
    lease = Lease.objects.get(pk=item.pk)
    assert (lease.holder_id, lease.fence, lease.until) == (
        before.holder_id,
        before.fence,
        before.until,
    )
    assert not HandOver.objects.exists()
    assert acts() == []


def client_of(login: StaffUser) -> Client:
    """A browser in which somebody is logged in."""
    client = Client()
    client.force_login(login)
    return client


def cards_of(login: StaffUser) -> dict[str, Any]:
    """The cards of somebody's desk by their English titles."""
    client = client_of(login)
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    page = client.get(reverse("admin:index"))
    assert page.status_code == 200
    return {str(card.title): card for card in page.context["cards"]}


def give_back(proposal: Proposal, actor: StaffUser) -> None:
    """Return a proposal to whoever made it."""
    proposals.return_proposal(proposal=proposal, actor=actor, provision=P, reason="请补充证据")
