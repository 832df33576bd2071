"""Hearings: opened, answered on their page, and what is kept of them."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from compliance.models import (
    Approval,
    EvidenceFile,
    Notice,
    Proposal,
    ResponseInvitation,
    StaffUser,
    WorkItem,
)
from compliance.responses.codes import code_of
from enforcement.models import Case, Decision, Hearing, HearingStatement, Measure, StatementWeighing
from tests.enforcement.conftest import propose as propose_and_hear
from tests.enforcement.conftest import suspension

# Longer ago than three working days of any calendar.
LONG_AGO = timedelta(days=30)
SAID = "当日已经自行删除并致歉，请从轻处理"
WEIGHED = "已核实当日自行删除的情况，处置期限已据此从轻确定"


@pytest.fixture(autouse=True)
def sent_at_once(settings: Any) -> None:
    """Notices are not held back here: a test decides what was delivered when."""
    settings.NOTICE_HOLD_SECONDS = 0


def propose(case: Case, actor: StaffUser, **changes: Any) -> Decision:
    given = {"measures": suspension(7), "is_heard": False, **changes}
    return propose_and_hear(case, actor, **given)


def page_of(hearing: Hearing) -> str:
    invitation = ResponseInvitation.objects.open().about(hearing).get()
    return reverse("public:response", args=[code_of(invitation)])


def send(page: str, kind: str, said: str = "", files: list[Any] | None = None) -> Any:
    given: dict[str, Any] = {"kind": kind, "words": said, "complete": "1"}
    return Client().post(page, {**given, **({"files": files} if files else {})})


def state_of_all() -> tuple[Any, ...]:
    """Return everything that a refused act must leave as it was."""
    return (
        list(Decision.objects.values("pk", "status", "version", "heard_as")),
        list(Hearing.objects.values("pk", "status", "version", "clock")),
        list(ResponseInvitation.objects.values("pk", "status", "version")),
        HearingStatement.objects.count(),
        EvidenceFile.objects.count(),
        Approval.objects.count(),
        StatementWeighing.objects.count(),
        Measure.objects.count(),
        Notice.objects.count(),
        Proposal.objects.count(),
        WorkItem.objects.filter(closed_at=None).count(),
    )
