"""The catalogue: drafted, proposed, approved."""

from django.utils import timezone

from compliance.models import Proposal
from enforcement.services.catalogue import changes, drafts
from enforcement.services.catalogue.contents import OWN, content_of, patched
from tests.enforcement.proof.use_cases.laying import Act, UseCase
from tests.enforcement.proof.world import World, grounds


def drafted(world: World, months: int = 18) -> None:
    """Keep a change of the catalogue in the officer's draft."""
    content = patched(
        content_of(drafts.newest_version()), {OWN: {"": {"recidivism_months": months}}}
    )
    drafts.save_draft(content=content, version=0, **grounds(world.officer))


def draft_saved(world: World) -> Act:
    return lambda: drafted(world)


def draft_discarded(world: World) -> Act:
    drafted(world)
    return lambda: drafts.discard_draft(**grounds(world.officer))


def catalogue_proposed(world: World) -> Act:
    drafted(world)
    return lambda: changes.propose_catalogue(
        not_before=timezone.localdate(), **grounds(world.officer)
    )


def catalogue_approved(world: World) -> Act:
    proposal = catalogue_proposed(world)()
    assert isinstance(proposal, Proposal)
    second = world.colleague("other officer", "compliance_officer")
    changes.approve_catalogue(proposal=proposal, **grounds(world.supervisor))
    return lambda: changes.approve_catalogue(
        proposal=Proposal.objects.get(pk=proposal.pk), **grounds(second)
    )


USE_CASES: dict[str, UseCase] = {
    "a draft of the catalogue is kept": UseCase(draft_saved),
    "a draft of the catalogue is discarded": UseCase(draft_discarded),
    "a catalogue is proposed": UseCase(catalogue_proposed),
    "a catalogue is approved": UseCase(catalogue_approved),
}
