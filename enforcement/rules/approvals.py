"""Whose approval a decision needs, by what the catalogue says of its measures."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class ApprovalStep:
    """The permissions that approvers hold where a term is longer than so many days."""

    longer_than_days: int
    permissions: tuple[str, ...]


def approvals_for(steps: Iterable[ApprovalStep], term_days: int | None) -> tuple[str, ...]:
    """
    Return the permissions of the step that a term reaches; a measure without term takes the first.

    Opinions on Platform Responsibility, point 2: measures, authority and procedure are laid down.
    """
    reached = [step for step in steps if step.longer_than_days < max(term_days or 1, 1)]
    if not reached:
        return ()
    return max(reached, key=lambda step: step.longer_than_days).permissions


def approvals_needed(measures: Iterable[tuple[str, ...]]) -> tuple[str, ...]:
    """
    Return the permissions that all measures of one decision ask for together.

    Opinions on Platform Responsibility, point 2. One approver may stand for several measures, so
    each permission is needed as often as the most demanding measure needs it, not once a measure.
    """
    needed: Counter[str] = Counter()
    for permissions in measures:
        needed |= Counter(permissions)
    return tuple(needed.elements())
