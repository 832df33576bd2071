"""The limits by which operators leave accounts; their values are catalogue rows."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from accounts.enums import SubjectNature
from accounts.transfer_words import TransferPaper

# Our choices; no article sets them.
MOST_MONTHS: Final = 24
MOST_FOLLOWERS: Final = 10**9


@dataclass(frozen=True, slots=True)
class ExitLimits:
    """
    One version of the limits.

    Public Account Provisions, art. 11 §§2–3: who may take an account over, and how long an operator
    who closes one may think again.
    """

    natures: frozenset[SubjectNature]
    """Which natures may take an account over."""
    papers: tuple[TransferPaper, ...]
    """What has to be there before a transfer is reviewed."""
    monetisation_off_months: int
    stop_small_followers: int
    stop_medium_followers: int

    @classmethod
    def from_catalogue(cls, catalogue: Mapping[str, Any]) -> "ExitLimits":
        """
        Return the limits that a catalogue of plain values holds.

        :raises KeyError: if a limit is missing.
        :raises ValueError: if a nature or a paper is unknown, or a number cannot be.
        """
        limits = cls(
            natures=frozenset(SubjectNature(each) for each in catalogue["natures"]),
            papers=tuple(TransferPaper(each) for each in catalogue["papers"]),
            monetisation_off_months=int(catalogue["monetisation_off_months"]),
            stop_small_followers=int(catalogue["stop_small_followers"]),
            stop_medium_followers=int(catalogue["stop_medium_followers"]),
        )
        if not 0 <= limits.monetisation_off_months <= MOST_MONTHS:
            raise ValueError("months are out of range")
        if not 0 <= limits.stop_small_followers < limits.stop_medium_followers <= MOST_FOLLOWERS:
            raise ValueError("followers are out of order")
        return limits

    def cooling_step(self, followers: int) -> str:
        """Return the time limit within which an operator with so many followers may think again."""
        if followers <= self.stop_small_followers:
            return "stop_cooling_small"
        if followers <= self.stop_medium_followers:
            return "stop_cooling_medium"
        return "stop_cooling_large"
