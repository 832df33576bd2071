"""The keys of known names in memory, as the tables hold them."""

from collections import defaultdict
from collections.abc import Iterable

from accounts.rules.names import fold
from accounts.rules.screening.keys import AskedName, listed_keys, live_key
from accounts.rules.screening.near_names import LIVE, KnownName, NearHit, near_hits


class NearIndex:
    """Names that others are compared with."""

    def __init__(self, barred: Iterable[str] = (), reserved: Iterable[str] = ()) -> None:
        self._known: dict[int, set[KnownName]] = defaultdict(set)
        self._lengths: set[int] = set()
        for kind, names in (("barred", barred), ("reserved", reserved)):
            for name in names:
                known = KnownName(name, fold(name), kind)
                for key in listed_keys(known.folded):
                    self._known[key].add(known)
                if kind == "reserved":
                    self._lengths.add(len(known.folded))

    def add_live(self, name: str) -> None:
        folded = fold(name)
        self._known[live_key(folded)].add(KnownName(name, folded, LIVE))

    def hits(self, name: str) -> tuple[NearHit, ...]:
        asked = AskedName(name)
        keys = self._known.keys() & asked.listed_keys(self._lengths)
        known = set().union(*(self._known[key] for key in keys))
        return near_hits(asked, known)
