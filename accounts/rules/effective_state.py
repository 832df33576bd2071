"""What an account may do now, computed from the restrictions on it alone."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from accounts.enums import RestrictionKind

_STOPS_PUBLISHING = frozenset({RestrictionKind.SUSPEND_UPDATES, RestrictionKind.SUSPEND_SERVICE})
_STOPS_ADVERTISING = frozenset({RestrictionKind.STOP_ADVERTISING, RestrictionKind.SUSPEND_SERVICE})


@dataclass(frozen=True, slots=True)
class RestrictionTerm:
    """One restriction as plain values; an end of None is no end."""

    kind: RestrictionKind
    in_force_from: datetime
    in_force_until: datetime | None = None
    ended_at: datetime | None = None
    functions: tuple[str, ...] = ()

    def is_in_force(self, now: datetime) -> bool:
        """Return whether the restriction holds at `now`; its last instant is no longer in it."""
        if now < self.in_force_from:
            return False
        return all(end is None or now < end for end in (self.in_force_until, self.ended_at))


@dataclass(frozen=True, slots=True)
class Stop:
    """That something is off, and until when; None is without end."""

    until: datetime | None


@dataclass(frozen=True, slots=True)
class EffectiveState:
    """What an account may do; where restrictions overlap the longest counts."""

    is_open: bool
    publishing: Stop | None
    advertising: Stop | None
    service: Stop | None
    functions_off: Mapping[str, Stop]

    @property
    def may_publish(self) -> bool:
        """Return whether the account may publish."""
        return self.is_open and self.publishing is None

    @property
    def may_advertise(self) -> bool:
        """Return whether the account may carry advertising."""
        return self.is_open and self.advertising is None

    @property
    def is_unrestricted(self) -> bool:
        """Return whether nothing at all limits the account."""
        return self.is_open and not (self.publishing or self.advertising or self.functions_off)


def _longest(terms: Iterable[RestrictionTerm]) -> Stop | None:
    ends = [
        min((end for end in (term.in_force_until, term.ended_at) if end), default=None)
        for term in terms
    ]
    if not ends:
        return None
    known = [end for end in ends if end is not None]
    return Stop(max(known) if len(known) == len(ends) else None)


def effective_state(
    terms: Iterable[RestrictionTerm], now: datetime, *, is_open: bool = True
) -> EffectiveState:
    """
    Return what an account may do at `now`.

    Public Account Provisions, art. 19 §2: measures overlap and each ends only itself, so the state
    is never stored: a term that has passed is gone without anybody doing anything.
    """
    in_force = [term for term in terms if term.is_in_force(now)]
    functions = {name for term in in_force for name in term.functions}
    return EffectiveState(
        is_open=is_open,
        publishing=_longest(t for t in in_force if t.kind in _STOPS_PUBLISHING),
        advertising=_longest(t for t in in_force if t.kind in _STOPS_ADVERTISING),
        service=_longest(t for t in in_force if t.kind == RestrictionKind.SUSPEND_SERVICE),
        functions_off={
            name: stop
            for name in sorted(functions)
            if (stop := _longest(t for t in in_force if name in t.functions)) is not None
        },
    )
