"""Transfers without approval as a ground on which the service is terminated (art. 11 §2)."""

from django.utils.dateformat import format as formatted
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from accounts.models import PublicAccount, Regularisation
from accounts.services.transfers import terminations
from accounts.services.transfers.regularising import proof_of_delivery
from compliance import audit
from compliance.clocks.rules import last_day
from compliance.errors import ActionRefused
from compliance.grounds import Grounds
from enforcement.services.terminations import TerminationGround, register_termination_ground


def _regularisation(key: str) -> Regularisation:
    found = Regularisation.objects.select_related("account", "clock", "finding").filter(
        pk=int(key) if key.isdecimal() else 0
    )
    regularisation = found.first()
    if regularisation is None:
        raise ActionRefused(_("There is no such transfer without approval."))
    return regularisation


def _require(key: str, account: PublicAccount) -> None:
    regularisation = _regularisation(key)
    # Whoever lets a transfer take effect or clears the account locks it first; nobody does meanwhile.
    audit.lock(account)
    audit.lock(regularisation)
    terminations.require_terminable(regularisation, account)


def _words(key: str) -> str:
    regularisation = _regularisation(key)
    delivered = proof_of_delivery(regularisation)
    return _(
        "transfer without approval %(reference)s of %(opened)s (%(found)s), notice delivered on "
        "%(delivered)s, to be applied for by the end of %(day)s, which was not put in order "
        "(Public Account Provisions, art. 11 §2)"
    ) % {
        "reference": regularisation.reference,
        "found": " ".join(regularisation.finding.facts.split()),
        "opened": formatted(localtime(regularisation.opened_at), "Y-m-d"),
        "delivered": formatted(localtime(delivered), "Y-m-d H:i") if delivered else "",
        "day": last_day(regularisation.clock.due_at).isoformat(),
    }


def _terminated(key: str, grounds: Grounds) -> None:
    terminations.end_by_termination(regularisation=_regularisation(key), **grounds)


def _reversed(key: str, grounds: Grounds) -> None:
    terminations.reinstate(regularisation=_regularisation(key), **grounds)


def register() -> None:
    """Let the service be terminated because of a transfer without approval; called when apps are ready."""
    register_termination_ground(
        "regularisation",
        TerminationGround(
            require=_require, words=_words, terminated=_terminated, reversed_=_reversed
        ),
    )
