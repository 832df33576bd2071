"""The time limits that the platform has published, as everybody may read them."""

from dataclasses import dataclass
from datetime import datetime

from compliance.models import TimeLimit


@dataclass(frozen=True)
class PublishedLimit:
    """A step of the work with the limit that holds for it, and the next one if one is announced."""

    code: str
    step: str
    in_force: TimeLimit | None
    announced: TimeLimit | None


def published_limits(now: datetime) -> list[PublishedLimit]:
    """
    Return the time limits in force at `now`, each with what is announced for later.

    Public Account Provisions, art. 20 §2: the platform makes its time limits known.
    """
    found: dict[str, list[TimeLimit | None]] = {}
    for limit in TimeLimit.objects.order_by("effective_from"):
        pair = found.setdefault(limit.code, [None, None])
        if limit.effective_from <= now:
            pair[0] = limit
        elif pair[1] is None:
            pair[1] = limit
    return [
        PublishedLimit(code, (present or coming).step_label, present, coming)  # type: ignore[union-attr]
        for code, (present, coming) in found.items()
    ]
