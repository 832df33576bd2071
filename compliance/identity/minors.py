"""Identity data of minors: shown only where a second person approved it, once, and soon after."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final, Protocol

from django.db.models import Exists, OuterRef
from django.db.models.functions import Now

from compliance.grounds import Grounds
from compliance.models import (
    IdentityValue,
    Person,
    Proposal,
    ProposalResult,
    Reveal,
)

KIND: Final = "minor_reveal"
# Our choice; no article sets it. The database holds the same time.
APPROVED_FOR: Final = timedelta(minutes=30)


class Register(Protocol):
    """Who of those whose data is kept is a minor, as the package knows that keeps them."""

    def is_of_minor(self, value: IdentityValue) -> bool:
        """Return whether a value is kept about somebody who is a minor today."""

    def settle_age(self, value: IdentityValue, grounds: Grounds) -> None:
        """Note that whoever a value is kept about has come of age, where that is so."""


_registers: list[Register] = []


def register_minors(register: Register) -> None:
    """Let a package say who is a minor; called when apps are ready."""
    if register not in _registers:
        _registers.append(register)


def is_of_minor(value: IdentityValue) -> bool:
    """Return whether a value is kept about somebody who is a minor today."""
    return any(each.is_of_minor(value) for each in _registers)


def settle_age(value: IdentityValue, grounds: Grounds) -> None:
    """Note that somebody has come of age, so that no approval is asked for any more."""
    for each in _registers:
        each.settle_age(value, grounds)


@dataclass(frozen=True)
class Standing:
    """How far a person is with being shown one value: an approval that holds, or one asked for."""

    approval: Proposal | None = None
    asked: Proposal | None = None


def standing_of(value: IdentityValue, person: Person) -> Standing:
    """Return the approval by which a person may be shown a value now, or the request that waits."""
    mine = Proposal.objects.filter(
        kind=KIND, proposer=person, requested_reveals__value=value
    ).select_related("outcome")
    shown = Reveal.objects.filter(proposal=OuterRef("pk"), value=value)
    usable = mine.filter(
        outcome__result=ProposalResult.APPROVED, outcome__at__gt=Now() - APPROVED_FOR
    ).exclude(Exists(shown))
    return Standing(
        approval=usable.order_by("pk").first(),
        asked=mine.filter(outcome__isnull=True).order_by("pk").first(),
    )


def kept_with(value: IdentityValue) -> list[IdentityValue]:
    """Return what is kept about the same person, the newest of each kind; the value itself is one."""
    newest = (
        IdentityValue.objects.filter(key=value.key_id).order_by("field", "-pk").distinct("field")
    )
    return [value, *(each for each in newest if each.field != value.field)]
