"""State machines as data: arrows that engine, buttons and tests read alike."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db import models


@dataclass(frozen=True)
class Arrow:
    """One lawful step: its verb, the states it may start from, the state it ends in."""

    name: str
    sources: frozenset[str]
    target: str


def arrow(name: str, sources: Iterable[str], target: str) -> Arrow:
    """Return the arrow `name` from any of `sources` to `target`."""
    return Arrow(name, frozenset(str(source) for source in sources), str(target))


class Workflow:
    """A table of arrows, looked up by name."""

    def __init__(self, *arrows: Arrow) -> None:
        self.arrows = {each.name: each for each in arrows}
        if len(self.arrows) != len(arrows):
            raise ValueError("Two arrows carry one name.")

    def __getitem__(self, name: str) -> Arrow:
        return self.arrows[name]

    def available(self, status: str) -> list[Arrow]:
        """Return the arrows that may be taken from `status`."""
        return [each for each in self.arrows.values() if status in each.sources]

    def states(self) -> set[str]:
        """Return every state that an arrow names."""
        found = {each.target for each in self.arrows.values()}
        return found.union(*(each.sources for each in self.arrows.values()))


class VersionedModel(models.Model):
    """A row whose every change raises `version` by one; a database trigger demands it."""

    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        abstract = True


class StatusModel(VersionedModel):
    """A row with a status that only `audit.move` changes, along the arrows of `workflow`."""

    workflow: Workflow

    class Meta:
        abstract = True
