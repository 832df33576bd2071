"""Identity data of minors: shown only where a second person approved it, once, and soon after."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final, Protocol

from django.db.models import Exists, OuterRef, QuerySet
from django.db.models.functions import Now

from compliance.grounds import Grounds
from compliance.models import (
    EvidenceFile,
    EvidenceView,
    IdentityValue,
    Person,
    Proposal,
    ProposalResult,
    Reveal,
    Sensitivity,
    ViewedPart,
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

    def shows_minor(self, file: EvidenceFile) -> bool:
        """Return whether a picture of a document is of somebody who is a minor today."""

    def settle_age_by_file(self, file: EvidenceFile, grounds: Grounds) -> None:
        """Note that whoever a picture of a document is of has come of age, where that is so."""


_registers: list[Register] = []


def register_minors(register: Register) -> None:
    """Let a package say who is a minor; called when apps are ready."""
    if register not in _registers:
        _registers.append(register)


def is_of_minor(value: IdentityValue) -> bool:
    """Return whether a value is kept about somebody who is a minor today."""
    return any(each.is_of_minor(value) for each in _registers)


def shows_minor(file: EvidenceFile) -> bool:
    """Return whether a file is a picture of a document of somebody who is a minor today."""
    if file.sensitivity != Sensitivity.IDENTITY_DOCUMENT:
        return False
    return any(each.shows_minor(file) for each in _registers)


def settle_age_by_file(file: EvidenceFile, grounds: Grounds) -> None:
    """Note that somebody has come of age, so that no approval is asked for any more."""
    for each in _registers:
        each.settle_age_by_file(file, grounds)


def settle_age(value: IdentityValue, grounds: Grounds) -> None:
    """Note that somebody has come of age, so that no approval is asked for any more."""
    for each in _registers:
        each.settle_age(value, grounds)


@dataclass(frozen=True)
class Standing:
    """How far a person is with being shown something: an approval that holds, or one asked for."""

    approval: Proposal | None = None
    asked: Proposal | None = None


def standing_of(value: IdentityValue, person: Person) -> Standing:
    """Return the approval by which a person may be shown a value now, or the request that waits."""
    mine = Proposal.objects.filter(
        kind=KIND, proposer=person, requested_reveals__value=value
    ).select_related("outcome")
    shown = Reveal.objects.filter(proposal=OuterRef("pk"), value=value)
    return _standing(mine, _usable(mine).exclude(Exists(shown)))


def standing_of_picture(file: EvidenceFile, person: Person) -> Standing:
    """Return the approval by which a person may look at a picture now, or the request that waits."""
    mine = _asked_by(person, file)
    return _standing(mine, _usable(mine))


def approval_of_look(
    file: EvidenceFile, part: ViewedPart, number: int | None, person: Person
) -> Proposal | None:
    """Return the approval by which a person may be shown one part of a picture that they have not seen."""
    mine = _asked_by(person, file)
    seen = EvidenceView.objects.filter(proposal=OuterRef("pk"), file=file, part=part, number=number)
    return _usable(mine).exclude(Exists(seen)).order_by("pk").first()


def _asked_by(person: Person, file: EvidenceFile) -> QuerySet[Proposal]:
    return Proposal.objects.filter(
        kind=KIND, proposer=person, requested_pictures__file=file
    ).select_related("outcome")


def _usable(mine: QuerySet[Proposal]) -> QuerySet[Proposal]:
    return mine.filter(
        outcome__result=ProposalResult.APPROVED, outcome__at__gt=Now() - APPROVED_FOR
    )


def _standing(mine: QuerySet[Proposal], usable: QuerySet[Proposal]) -> Standing:
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
