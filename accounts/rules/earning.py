"""Whether an account may earn, what stands against it, and from which day it would not."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from accounts.powers_words import CreditGrade, EarningBehaviour
from accounts.rules.qualifications import months_later

MOST_MONTHS = 24


class Obstacle(StrEnum):
    """What can stand against earning."""

    CLOSED = "closed"
    UNVERIFIED = "unverified"
    TOO_NEW = "too_new"
    VIOLATION = "violation"
    TRANSFERRED = "transferred"
    OFF = "off"
    MUTED = "muted"
    NO_ADVERTISING = "no_advertising"
    CREDIT = "credit"


@dataclass(frozen=True, slots=True)
class EarningRule:
    """
    One version of who may earn.

    Public Account Provisions, art. 14 §1; the months are those of the notice of 2023 on
    self-media, item 8.
    """

    clean_months: int
    needs_verified: bool
    credit_for_new: frozenset[CreditGrade]
    credit_to_keep: frozenset[CreditGrade]

    @classmethod
    def from_catalogue(cls, catalogue: Mapping[str, Any]) -> "EarningRule":
        """
        Return the rule that a catalogue of plain values holds.

        :raises KeyError: if a part is missing.
        :raises ValueError: if months or grades cannot be.
        """
        months = int(catalogue["clean_months"])
        if not 0 <= months <= MOST_MONTHS:
            raise ValueError("months are out of range")
        new = frozenset(CreditGrade(each) for each in catalogue["credit_for_new"])
        kept = frozenset(CreditGrade(each) for each in catalogue["credit_to_keep"])
        if not new or not new <= kept:
            raise ValueError("who may begin may also go on")
        return cls(
            clean_months=months,
            needs_verified=bool(catalogue["needs_verified"]),
            credit_for_new=new,
            credit_to_keep=kept,
        )


@dataclass(frozen=True, slots=True)
class EarningStop:
    """A restriction that stands against earning, its last day, and the ground that it rests on."""

    obstacle: Obstacle
    until: date | None
    reference: str


@dataclass(frozen=True, slots=True)
class EarningFacts:
    """What is known of an account when it is asked whether it may earn."""

    is_open: bool
    is_verified: bool
    registered_on: date
    last_violation_on: date | None
    last_violation: str
    credit: CreditGrade
    stops: Sequence[EarningStop] = ()


@dataclass(frozen=True, slots=True)
class Found:
    """One thing that stands against earning, the day from which it no longer does, its reference."""

    obstacle: Obstacle
    until: date | None = None
    reference: str = ""


def obstacles(
    facts: EarningFacts,
    rule: EarningRule,
    today: date,
    behaviour: EarningBehaviour,
    *,
    has_right: bool = False,
) -> list[Found]:
    """
    Return what stands against an account's earning by one behaviour; nothing is "may earn".

    Public Account Provisions, art. 14 §1. Whoever earns already keeps the right with a worse credit
    than a new one asks for.
    """
    if not facts.is_open:
        return [Found(Obstacle.CLOSED)]
    found = []
    if rule.needs_verified and not facts.is_verified:
        found.append(Found(Obstacle.UNVERIFIED))
    clean_from = months_later(facts.registered_on, rule.clean_months)
    if today < clean_from:
        found.append(Found(Obstacle.TOO_NEW, clean_from))
    if facts.last_violation_on is not None:
        clean_from = months_later(facts.last_violation_on, rule.clean_months)
        if today < clean_from:
            found.append(Found(Obstacle.VIOLATION, clean_from, facts.last_violation))
    found += [
        Found(each.obstacle, each.until, each.reference)
        for each in facts.stops
        if each.obstacle != Obstacle.NO_ADVERTISING or behaviour == EarningBehaviour.ADVERTISING
    ]
    allowed = rule.credit_to_keep if has_right else rule.credit_for_new
    if facts.credit not in allowed:
        found.append(Found(Obstacle.CREDIT, reference=facts.credit.value))
    return found


def possible_from(found: Sequence[Found]) -> date | None:
    """Return the first day on which nothing of what was found stands any more, if that is known."""
    ends = [each.until for each in found]
    if not ends or None in ends:
        return None
    return max(end for end in ends if end is not None)
