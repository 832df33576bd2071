"""What the tests of the desk work with: a queue, items in matters, proposals, people."""

from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from compliance import proposals, roles, work
from compliance.models import Lease, Matter, Proposal, Side, StaffUser, WorkItem
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
