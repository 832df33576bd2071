"""Which bars in force the applicants of a batch meet."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from accounts.blacklist_words import BarField
from accounts.enums import SubjectNature
from accounts.models import IdentityBar
from accounts.rules.applications import Examined
from accounts.rules.identity_numbers import IdentityKey
from accounts.rules.names import fold
from accounts.services.bars import MOBILE_PURPOSE, NAME_PURPOSE, bar_purpose
from compliance.identity import vault

# The column of an application that each field of a bar stands for.
_COLUMNS = {BarField.MOBILE: "mobile", BarField.NAME: "subject_name"}
_Key = tuple[BarField, IdentityKey | str]


def folded_organisation(examined: Examined) -> str:
    """Return the folded name of an organisation; persons share names with too many others."""
    if examined.data.subject_nature in (None, SubjectNature.NATURAL_PERSON):
        return ""
    return fold(examined.data.subject_name)


def _keys_of(examined: Examined) -> list[_Key]:
    found: list[_Key] = []
    if examined.identity is not None:
        found.append((BarField.ID_NUMBER, examined.identity))
    if examined.mobile:
        found.append((BarField.MOBILE, examined.mobile))
    name = folded_organisation(examined)
    if name:
        found.append((BarField.NAME, name))
    return found


def _digests(key: _Key) -> list[bytes]:
    kind, value = key
    if isinstance(value, IdentityKey):
        return vault.digests(bar_purpose(value.id_type), value.number)
    return vault.digests(MOBILE_PURPOSE if kind == BarField.MOBILE else NAME_PURPOSE, value)


@dataclass
class MetBars:
    """The bars in force that have something of the applicants of a batch, and what."""

    entries: dict[_Key, set[int | None]] = field(default_factory=lambda: defaultdict(set))

    def load(self, batch: Sequence[Examined], identities: Iterable[IdentityKey]) -> None:
        """Look all of them up at once."""
        keys = {key for examined in batch for key in _keys_of(examined)}
        keys |= {(BarField.ID_NUMBER, identity) for identity in identities}
        key_of = {digest: key for key in keys for digest in _digests(key)}
        if not key_of:
            return
        found = IdentityBar.objects.in_force().filter(digest__in=[*key_of])
        for digest, entry in found.values_list("digest", "entry"):
            assert digest is not None
            self.entries[key_of[bytes(digest)]].add(entry)

    def is_barred(self, examined: Examined) -> bool:
        """Return whether a bar in force has the very number."""
        identity = examined.identity
        return identity is not None and (BarField.ID_NUMBER, identity) in self.entries

    def alike_columns(self, examined: Examined) -> tuple[str, ...]:
        """Return what else than the number an entry in force has too."""
        return tuple(
            _COLUMNS[key[0]]
            for key in _keys_of(examined)
            if key[0] in _COLUMNS and key in self.entries
        )

    def matches(self, examined: Examined) -> dict[int, list[str]]:
        """Return the entries that an applicant meets, each with what is equal."""
        found: dict[int, list[str]] = defaultdict(list)
        for key in _keys_of(examined):
            for entry in self.entries.get(key, ()):
                if entry is not None:
                    found[entry].append(key[0].value)
        return dict(found)
