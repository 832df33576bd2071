"""The service that gives measures of a decision an earlier end than was ordered."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.services import restrictions
from compliance import audit, proposals
from compliance.errors import ActionRefused, InvalidInput
from compliance.grounds import Grounds
from compliance.models import Side, StaffUser
from compliance.provisions import Provision
from compliance.roles import require_permission
from enforcement.enums import STANDING_DECISIONS, MeasureCode, MeasureStatus
from enforcement.models import Appeal, Measure, MeasureShortening
from enforcement.rules.measures import measure_end
from enforcement.services.ordered_corrections import lock_account_of


@dataclass(frozen=True)
class ShorterTerm:
    """Within which days the term of a measure could end instead; what would be over is undone."""

    measure: Measure
    ordered_days: int
    least_days: int

    @property
    def most_days(self) -> int:
        """The longest term that is shorter than the present one."""
        return self.ordered_days - 1


def shorter_terms(appeal: Appeal, now: datetime) -> list[ShorterTerm]:
    """
    Return what measures of a decision could end earlier, and within which days.

    Public Account Provisions, art. 20 §2. Only what limits the account for a term of its own: what
    contents show and who may register a name is undone or left.
    """
    running = appeal.decision.measures.in_force(now).filter(
        restriction__isnull=False, in_force_until__isnull=False
    )
    found = []
    for each in running.select_related("restriction", "ordered").order_by("pk"):
        # From the beginning: a day begun counts as over, for it cannot be given back.
        least = (now - each.in_force_from).days + 1
        if least < term_in_days(each):
            found.append(ShorterTerm(each, term_in_days(each), least))
    return found


def term_in_days(measure: Measure) -> int:
    """Return the term of a measure as it runs now, which an appeal may have shortened before."""
    assert measure.in_force_until is not None
    return (measure.in_force_until - measure.in_force_from).days


@transaction.atomic
def shorten_measures(
    *,
    appeal: Appeal,
    terms: Mapping[str, int],
    actor: StaffUser,
    provision: Provision,
    reason: str,
) -> list[MeasureShortening]:
    """
    Let measures of a decision end earlier, each after so many days from its beginning.

    Public Account Provisions, art. 20 §2: an appeal reduces what was too heavy. What was found stays,
    with its credit; the platform is told the new end with the state of the account.

    :raises NotPermitted: if the actor may not reverse decisions.
    :raises SamePerson: if the actor took part in the decision.
    :raises InvalidInput: if a term is not shorter than the one that runs.
    :raises ActionRefused: if the decision does not stand, a measure has no term that runs, or the
        shorter one would be over by now.
    """
    require_permission(actor, "enforcement.reverse_decision")
    decision = appeal.decision
    proposals.take_part(decision.case.matter, actor, Side(appeal.hearing_side))
    lock_account_of(decision)
    audit.lock(decision)
    if decision.status not in STANDING_DECISIONS:
        raise ActionRefused(_("The decision no longer stands."))
    grounds = Grounds(actor=actor, provision=provision, reason=reason)
    return [
        _shorten(appeal, code, days, timezone.now(), grounds)
        for code, days in sorted(terms.items())
    ]


def _shorten(
    appeal: Appeal, code: str, days: int, now: datetime, grounds: Grounds
) -> MeasureShortening:
    measure = (
        appeal.decision.measures.select_related("restriction__account", "ordered")
        .filter(measure=code)
        .first()
    )
    if measure is None:
        raise InvalidInput(_("Choose which measures end earlier."))
    audit.lock(measure)
    before, words = measure.in_force_until, {"measure": MeasureCode(measure.measure).label}
    runs = measure.status == MeasureStatus.IN_FORCE and before is not None and before > now
    if not runs or before is None or measure.restriction is None:
        raise ActionRefused(
            _("“%(measure)s” has no term that runs and could be shorter: undo it or let it stand.")
            % words
        )
    until = measure_end(measure.in_force_from, days) if days >= 1 else None
    if until is None or until >= before:
        raise InvalidInput(
            _("Give “%(measure)s” a shorter term than its %(days)s days.")
            % {**words, "days": term_in_days(measure)}
        )
    if until <= now:
        raise ActionRefused(
            _("%(days)s days of “%(measure)s” are over by now: undo it instead.")
            % {**words, "days": days}
        )
    shortening = MeasureShortening.objects.create(
        measure=measure,
        decision=appeal.decision,
        appeal=appeal,
        until_before=before,
        until=until,
        at=now,
    )
    audit.amend(measure, "shorten", **grounds, in_force_until=until)
    restrictions.shorten_restriction(restriction=measure.restriction, until=until, **grounds)
    return shortening
