"""The register of what is open about an account: what ends when it closes, and what goes on."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Final

from django.db import models

from accounts.enums import HoldKind
from accounts.models import PublicAccount
from compliance.grounds import Grounds


@dataclass(frozen=True, kw_only=True)
class ClosingMatter:
    """
    One kind of matter that ends with the account it is about.

    `end` ends what is open of it about closed accounts: clocks, work items, holds, invitations. It
    is part of the transaction that closes them, and tells nobody anything that the closing does not.
    """

    model: type[models.Model]
    end: Callable[[Sequence[PublicAccount], Grounds], None]
    holds: Collection[HoldKind] = ()


_ending: Final[dict[type[models.Model], ClosingMatter]] = {}
_going_on: Final[dict[type[models.Model], str]] = {}
_holds_going_on: Final[dict[HoldKind, str]] = {}


def register_closing_matter(matter: ClosingMatter) -> None:
    """Let a kind of matter end when accounts close; called when apps are ready."""
    _ending[matter.model] = matter


def register_going_on(
    model: type[models.Model], *, why: str, holds: Collection[HoldKind] = ()
) -> None:
    """Say of a kind of matter that it goes on when an account closes, and why."""
    _going_on[model] = why
    _holds_going_on.update(dict.fromkeys(holds, why))


def named_matters() -> frozenset[type[models.Model]]:
    """Return the kinds of matters of which it is said what a closing means for them."""
    return frozenset(_ending) | frozenset(_going_on)


def named_holds() -> frozenset[HoldKind]:
    """Return the kinds of holds of which it is said what a closing means for them."""
    return frozenset(kind for each in _ending.values() for kind in each.holds) | frozenset(
        _holds_going_on
    )


def end_matters(accounts: Sequence[PublicAccount], grounds: Grounds) -> None:
    """
    End whatever is open about accounts that were closed; one question a kind, whatever their number.

    Public Account Provisions, art. 19 §2 and art. 20 §2: nobody is asked anything, and nothing is
    waited for, about an account that is no more. The caller holds the locks of the accounts.
    """
    for each in _ending.values():
        each.end(accounts, grounds)
