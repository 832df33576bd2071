"""What a filing counts, beside the filing on the period before."""

from dataclasses import dataclass

from reports.exports.forms import TallyKey
from reports.exports.frozen import manifest_of
from reports.models import Filing


@dataclass(frozen=True)
class Difference:
    """A figure of a filing and the same figure of the one before; None where there was none."""

    tally: str
    key: str
    before: int | None
    after: int


def previous_filing(filing: Filing) -> Filing | None:
    """Return the newest filing on the newest period before this one's."""
    return Filing.objects.standing().before(filing).order_by("-period_until", "-pk").first()


def differences(filing: Filing) -> list[Difference]:
    """
    Return every figure of a filing with that of the filing before.

    :raises NotFrozen: if it has no rows yet.
    """
    after = _figures(filing)
    previous = previous_filing(filing)
    before = _figures(previous) if previous is not None else None
    return [
        Difference(
            tally=tally,
            key=key,
            before=None if before is None else before.get((tally, key), 0),
            after=after.get((tally, key), 0),
        )
        for tally, key in sorted({*after, *(before or {})})
    ]


def _figures(filing: Filing) -> dict[TallyKey, int]:
    counts = manifest_of(filing)["counts"]
    return {(tally, key): number for tally, keys in counts.items() for key, number in keys.items()}
