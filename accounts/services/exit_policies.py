"""Which version of the limits of transfers and stops is in force."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from accounts.enums import SubjectNature
from accounts.models import ExitPolicy
from accounts.powers_words import CreditGrade
from accounts.transfer_words import TransferPaper
from compliance.errors import ActionRefused


@dataclass(frozen=True)
class ExitLimits:
    """One version of the limits by which operators leave accounts, with its row."""

    row: ExitPolicy
    natures: frozenset[SubjectNature]
    """Which natures may take an account over."""
    papers: tuple[TransferPaper, ...]
    """What has to be there before a transfer is reviewed."""
    transfer_credit: frozenset[CreditGrade]
    """With which credit a subject may hand an account on or take one over."""
    monetisation_off_months: int
    stop_small_followers: int
    stop_medium_followers: int

    def cooling_step(self, followers: int) -> str:
        """Return the time limit within which an operator with so many followers may think again."""
        if followers <= self.stop_small_followers:
            return "stop_cooling_small"
        if followers <= self.stop_medium_followers:
            return "stop_cooling_medium"
        return "stop_cooling_large"


def exit_limits_in_force(at: datetime) -> ExitLimits:
    """
    Return the limits of transfers and stops in force at `at`.

    Public Account Provisions, art. 11 §§2–3: the numbers are the platform's, published and versioned.

    :raises ActionRefused: if no version is in force then.
    """
    row = ExitPolicy.objects.filter(effective_from__lte=at).order_by("-effective_from").first()
    if row is None:
        raise ActionRefused(_("No policy of transfers and stops is in force."))
    content = row.content
    return ExitLimits(
        row=row,
        natures=frozenset(SubjectNature(each) for each in content["natures"]),
        papers=tuple(TransferPaper(each) for each in content["papers"]),
        # A version from before credit was spoken of lets everybody.
        transfer_credit=frozenset(
            CreditGrade(each) for each in content.get("transfer_credit", CreditGrade.values)
        ),
        monetisation_off_months=int(content["monetisation_off_months"]),
        stop_small_followers=int(content["stop_small_followers"]),
        stop_medium_followers=int(content["stop_medium_followers"]),
    )
