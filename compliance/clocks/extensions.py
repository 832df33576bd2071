"""Services for more time on one clock: asked for once, with a reason, approved by another person."""

from collections.abc import Callable
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from compliance import audit, proposals
from compliance.clocks.calendar import stored_calendar
from compliance.clocks.limits import limit_for
from compliance.clocks.projection import project
from compliance.clocks.running import extend_clock, lock_clock
from compliance.errors import ActionRefused
from compliance.grounds import Grounds
from compliance.models import (
    Clock,
    ClockEvent,
    ClockExtension,
    ClockState,
    Side,
    StaffUser,
    TimeLimit,
)
from compliance.models.limits import EXTENSIONS
from compliance.provisions import Provision
from compliance.roles import require_permission

EXTENSION_KIND = "clock_extension"
EXTENSION_SLOTS = ("compliance.approve_extension",)

# Is given the request, whether it was approved, and who said so.
Teller = Callable[[ClockExtension, bool, StaffUser], None]
_tellers: dict[str, Teller] = {}


def register_teller(step: str, teller: Teller) -> None:
    """
    Say who is told of the answer to a request for more time on a step; called when apps are ready.

    The teller writes its notice in the transaction of the verdict.
    """
    _tellers[step] = teller


def _tell(extension: ClockExtension, *, is_approved: bool, actor: StaffUser) -> None:
    teller = _tellers.get(extension.clock.step)
    if teller is not None:
        teller(extension, is_approved, actor)


def extension_of(clock: Clock) -> TimeLimit | None:
    """Return the longer limit that a clock may be given now, or None."""
    code = EXTENSIONS.get(clock.step)
    if code is None or clock.limit_id is None or clock.extension_id is not None:
        return None
    if clock.state == ClockState.STOPPED or timezone.now() > clock.due_at:
        return None
    return limit_for(code, clock.started_at)


def open_extension(clock: Clock) -> ClockExtension | None:
    """Return the request for more time on which nobody has decided, or None."""
    asked = ClockExtension.objects.filter(clock=clock, proposal__outcome__isnull=True)
    return asked.select_related("proposal__proposer", "limit").first()


@transaction.atomic
def ask_extension(
    *, clock: Clock, actor: StaffUser, provision: Provision, reason: str
) -> ClockExtension:
    """
    Ask for the longer limit on a clock, because the matter is complex.

    Our choice, no article: once for each clock and before it is due; the complainant is told.

    :raises NotPermitted: if the actor may not ask for it.
    :raises ActionRefused: if it cannot be extended, was extended, is due, or was asked for.
    """
    require_permission(actor, "compliance.propose_extension")
    lock_clock(clock)
    limit = extension_of(clock)
    if limit is None:
        raise ActionRefused(_refusal(clock))
    if open_extension(clock) is not None:
        raise ActionRefused(_("More time was asked for already; the answer is still to come."))
    proposal = proposals.submit_proposal(
        matter=proposals.open_matter(EXTENSION_KIND),
        kind=EXTENSION_KIND,
        content={
            "clock": clock.pk,
            "step": clock.step,
            "limit": limit.pk,
            "amount": limit.amount,
            "unit": limit.unit,
            "due_at": clock.due_at,
        },
        slots=EXTENSION_SLOTS,
        proposer_side=Side.DECIDED,
        approver_side=Side.DECIDED,
        actor=actor,
        provision=provision,
        reason=reason,
    )
    return ClockExtension.objects.create(clock=clock, limit=limit, proposal=proposal)


def _refusal(clock: Clock) -> str:
    if clock.extension_id is not None:
        return _("This time limit was extended already.")
    if clock.state == ClockState.STOPPED:
        return _("This step is done; its time cannot be extended.")
    if timezone.now() > clock.due_at:
        return _("It is overdue. More time has to be asked for before something is due.")
    return _("This time limit cannot be extended.")


@transaction.atomic
def approve_extension(
    *, extension: ClockExtension, actor: StaffUser, provision: Provision, reason: str
) -> ClockEvent:
    """
    Approve more time on a clock; its due date moves at once.

    Our choice, no article: by somebody else than whoever asked.

    :raises SamePerson: if the actor asked for it.
    :raises NotPermitted: if the actor may not approve it.
    :raises ProposalClosed: if it was decided before.
    :raises TransitionRefused: if the clock was stopped or extended in the meantime.
    """
    grounds = Grounds(actor=actor, provision=provision, reason=reason)
    proposals.approve_proposal(proposal=extension.proposal, **grounds)
    event = extend_clock(
        clock=extension.clock, extension=extension.limit, proposal=extension.proposal, **grounds
    )
    audit.record(
        action="compliance.clock.extend",
        target=extension.clock,
        changes={"due_at": event.due_at, "limit": extension.limit_id},
        **grounds,
    )
    _tell(extension, is_approved=True, actor=actor)
    return event


@transaction.atomic
def return_extension(
    *, extension: ClockExtension, actor: StaffUser, provision: Provision, reason: str
) -> None:
    """
    Refuse more time on a clock; the date stays as it is.

    Our choice, no article.

    :raises SamePerson: if the actor asked for it.
    :raises NotPermitted: if the actor may not decide on it.
    :raises ProposalClosed: if it was decided before.
    """
    proposals.return_proposal(
        proposal=extension.proposal, actor=actor, provision=provision, reason=reason
    )
    _tell(extension, is_approved=False, actor=actor)


def due_if_extended(clock: Clock, limit: TimeLimit) -> datetime:
    """Return when a clock would be due with the longer limit; nothing is written."""
    longer = Clock(pk=clock.pk, started_at=clock.started_at, limit=clock.limit, extension=limit)
    return project(longer, list(clock.events.order_by("number")), stored_calendar()).due_at
