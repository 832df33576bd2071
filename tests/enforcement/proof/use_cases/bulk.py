"""Decisions on many accounts: drafted, approved, carried out one by one, stopped, undone."""

from collections.abc import Callable
from typing import Any, Final

from compliance.provisions import Provision
from enforcement.models import BulkDecision
from enforcement.services.bulk import carrying, drafting, proposing, undoing
from enforcement.services.bulk.lists import Entry
from tests.enforcement.bulk import words
from tests.enforcement.proof.use_cases.laying import Act, UseCase
from tests.enforcement.proof.world import World, grounds

ACCOUNTS: Final = 2


def drafted(world: World) -> BulkDecision:
    """Return a list that was drafted."""
    found = bulk_drafted(world)()
    assert isinstance(found, BulkDecision)
    return found


def again(bulk: BulkDecision) -> BulkDecision:
    """Return an object of one's own."""
    return BulkDecision.objects.get(pk=bulk.pk)


def bulk_drafted(world: World) -> Act:
    entries = [Entry(world.account().platform_uid) for _number in range(ACCOUNTS)]
    said = words()
    return lambda: drafting.draft_bulk(entries=entries, words=said, **grounds(world.moderator))


def proposed(world: World) -> BulkDecision:
    """Return a list that nobody has approved."""
    bulk = drafted(world)
    proposing.propose_bulk(bulk=bulk, **grounds(world.moderator))
    return again(bulk)


def approved(world: World) -> BulkDecision:
    """Return a list that waits to be carried out."""
    bulk = proposed(world)
    proposing.approve_bulk(bulk=bulk, **grounds(world.supervisor))
    proposing.approve_bulk(bulk=again(bulk), **grounds(world.officer))
    return again(bulk)


def carried_out(world: World) -> BulkDecision:
    """Return a list of which every account is decided on."""
    bulk = approved(world)
    assert len([*carrying.carry_out_bulk(bulk=bulk, actor=world.system)]) == ACCOUNTS
    return again(bulk)


def stopped(world: World) -> BulkDecision:
    """Return a list that somebody has stopped."""
    bulk = approved(world)
    carrying.stop_bulk(bulk=bulk, **grounds(world.supervisor))
    return again(bulk)


def failed(world: World) -> BulkDecision:
    """Return a list whose accounts were decided on otherwise in the meantime."""
    bulk = approved(world)
    for item in bulk.items.select_related("account"):
        world.proposed(case=world.case(item.account))
    return again(bulk)


def tried(world: World) -> BulkDecision:
    """Return a list of which no account could be done."""
    bulk = failed(world)
    assert all(each.problem for each in carrying.carry_out_bulk(bulk=bulk, actor=world.system))
    return again(bulk)


def by(
    laid: Callable[[World], BulkDecision], service: Callable[..., Any], who: str = "supervisor"
) -> Callable[[World], Act]:
    def lay(world: World) -> Act:
        bulk = laid(world)
        return lambda: service(bulk=again(bulk), **grounds(getattr(world, who)))

    return lay


def second_approval(world: World) -> Act:
    bulk = proposed(world)
    proposing.approve_bulk(bulk=bulk, **grounds(world.supervisor))
    return lambda: proposing.approve_bulk(bulk=again(bulk), **grounds(world.officer))


def next_account(laid: Callable[[World], BulkDecision]) -> Callable[[World], Act]:
    """Let one account of a list be dealt with: each is whole by itself."""

    def lay(world: World) -> Act:
        laid(world)
        return lambda: next(carrying.carry_out_approved(actor=world.system))

    return lay


def finished(world: World) -> Act:
    bulk = approved(world)
    done = carrying.carry_out_bulk(bulk=bulk, actor=world.system)
    for _account in range(ACCOUNTS):
        next(done)
    return lambda: [*carrying.carry_out_approved(actor=world.system)]


def taken_back(world: World) -> BulkDecision:
    """Return a list that was carried out and is to be undone."""
    bulk = carried_out(world)
    undoing.undo_bulk(
        bulk=bulk, **{**grounds(world.supervisor), "provision": Provision.PUBLIC_ACCOUNT_20_2}
    )
    return again(bulk)


def next_undone(world: World) -> Act:
    taken_back(world)
    return lambda: next(undoing.undo_taken_back(actor=world.system))


def all_undone(world: World) -> Act:
    taken_back(world)
    undone = undoing.undo_taken_back(actor=world.system)
    for _account in range(ACCOUNTS):
        next(undone)
    return lambda: [*undoing.undo_taken_back(actor=world.system)]


USE_CASES: dict[str, UseCase] = {
    "a list is drafted": UseCase(bulk_drafted),
    "a list is proposed": UseCase(by(drafted, proposing.propose_bulk, "moderator")),
    "a list is approved first": UseCase(by(proposed, proposing.approve_bulk)),
    "a list is approved": UseCase(second_approval),
    "a list is returned": UseCase(by(proposed, proposing.return_bulk)),
    "a list is withdrawn": UseCase(by(proposed, proposing.withdraw_bulk, "moderator")),
    "an account of a list is decided on": UseCase(next_account(approved)),
    "an account of a list cannot be decided on": UseCase(next_account(failed)),
    "a list is finished": UseCase(finished),
    "a list is stopped": UseCase(by(approved, carrying.stop_bulk)),
    "a list goes on": UseCase(by(stopped, carrying.go_on_with_bulk)),
    "a list is tried again": UseCase(by(tried, carrying.try_again)),
    "a list is taken back": UseCase(by(carried_out, undoing.undo_bulk)),
    "an account of a list is undone": UseCase(next_undone),
    "a list is undone": UseCase(all_undone),
}
