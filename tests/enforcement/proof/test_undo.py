"""A decision that was reversed leaves everything as it would be without it, and nothing else otherwise."""

from collections import Counter
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from accounts.models import (
    AccountNameKey,
    BlacklistEntry,
    IdentityBar,
    ListedName,
    ListedNameKey,
    PublicAccount,
    Restriction,
    Standing,
    ViolationFact,
)
from accounts.services.restrictions import state_of
from enforcement.enums import MeasureCode
from enforcement.models import CreditScore, Decision, Measure
from enforcement.services import reversals
from enforcement.services.decision_content import MeasureOrder
from tests.enforcement.blacklist import in_days
from tests.enforcement.conftest import CLOSURE, WARNING, approve, suspension
from tests.enforcement.proof.use_cases.laying import ALL_TIMED, fresh, listing
from tests.enforcement.proof.world import World, grounds

pytestmark = pytest.mark.django_db

# What is ordered and undone; another measure is another line.
ORDERS: dict[str, tuple[MeasureOrder, ...]] = {
    "a warning": WARNING,
    "functions": (MeasureOrder(MeasureCode.RESTRICT_FUNCTIONS, 14, ("live", "comment")),),
    "updates": suspension(60),
    "advertising": (MeasureOrder(MeasureCode.STOP_ADVERTISING, 30),),
    "all that has a term": ALL_TIMED,
    "a closure": CLOSURE,
    "an entry": (MeasureOrder(MeasureCode.BLACKLIST, review_date=in_days(200)),),
    "a bar": (MeasureOrder(MeasureCode.BAR_REREGISTRATION, review_date=in_days(200)),),
    "a closure, an entry and a bar": listing(*CLOSURE),
}
# Undone at once, or when a term is over: what was limited meanwhile cannot be given back.
NEVER_GIVEN_BACK = {"functions", "updates", "advertising", "all that has a term"}


def what_holds(*accounts: PublicAccount) -> dict[str, Any]:
    """Return all that anybody reads of accounts, their names and their subject, and goes by."""
    subjects = {each.subject_id for each in accounts}
    names = {each.folded_name for each in accounts}
    now = timezone.now()
    return {
        "accounts": {
            each.pk: (each.status, each.closed_ground_ref, state_of(each, now))
            for each in PublicAccount.objects.filter(pk__in=[each.pk for each in accounts])
        },
        "limits": Counter(
            Restriction.objects.filter(account__in=accounts)
            .in_force(now)
            .values_list("kind", "in_force_until", "ground_ref")
        ),
        "names": Counter(
            ListedName.objects.in_force().filter(folded_name__in=names).values_list("ground_ref")
        ),
        "screened names": (AccountNameKey.objects.count(), ListedNameKey.objects.count()),
        "bars": Counter(
            IdentityBar.objects.filter(subject__in=subjects, removed_at__isnull=True).values_list(
                "field", "ground_ref"
            )
        ),
        "entries": Counter(
            BlacklistEntry.objects.filter(subject__in=subjects, status="listed").values_list(
                "kind", "ground_ref"
            )
        ),
        "violations": Counter(
            ViolationFact.objects.standing()
            .filter(account__in=accounts)
            .values_list("reference", flat=True)
        ),
        "credit": list(
            CreditScore.objects.filter(subject__in=subjects).values_list(
                "score", "grade", "services_grade", "frozen_on", "heals_on", "next_on"
            )
        ),
        "standing": list(
            Standing.objects.filter(subject__in=subjects).values_list(
                "grade", "score", "services_off", "updates_a_day"
            )
        ),
        "measures of others": list(
            Measure.objects.filter(account__in=accounts, status="in_force").values_list(
                "decision", "measure", "in_force_until"
            )
        ),
    }


def take(world: World, account: PublicAccount, *orders: MeasureOrder) -> Decision:
    decision = world.proposed(*orders, case=world.case(account))
    if not approve(decision, world.supervisor):
        approve(decision, world.officer)
    return fresh(decision)


@pytest.mark.parametrize("name", ORDERS)
def test_what_is_reversed_leaves_everything_as_it_was(name: str) -> None:
    world = World()
    account = world.account()
    other = world.account(account.subject)
    # What other decisions have done stays, of the same kind too.
    take(world, account, *ALL_TIMED)
    take(world, other, *suspension(90))
    before = what_holds(account, other)

    decision = take(world, account, *ORDERS[name])
    assert what_holds(account, other) != before
    report = reversals.reverse_decision(decision=decision, **grounds(world.handler))

    assert what_holds(account, other) == before
    assert report.not_restored == []
    assert {str(each.measure) for each in report.restored} == {
        each.measure for each in ORDERS[name]
    }


@pytest.mark.parametrize("name", sorted(NEVER_GIVEN_BACK))
def test_time_that_was_served_is_named_as_what_cannot_be_given_back(name: str) -> None:
    with time_machine.travel(timezone.now() - timedelta(days=100)):
        world = World()
        account = world.account()
        decision = take(world, account, *ORDERS[name])

    report = reversals.reverse_decision(decision=decision, **grounds(world.handler))

    timed = {each.measure for each in ORDERS[name] if each.term_days}
    assert {str(each.measure) for each in report.not_restored} == timed
    assert all(str(each.explanation) for each in report.items)
    assert what_holds(account)["limits"] == Counter()
    assert what_holds(account)["violations"] == Counter()
