"""When a missed correction allows the service to be terminated, and what that does to it."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.correction_words import MISSED_STATUSES
from accounts.models import Correction, PublicAccount
from accounts.services.corrections.invitations import invite_late
from accounts.services.corrections.ordering import proof_of_delivery
from compliance import audit
from compliance.clocks.rules import last_day
from compliance.errors import ActionRefused
from compliance.grounds import Grounds
from compliance.models import StaffUser
from compliance.provisions import Provision
from compliance.responses import close_invitations


def require_terminable(correction: Correction, account: PublicAccount) -> None:
    """
    Refuse a termination that the correction does not allow now.

    Public Account Provisions, art. 8 §2: the service of whoever refuses to correct is terminated.
    Our choice, no article: only where the notice was delivered and the time is over.

    :raises ActionRefused: with what stands against it.
    """
    if correction.account_id != account.pk:
        raise ActionRefused(_("The correction is of another account."))
    said = {"reference": correction.reference, "state": correction.get_status_display()}
    if correction.status not in MISSED_STATUSES:
        raise ActionRefused(
            _(
                "The state of %(reference)s is “%(state)s”: the service is terminated only where "
                "a correction was missed or refused."
            )
            % said
        )
    if correction.clock.due_at > timezone.now():
        raise ActionRefused(
            _("The operator has until the end of %(day)s to correct (%(reference)s).")
            % {**said, "day": last_day(correction.clock.due_at).isoformat()}
        )
    if proof_of_delivery(correction) is None:
        raise ActionRefused(
            _("It is not known that the notice of %(reference)s was delivered in time.") % said
        )


@transaction.atomic
def end_by_termination(
    *, correction: Correction, actor: StaffUser, provision: Provision, reason: str
) -> None:
    """
    Put on record that the service was terminated because of a missed correction.

    Public Account Provisions, art. 8 §2. Part of the transaction that terminates it. Suspension and
    hold stay as they are, so that a reversal finds them.

    :raises TransitionRefused: if it was neither missed nor refused.
    """
    grounds = Grounds(actor=actor, provision=provision, reason=reason)
    delivered = proof_of_delivery(correction)
    audit.move(correction, "terminate", **grounds, notice_delivered_at=delivered)
    close_invitations(about=correction, **grounds)


@transaction.atomic
def reinstate(
    *, correction: Correction, actor: StaffUser, provision: Provision, reason: str
) -> None:
    """
    Put a correction back as it stood before the termination, which was reversed.

    Public Account Provisions, art. 20 §2: what an appeal revokes is undone exactly. The service is
    suspended as it was; whoever finds the order wrong withdraws it.

    :raises TransitionRefused: if the service was not terminated because of it.
    """
    grounds = Grounds(actor=actor, provision=provision, reason=reason)
    audit.lock(correction)
    was_overdue = correction.lapsed_at is not None and (
        correction.refused_at is None or correction.refused_at < correction.lapsed_at
    )
    audit.move(correction, "reinstate" if was_overdue else "reinstate_refused", **grounds)
    invite_late([correction], grounds)
