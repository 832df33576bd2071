"""Corrections as a ground on which the service is terminated (art. 8 §2)."""

from django.utils.dateformat import format as formatted
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from accounts.models import Correction, PublicAccount
from accounts.services.correction_notices import found_in_words
from accounts.services.corrections import terminations
from accounts.services.corrections.ordering import proof_of_delivery
from compliance import audit
from compliance.clocks.rules import last_day
from compliance.errors import ActionRefused
from compliance.grounds import Grounds
from enforcement.services.terminations import TerminationGround, register_termination_ground


def _correction(key: str) -> Correction:
    found = Correction.objects.select_related("account", "clock").filter(
        pk=int(key) if key.isdecimal() else 0
    )
    correction = found.first()
    if correction is None:
        raise ActionRefused(_("There is no such correction."))
    return correction


def _require(key: str, account: PublicAccount) -> None:
    correction = _correction(key)
    # Whoever accepts or answers locks the account and then this row; nobody moves it meanwhile.
    audit.lock(account)
    audit.lock(correction)
    terminations.require_terminable(correction, account)


def _words(key: str) -> str:
    correction = _correction(key)
    delivered = proof_of_delivery(correction)
    words = {
        "reference": correction.reference,
        "wrong": " ".join(found_in_words(correction).splitlines()),
        "ordered": formatted(localtime(correction.ordered_at), "Y-m-d"),
        "delivered": formatted(localtime(delivered), "Y-m-d H:i") if delivered else "",
        "day": last_day(correction.clock.due_at).isoformat(),
    }
    if correction.refused_at is not None and correction.lapsed_at is None:
        return (
            _(
                "correction %(reference)s of %(ordered)s (%(wrong)s), notice delivered on "
                "%(delivered)s, due by the end of %(day)s, which you refused to make "
                "(Public Account Provisions, art. 8 §2)"
            )
            % words
        )
    return (
        _(
            "correction %(reference)s of %(ordered)s (%(wrong)s), notice delivered on "
            "%(delivered)s, due by the end of %(day)s, which was not made "
            "(Public Account Provisions, art. 8 §2)"
        )
        % words
    )


def _terminated(key: str, grounds: Grounds) -> None:
    terminations.end_by_termination(correction=_correction(key), **grounds)


def _reversed(key: str, grounds: Grounds) -> None:
    terminations.reinstate(correction=_correction(key), **grounds)


def register() -> None:
    """Let the service be terminated because of a correction; called when apps are ready."""
    register_termination_ground(
        "correction",
        TerminationGround(
            require=_require, words=_words, terminated=_terminated, reversed_=_reversed
        ),
    )
