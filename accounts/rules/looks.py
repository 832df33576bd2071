"""How far two pictures look alike, and the keys under which those that do find each other."""

from collections.abc import Iterable, Iterator
from itertools import combinations
from typing import Final

# Of 64 traits so many may differ. Our choice, no article: measured in docs/decisions/0032.
NEAR: Final = 10
_BITS: Final = 64
_BANDS: Final = 4
_WIDTH: Final = _BITS // _BANDS
# Where no more than `NEAR` of 64 differ, in one of four bands no more than two do.
_REACH: Final = NEAR // _BANDS
_SIGN: Final = 1 << (_BITS - 1)
_FLIPS: Final = tuple(
    sum(1 << place for place in places)
    for count in range(_REACH + 1)
    for places in combinations(range(_WIDTH), count)
)


def signed(look: int) -> int:
    """Return 64 bits as the number that a column of the database holds."""
    return look - (_SIGN << 1) if look & _SIGN else look


def _bands(look: int) -> Iterator[tuple[int, int]]:
    for band in range(_BANDS):
        yield band, (look >> (band * _WIDTH)) & ((1 << _WIDTH) - 1)


def stored_keys(looks: Iterable[int]) -> frozenset[int]:
    """Return the keys under which a picture stands: one for each band of each look."""
    return frozenset(band << _WIDTH | bits for look in looks for band, bits in _bands(look))


def asked_keys(looks: Iterable[int]) -> frozenset[int]:
    """
    Return the keys under which all pictures stand that may look like one, and few others.

    About 550 for each look; whatever is near shares one of them, without exception.
    """
    return frozenset(
        band << _WIDTH | (bits ^ flip)
        for look in looks
        for band, bits in _bands(look)
        for flip in _FLIPS
    )


def distance(one: Iterable[int], other: Iterable[int]) -> int:
    """Return how many of 64 traits differ between the nearest looks of two pictures."""
    others = list(other)
    return min(
        (((left ^ right) & ((1 << _BITS) - 1)).bit_count() for left in one for right in others),
        default=_BITS,
    )
