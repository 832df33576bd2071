"""Entries on the blacklist: reviewed, kept, removed."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import time_machine
from django.utils import timezone

from accounts.models import BlacklistEntry
from compliance.models import Proposal
from enforcement.services.blacklist import reviewing, reviews
from tests.enforcement.blacklist import TOLD, in_days
from tests.enforcement.proof.use_cases.laying import Act, UseCase, listing, taken
from tests.enforcement.proof.world import World, grounds


def listed(world: World) -> BlacklistEntry:
    """Return an entry in force."""
    decision = taken(world, *listing())
    return BlacklistEntry.objects.filter(measure__decision=decision).order_by("pk")[0]


def review_asked(world: World) -> Act:
    number = listed(world).pk
    reviewer = world.colleague("reviewer", "moderator")
    return lambda: reviews.ask_for_review(
        entry=BlacklistEntry.objects.get(pk=number), **grounds(reviewer)
    )


def review_due(world: World) -> Act:
    with time_machine.travel(timezone.now() - timedelta(days=280)):
        listed(world)
    return lambda: reviews.open_due_reviews(now=timezone.now(), actor=world.system)


def reviewing_by(service: Callable[..., object], **more: Any) -> Callable[[World], Act]:
    def lay(world: World) -> Act:
        entry = listed(world)
        reviewer = world.colleague("reviewer", "moderator")
        item = reviews.ask_for_review(entry=entry, **grounds(reviewer))
        fence = world.claim(item, reviewer)
        return lambda: service(
            entry=BlacklistEntry.objects.get(pk=entry.pk),
            told=TOLD,
            fence=fence,
            **more,
            **grounds(reviewer),
        )

    return lay


def removal_proposed(world: World) -> Proposal:
    """Return a removal that nobody has approved."""
    found = reviewing_by(reviewing.propose_removal)(world)()
    assert isinstance(found, Proposal)
    return found


def removal_approved(world: World) -> Act:
    proposal = removal_proposed(world)
    first = world.colleague("other supervisor", "supervisor")
    second = world.colleague("other officer", "compliance_officer")
    reviewing.approve_removal(proposal=proposal, **grounds(first))
    return lambda: reviewing.approve_removal(
        proposal=Proposal.objects.get(pk=proposal.pk), **grounds(second)
    )


def removal_returned(world: World) -> Act:
    proposal = removal_proposed(world)
    other = world.colleague("other supervisor", "supervisor")
    return lambda: reviewing.end_removal_proposal(
        act="return", proposal=Proposal.objects.get(pk=proposal.pk), **grounds(other)
    )


USE_CASES: dict[str, UseCase] = {
    "a review is asked for": UseCase(review_asked),
    "reviews fall due": UseCase(review_due),
    "an entry is kept": UseCase(reviewing_by(reviewing.keep_entry, review_date=in_days(200))),
    "a removal is proposed": UseCase(reviewing_by(reviewing.propose_removal)),
    "a removal is approved": UseCase(removal_approved),
    "a removal is returned": UseCase(removal_returned),
}
