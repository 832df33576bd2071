"""Whose identity data a value is, as the packages above say that keep it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from compliance.models import IdentityValue, StaffUser
from compliance.ui.kit import Fact, Text


@dataclass(frozen=True, kw_only=True)
class Whose:
    """
    Of whom a value tells: `side` in a word, beside its kind; `facts` who that is, masked, with links.
    """

    side: Text
    facts: Sequence[Fact]


WhoseMaker = Callable[[IdentityValue, StaffUser], Whose | None]

_makers: list[WhoseMaker] = []


def register_whose(maker: WhoseMaker) -> None:
    """Let a package say whose a value is that it keeps; called when apps are ready."""
    if maker not in _makers:
        _makers.append(maker)


def whose(value: IdentityValue, staff: StaffUser) -> Whose | None:
    """Return of whom a value tells, where a package knows."""
    found = (maker(value, staff) for maker in _makers)
    return next((each for each in found if each is not None), None)


def label_of(value: IdentityValue, staff: StaffUser) -> str:
    """Return the kind of a value, and on which side it stands where that is known."""
    known = whose(value, staff)
    kind = str(value.get_field_display())
    return f"{kind} · {known.side}" if known is not None else kind
