"""
Ten thousand forbidden verdicts at once, as the application role with bare SQL: none is stored.

No check of ours in Python stands between the processes and the tables.
"""

import json
import random
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from compliance.models import Approval, Matter, Participation, Proposal, ProposalOutcome, Side
from compliance.proposals import submit_proposal
from enforcement.models import Decision, Measure
from tests.enforcement.conftest import CLOSURE, approve
from tests.enforcement.proof.world import World, grounds
from tests.enforcement.raw_rows import another_item
from tests.processes import said_at_once

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.long]

PROCESSES = 5
ATTEMPTS = 10_000

APPROVE = (
    "INSERT INTO compliance_approval (proposal_id, matter_id, proposer_id, approver_id,"
    " approver_side, slot, verdict, reason)"
    " VALUES (%(proposal)s, %(matter)s, %(proposer)s, %(approver)s, 'decided', %(slot)s,"
    " 'approve', '抢先')"
)
JOIN = (
    "INSERT INTO compliance_participation (matter_id, person_id, side)"
    " VALUES (%(matter)s, %(approver)s, 'decided') ON CONFLICT DO NOTHING"
)
END = (
    "INSERT INTO compliance_proposaloutcome (proposal_id, result) VALUES (%(proposal)s, 'approved')"
)
SECOND_DECISION = """
INSERT INTO enforcement_decision ({columns}) SELECT {picked} FROM enforcement_decision
WHERE id = %(decision)s
"""


@dataclass(frozen=True)
class Target:
    """What is at hand for a forbidden verdict: open matters and those that are over."""

    open: dict[str, Any]
    half: dict[str, Any]
    superseded: dict[str, Any]
    decided: dict[str, Any]
    second_decision: str


def in_sql(*statements: tuple[str, dict[str, Any]]) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        for statement, values in statements:
            cursor.execute(statement, values)
        # Whatever is held back until the end of the transaction is asked for here.
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


@dataclass(frozen=True)
class Act:
    """One forbidden act: its statements, and the check or key that is there to refuse it."""

    statements: Callable[[Target], tuple[tuple[str, dict[str, Any]], ...]]
    refused_by: str


# Each forbidden act; another one is another line.
FORBIDDEN: dict[str, Act] = {
    "the proposer approves": Act(
        lambda at: ((APPROVE, {**at.open, "approver": at.open["proposer"]}),),
        "approval_approver_is_not_proposer",
    ),
    "the proposer approves what is said to be of somebody else": Act(
        lambda at: (
            (
                APPROVE,
                {**at.open, "proposer": at.open["approver"], "approver": at.open["proposer"]},
            ),
        ),
        "approval_of_proposal",
    ),
    "somebody approves who took no part": Act(
        lambda at: ((APPROVE, at.open),), "approval_approver_took_part"
    ),
    "it is approved with no approval": Act(lambda at: ((END, at.open),), "proposaloutcome_earned"),
    "one approves twice": Act(
        lambda at: ((APPROVE, {**at.half, "slot": 2}),), "approval_once_per_person"
    ),
    "a slot is filled twice": Act(
        lambda at: (
            (JOIN, {**at.half, "approver": at.open["approver"]}),
            (APPROVE, {**at.half, "approver": at.open["approver"]}),
        ),
        "approval_once_per_slot",
    ),
    "half of the approvals are enough": Act(lambda at: ((END, at.half),), "proposaloutcome_earned"),
    "a replaced proposal is approved": Act(
        lambda at: ((JOIN, at.superseded), (APPROVE, at.superseded), (END, at.superseded)),
        "approval_proposal_open",
    ),
    "a replaced proposal is ended again": Act(
        lambda at: ((END, at.superseded),), "proposaloutcome_earned"
    ),
    "a decided proposal is approved again": Act(
        lambda at: ((JOIN, at.decided), (APPROVE, at.decided)), "approval_proposal_open"
    ),
    "a decided proposal is ended again": Act(
        lambda at: ((END, at.decided),), "compliance_proposaloutcome_pkey"
    ),
    "a case gets a second open decision": Act(
        lambda at: ((at.second_decision, at.open),), "decision_one_open_per_case"
    ),
}


def another_decision(decision: Decision, proposal: Proposal) -> str:
    """Return the statement that copies an open decision of a case, with a proposal of its own."""
    columns = [f.column for f in decision._meta.local_concrete_fields if f.column != "id"]
    others = {"proposal_id": proposal.pk, "approval_item_id": another_item()}
    return SECOND_DECISION.format(
        columns=", ".join(f'"{each}"' for each in columns),
        picked=", ".join(str(others[each]) if each in others else f'"{each}"' for each in columns),
    )


def replaced(decision: Decision, world: World) -> Proposal:
    """Return a proposal that another one has replaced."""
    given: dict[str, Any] = {
        "kind": "decision",
        "content": {},
        "slots": ["enforcement.approve_decision"],
        "proposer_side": Side.DECIDED,
        "approver_side": Side.DECIDED,
        **grounds(world.moderator),
    }
    matter = Matter.objects.create(kind="case")
    first = submit_proposal(matter=matter, **given)
    submit_proposal(matter=matter, supersedes=first, **given)
    return first


def lay() -> Target:
    """Lay one decision of each kind, committed, and what the statements name of it."""
    world = World()

    def about(proposal: Proposal, approver: int, slot: int = 1) -> dict[str, Any]:
        return {
            "proposal": proposal.pk,
            "matter": proposal.matter_id,
            "proposer": proposal.proposer_id,
            "approver": approver,
            "slot": slot,
        }

    other = world.colleague("other supervisor", "supervisor").person_id
    waiting = world.proposed()
    half = world.proposed(*CLOSURE)
    approve(half, world.supervisor)
    done = world.proposed()
    approve(done, world.supervisor)
    old = replaced(waiting, world)
    return Target(
        open={**about(waiting.proposal, other), "decision": waiting.pk},
        half=about(half.proposal, world.supervisor.person_id),
        superseded=about(old, other),
        decided=about(done.proposal, other),
        second_decision=another_decision(waiting, old),
    )


def counts() -> dict[str, int]:
    models = (Approval, Decision, Measure, Participation, ProposalOutcome)
    return {model.__name__: model._default_manager.count() for model in models}


def attempts(target: Target, seed: int, count: int) -> Iterator[tuple[str, str]]:
    """Try so many forbidden acts in a random order; say of each what refused it."""
    names = [[*FORBIDDEN][number % len(FORBIDDEN)] for number in range(count)]
    random.Random(seed).shuffle(names)
    for name in names:
        try:
            in_sql(*FORBIDDEN[name].statements(target))
        except IntegrityError as problem:
            yield name, problem.__cause__.diag.constraint_name or "trigger"  # type: ignore[union-attr]
        else:
            yield name, "STORED"


def test_of_ten_thousand_forbidden_verdicts_at_once_none_is_stored() -> None:
    target = lay()
    before = counts()

    def one(seed: int) -> Callable[[], str]:
        def tried() -> str:
            found = Counter(attempts(target, seed, ATTEMPTS // PROCESSES))
            return json.dumps([[*key, times] for key, times in found.items()])

        return tried

    said = said_at_once(*(one(seed) for seed in range(PROCESSES)))

    refused: Counter[tuple[str, str]] = Counter()
    for each in said:
        for name, by, times in json.loads(each):
            refused[name, by] += times
    assert refused.total() == ATTEMPTS
    # Each by what is there to refuse it: none was stored, and no statement was merely wrong.
    assert set(refused) == {(name, act.refused_by) for name, act in FORBIDDEN.items()}
    assert counts() == before
