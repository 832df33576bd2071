"""How a measure ends before its time: on a typed ground, told, and nothing else with it."""

from dataclasses import dataclass
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.services import restrictions
from accounts.services.barred_names import unbar_name
from compliance import audit
from compliance.errors import ActionRefused, InvalidInput
from compliance.grounds import Grounds
from compliance.models import Proposal, ProposalResult
from enforcement.enums import (
    CLOSING_MEASURES,
    LISTING_MEASURES,
    PLATFORM_MEASURES,
    MeasureStatus,
)
from enforcement.measure_words import LiftGround
from enforcement.models import Measure, MeasureLift
from enforcement.services.contents.commands import release_contents
from enforcement.services.notices import write_measure_ended
from enforcement.services.ordered_corrections import require_ends_elsewhere
from enforcement.services.spent import end_if_spent


@dataclass(frozen=True)
class LiftDraft:
    """On which ground a measure ends before its time, and what the operator is told."""

    ground: str
    told: str

    def checked(self) -> "LiftDraft":
        """
        Return the draft without blanks around its words.

        :raises InvalidInput: if the ground is unknown or there is nothing to tell.
        """
        if self.ground not in LiftGround.values:
            raise InvalidInput(_("Say on which ground the measure ends."))
        if not self.told.strip():
            raise InvalidInput(_("Write the reason that the operator is told."))
        return LiftDraft(self.ground, self.told.strip())


def require_liftable(measure: Measure) -> None:
    """
    Refuse to lift what ends otherwise.

    Public Account Provisions, art. 19 §2.

    :raises ActionRefused: if it is a closure, an entry, ends with its correction, or is over.
    """
    if measure.measure in CLOSING_MEASURES:
        raise ActionRefused(_("A closure is undone by an appeal, not lifted."))
    if measure.measure in LISTING_MEASURES:
        raise ActionRefused(_("An entry is removed on its own page, with two approvals."))
    require_ends_elsewhere(measure)
    if measure.in_force_until is not None and measure.in_force_until <= timezone.now():
        raise ActionRefused(_("The term of this measure is over: nothing is left to lift."))


def lock_for_lifting(measure: Measure) -> None:
    """
    Lock a measure that is to be lifted, after its decision, and refuse what ends otherwise.

    :raises ActionRefused: if it cannot be lifted.
    """
    # The decision before its measures, as in every act on both, so that none waits for another.
    audit.lock(measure.decision)
    audit.lock(measure)
    require_liftable(measure)


def end_before_time(
    measure: Measure, draft: LiftDraft, grounds: Grounds, *, proposal: Proposal | None = None
) -> None:
    """
    End a measure whose decision is locked: exactly its own restriction, content or label.

    Public Account Provisions, art. 19 §2. Called by the services that check who may.

    :raises TransitionRefused: if it ended before.
    """
    audit.lock(measure)
    now = timezone.now()
    released: dict[str, Any] = {}
    if measure.status == MeasureStatus.IN_FORCE:
        MeasureLift.objects.create(
            measure=measure,
            approvals_of_measure=measure.approvals_given,
            ground=draft.ground,
            told=draft.told,
            lifted_by=grounds["actor"].person,
            lifted_at=now,
            proposal=proposal,
            approved_result=ProposalResult.APPROVED if proposal is not None else None,
            approvals_given=proposal.approvals_needed if proposal is not None else None,
        )
        if measure.measure in PLATFORM_MEASURES:
            released["release"] = release_contents(measure, grounds)
    audit.move(measure, "lift", **grounds, ended_at=now, **released)
    if measure.restriction is not None:
        restrictions.end_restriction(restriction=measure.restriction, **grounds)
    if measure.barred_name is not None:
        unbar_name(barred=measure.barred_name, **grounds)
    end_if_spent(measure.decision, "lift", at=now, **grounds)
    write_measure_ended(measure, actor=grounds["actor"])
