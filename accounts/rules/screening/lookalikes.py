"""Which characters look alike: the table in `accounts/data`, made by `devtools.lookalikes`."""

import csv
import unicodedata
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

TABLE: Final = Path(__file__).resolve().parents[2] / "data" / "lookalikes.csv"
# Two letters that together look like one.
_SEQUENCES: Final = (("rn", "m"), ("vv", "w"))


@dataclass(frozen=True, slots=True)
class Lookalikes:
    """Classes of characters that pass for each other, and those that are merely confused."""

    classes: Mapping[str, str]
    """The character that stands for the class; one that is not named stands for itself."""
    similar: Mapping[str, str]
    """By what stands for a class, what stands for the classes that are confused with it."""


@cache
def lookalikes() -> Lookalikes:
    """Return the table as it came with the product."""
    classes: dict[str, str] = {}
    pairs: list[tuple[str, str]] = []
    with TABLE.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            if row["stands_for"]:
                classes[row["character"]] = row["stands_for"]
            pairs.extend((row["character"], other) for other in row["similar"])
    similar: dict[str, dict[str, None]] = defaultdict(dict)
    for pair in pairs:
        one, other = (classes.get(each, each) for each in pair)
        if one != other:
            similar[one][other] = None
            similar[other][one] = None
    return Lookalikes(classes, {one: "".join(others) for one, others in similar.items()})


@cache
def shape_of(character: str) -> str:
    """Return what stands for the look of one character of a folded name."""
    known = lookalikes().classes.get(character)
    if known is not None or character.isascii():
        return known or character
    # A letter with marks looks like the letter; what is no letter with marks stays.
    parts = unicodedata.normalize("NFD", character)
    if len(parts) > 1 and all(unicodedata.category(mark) == "Mn" for mark in parts[1:]):
        return lookalikes().classes.get(parts[0], parts[0])
    return character


def shapes_of(folded: str) -> str:
    """Return a folded name with each character replaced by what stands for its look."""
    return "".join(map(shape_of, folded))


def skeleton_of(shapes: str) -> str:
    """Return the one text that stands for all names that look like this one."""
    for letters, letter in _SEQUENCES:
        shapes = shapes.replace(letters, letter)
    return shapes


def similar_shapes(shape: str) -> str:
    """Return the shapes that are confused with one."""
    return lookalikes().similar.get(shape, "")


def are_alike(one: str, other: str) -> bool:
    """Return whether two characters of folded names look alike."""
    left, right = shape_of(one), shape_of(other)
    return left == right or right in similar_shapes(left)
