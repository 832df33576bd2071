"""When a transfer that was not put in order allows the service to be terminated, and what that does."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import PublicAccount, Regularisation, Transfer
from accounts.services.transfers.regularising import proof_of_delivery
from accounts.transfer_words import RegularisationStatus
from compliance import audit
from compliance.clocks.rules import last_day
from compliance.errors import ActionRefused
from compliance.grounds import Grounds
from compliance.models import StaffUser
from compliance.provisions import Provision


def require_terminable(regularisation: Regularisation, account: PublicAccount) -> None:
    """
    Refuse a termination that a transfer without approval does not allow now.

    Public Account Provisions, art. 11 §2: the service of an account that was handed on without
    approval is terminated. Our choice, no article: only where the time to put it in order is over,
    its notice was delivered in time, and no application for the transfer is under way.

    :raises ActionRefused: with what stands against it.
    """
    if regularisation.account_id != account.pk:
        raise ActionRefused(_("The transfer without approval is of another account."))
    said = {
        "reference": regularisation.reference,
        "state": regularisation.get_status_display(),
        "day": last_day(regularisation.clock.due_at).isoformat(),
    }
    if regularisation.status != RegularisationStatus.MISSED:
        raise ActionRefused(
            _(
                "The state of %(reference)s is “%(state)s”: the service is terminated only where a "
                "transfer without approval was not put in order in time."
            )
            % said
        )
    if regularisation.clock.due_at > timezone.now():
        raise ActionRefused(
            _("The operator has until the end of %(day)s to apply (%(reference)s).") % said
        )
    if proof_of_delivery(regularisation) is None:
        raise ActionRefused(
            _("It is not known that the notice of %(reference)s was delivered in time.") % said
        )
    if Transfer.objects.open().filter(account=account).exists():
        raise ActionRefused(_("A transfer of the account is under way."))


@transaction.atomic
def end_by_termination(
    *, regularisation: Regularisation, actor: StaffUser, provision: Provision, reason: str
) -> None:
    """
    Put on record that the service was terminated because of a transfer without approval.

    Public Account Provisions, art. 11 §2. Part of the transaction that terminates it. The
    suspension stays as it is, so that a reversal finds it.

    :raises TransitionRefused: if it was not missed.
    """
    grounds = Grounds(actor=actor, provision=provision, reason=reason)
    audit.move(regularisation, "terminate", **grounds, ended_at=timezone.now())


@transaction.atomic
def reinstate(
    *, regularisation: Regularisation, actor: StaffUser, provision: Provision, reason: str
) -> None:
    """
    Put a transfer without approval back as it stood before the termination, which was reversed.

    Public Account Provisions, art. 20 §2: what an appeal revokes is undone exactly. The service is
    suspended as it was; whoever finds that no transfer took place clears the account.

    :raises TransitionRefused: if the service was not terminated because of it.
    """
    grounds = Grounds(actor=actor, provision=provision, reason=reason)
    audit.lock(regularisation)
    audit.move(regularisation, "reinstate", **grounds, ended_at=None)
