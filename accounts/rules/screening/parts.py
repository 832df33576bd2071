"""Of what characters are made and which share a part: made by `devtools.character_parts`."""

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

TABLE: Final = Path(__file__).resolve().parents[2] / "data" / "character_parts.csv"


@dataclass(frozen=True, slots=True)
class CharacterParts:
    """What stands in a character, as far as a picture shows it."""

    first: str
    """What its left or upper part may be."""
    second: str
    """What its right or lower part may be."""
    akin: frozenset[str]
    """With which it shares its look or a part."""


@cache
def character_parts() -> Mapping[str, CharacterParts]:
    """Return the table as it came with the product; loaded when something has to be explained."""
    with TABLE.open(encoding="utf-8", newline="") as file:
        return {
            row["character"]: CharacterParts(row["first"], row["second"], frozenset(row["akin"]))
            for row in csv.DictReader(file)
        }


def are_akin(one: str, other: str) -> bool:
    """Return whether two characters share a part, or one is a part of the other."""
    left, right = character_parts().get(one), character_parts().get(other)
    if left is None or right is None:
        return False
    return (
        other in left.akin
        or one in right.akin
        or other in left.first + left.second
        or one in right.first + right.second
        # 纷 and 份: both have 分, whatever stands beside it.
        or left.second[0] in (right.second[0], right.first[0])
        or left.first[0] == right.second[0]
    )


def is_made_of(character: str, first: str, second: str) -> bool:
    """Return whether two characters beside or above each other may be read as one."""
    parts = character_parts().get(character)
    return parts is not None and (first in parts.first or second in parts.second)
