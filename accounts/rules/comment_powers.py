"""What an account may do with comments, by nature and credit of its subject."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from accounts.enums import SubjectNature
from accounts.powers_words import CommentPower, CreditGrade


@dataclass(frozen=True, slots=True)
class PowerTable:
    """
    One version of the table.

    Public Account Provisions, art. 17 §2: the platform may set powers by nature and credit.
    """

    cells: Mapping[tuple[SubjectNature, CreditGrade], tuple[CommentPower, ...]]

    @classmethod
    def from_catalogue(cls, catalogue: Mapping[str, Any]) -> "PowerTable":
        """
        Return the table that a catalogue of plain values holds.

        :raises KeyError: if a cell is missing.
        :raises ValueError: if a power is unknown, or a better credit has less than a worse one.
        """
        cells = {
            (nature, credit): in_order(catalogue["powers"][nature.value][credit.value])
            for nature in SubjectNature
            for credit in CreditGrade
        }
        for nature in SubjectNature:
            for better, worse in pairwise(CreditGrade):
                if not set(cells[nature, worse]) <= set(cells[nature, better]):
                    raise ValueError("a better credit has less than a worse one")
        return cls(cells)


def in_order(codes: Any) -> tuple[CommentPower, ...]:
    """
    Return powers in the order in which they are listed everywhere, each once.

    :raises ValueError: if one is unknown.
    """
    chosen = {CommentPower(code) for code in codes}
    return tuple(each for each in CommentPower if each in chosen)


def powers_of(table: PowerTable, nature: str, credit: CreditGrade) -> tuple[CommentPower, ...]:
    """
    Return what an account may do with comments; a subject without a nature counts as a person.

    Public Account Provisions, art. 17 §2.
    """
    known = SubjectNature(nature) if nature else SubjectNature.NATURAL_PERSON
    return table.cells[known, credit]
