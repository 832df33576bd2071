"""The watch list: proposed, approved, kept, ended, looked at."""

from collections.abc import Callable

from compliance.models import Proposal
from enforcement.models import WatchEntry
from enforcement.services.watchlist import looks, watching
from enforcement.watch_words import WatchBasis, WatchPlace
from tests.enforcement.blacklist import in_days
from tests.enforcement.proof.use_cases.laying import Act, UseCase
from tests.enforcement.proof.world import World, grounds


def watch_draft(world: World) -> watching.WatchDraft:
    """Return what is watched."""
    return watching.WatchDraft(
        account=world.account(),
        basis=WatchBasis.EARLIER_VIOLATIONS,
        reason="三个月内两次因同类行为被警示",
        steps="每周查看一次公开内容",
        owner=world.officer.person,
        expires_on=in_days(90),
    )


def watch_proposed(world: World) -> Act:
    draft = watch_draft(world)
    return lambda: watching.propose_watch(draft=draft, **grounds(world.officer))


def watch_approved(world: World) -> Act:
    entry = watching.propose_watch(draft=watch_draft(world), **grounds(world.officer))
    return lambda: watching.approve_watch(
        proposal=Proposal.objects.get(pk=entry.proposal_id), **grounds(world.supervisor)
    )


def watch_returned(world: World) -> Act:
    entry = watching.propose_watch(draft=watch_draft(world), **grounds(world.officer))
    return lambda: watching.end_watch_proposal(
        act="return",
        proposal=Proposal.objects.get(pk=entry.proposal_id),
        **grounds(world.supervisor),
    )


def watched_by(service: Callable[..., None]) -> Callable[[World], Act]:
    def lay(world: World) -> Act:
        watch_approved(world)()
        number = WatchEntry.objects.latest("pk").pk
        return lambda: service(entry=WatchEntry.objects.get(pk=number), **grounds(world.officer))

    return lay


def looked(world: World) -> Act:
    return lambda: looks.note_look(place=WatchPlace.LIST, actor=world.officer)


USE_CASES: dict[str, UseCase] = {
    "an account is to be watched": UseCase(watch_proposed),
    "an account is watched": UseCase(watch_approved),
    "a watch is returned": UseCase(watch_returned),
    "a watch goes on": UseCase(watched_by(watching.keep_watch)),
    "a watch ends": UseCase(watched_by(watching.remove_watch)),
    "a look is noted": UseCase(looked),
}
