"""What a forbidden act is tried with: the service, what is sent to pages, and bare SQL."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from django.db.models import Model
from django.http import QueryDict
from django.urls import reverse

from compliance import work
from compliance.errors import ActionRefused
from compliance.models import StaffUser, WorkItem
from enforcement.models import Case, Decision
from enforcement.pages.proposal_form import words_digest
from tests.enforcement import console
from tests.enforcement.proof.use_cases import fresh
from tests.enforcement.proof.world import World

Refused = type[ActionRefused]
# What stands for the name of a constraint where the application role lacks the right.
NO_RIGHT: Final = "insufficient_privilege"
REASON: Final = "情况已经核对，理由如上。"


@dataclass(frozen=True)
class Sent:
    """What somebody sends to a page."""

    address: str
    posted: Mapping[str, Any]


@dataclass(frozen=True)
class Fake:
    """A statement that would fake what comes of an act, and what the database refuses it by."""

    statement: str
    refused_by: str


@dataclass(frozen=True, kw_only=True)
class Tried:
    """A forbidden act, laid and ready to be tried by somebody at each door."""

    who: StaffUser
    act: Callable[[], object]
    sent: tuple[Sent, ...] = ()
    # What statements may name as %(name)s, beside %(who)s.
    named: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Forbidden:
    """How an act is laid, the service that refuses it and as what, and how SQL would fake it."""

    service: Callable[..., object]
    lay: Callable[[World], Tried]
    refusal: Refused
    fakes: tuple[Fake, ...]


def held(item: WorkItem | None, who: StaffUser) -> int:
    """Return the fence of an item as far as somebody may take it; 0 where that is refused too."""
    if item is None:
        return 0
    try:
        return work.claim_item(work_item=item, actor=who).fence
    except ActionRefused:
        return 0


def posted(action: str, **more: Any) -> dict[str, Any]:
    """Return what the button of an act sends."""
    return {"action": action, "reason": REASON, **more}


def verdict_sent(decision: Decision, who: StaffUser, act: str = "approve") -> tuple[Sent, ...]:
    """Return what somebody sends to give a verdict: taking the item, and then the verdict."""
    present = fresh(decision)
    item = present.approval_item
    if item is None:
        # While the operator is heard there is no page of the approval: the decision's has to do.
        return (Sent(console.decision_page(present), posted(act)),)
    fence = held(item, who)
    verdict = Sent(
        console.approval_page(present), posted(act, fence=fence, version=present.version)
    )
    taking = Sent(reverse("admin:claim_item", args=[item.pk]), {})
    return (verdict,) if fence else (taking, verdict)


def proposal_sent(case: Case, fence: int, **changes: Any) -> Sent:
    """Return what somebody sends to propose a decision whose consequences they have looked at."""
    given = {**console.words(case, fence, **changes), "action": "propose", "reason": REASON}
    read = QueryDict(mutable=True)
    for name, value in given.items():
        each = value if isinstance(value, list) else [value]
        read.setlist(name, [str(one) for one in each])
    return Sent(console.case_page(case), {**given, "previewed": words_digest(read)})


def copied(model: type[Model], where: str = "true", **changes: str) -> str:
    """Return the statement that inserts a copy of a row with other values in some columns."""
    table = model._meta.db_table
    columns = [each.column for each in model._meta.local_concrete_fields if each.column != "id"]
    unknown = set(changes) - set(columns)
    assert not unknown, unknown
    names = ", ".join(f'"{each}"' for each in columns)
    values = ", ".join(changes.get(each, f'"{each}"') for each in columns)
    return f'INSERT INTO "{table}" ({names}) SELECT {values} FROM "{table}" WHERE {where}'


def changed_to(model: type[Model], settings: str, where: str = "true") -> str:
    """Return the statement that changes rows and steps their version as it has to be."""
    return f'UPDATE "{model._meta.db_table}" SET {settings}, version = version + 1 WHERE {where}'


def approval_by(who: str, kind: str, slot: int = 1) -> str:
    """Return the statement that puts an approval of a proposal on record."""
    return (
        "INSERT INTO compliance_approval (proposal_id, matter_id, proposer_id, approver_id,"
        " approver_side, slot, verdict, reason)"
        f" SELECT id, matter_id, proposer_id, {who}, approver_side, {slot}, 'approve', '同意'"
        f" FROM compliance_proposal WHERE kind = '{kind}'"
    )


def outcome_of(kind: str, result: str) -> str:
    """Return the statement that puts the end of a proposal on record."""
    return (
        "INSERT INTO compliance_proposaloutcome (proposal_id, result)"
        f" SELECT id, '{result}' FROM compliance_proposal WHERE kind = '{kind}'"
    )
