"""Which acts about an account somebody else's name must not carry."""

from collections.abc import Callable, Iterable
from typing import Final

from accounts.enums import GroundKind
from accounts.models import PublicAccount

Ground = tuple[str, str]
GroundSource = Callable[[PublicAccount], Iterable[Ground]]

_sources: Final[list[GroundSource]] = []


def register_ground_source(source: GroundSource) -> None:
    """
    Say on which acts bars on registration may rest that came of an account; called when apps are ready.

    The package that decides knows its decisions about an account, this one only their references.
    """
    if source not in _sources:
        _sources.append(source)


def grounds_of(account: PublicAccount) -> set[Ground]:
    """Return the grounds of everything that was done about an account."""
    found = set(account.restrictions.values_list("ground_kind", "ground_ref"))
    if account.closed_ground_ref:
        found.add((account.closed_ground_kind, account.closed_ground_ref))
    for source in _sources:
        found.update((str(GroundKind(kind).value), ref) for kind, ref in source(account))
    return found
