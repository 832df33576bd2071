"""The limits and lists that registration checks are held against; their values are catalogue rows."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from accounts.enums import Category, SubjectNature
from accounts.rules.name_checks import NameClaim


@dataclass(frozen=True, slots=True)
class RegistrationLimits:
    """
    One version of the published limits.

    Public Account Provisions, art. 10 §1 and §3: a platform sets a cap per subject and guards
    against registrations beyond number, in bulk or under false names.
    """

    subject_caps: Mapping[SubjectNature, int]
    uscc_heads: Mapping[SubjectNature, frozenset[str]]
    """Heads that agree with a nature; a nature without an entry accepts all but the barred ones."""
    uscc_heads_barred: Mapping[SubjectNature, frozenset[str]]
    qualification_types: Mapping[Category, frozenset[str]]
    unlawful_terms: tuple[str, ...]
    signal_subjects: int
    signal_burst: int
    signal_burst_hours: int
    methods_required: int
    is_approval_automatic: bool
    name_claims: tuple[NameClaim, ...] = ()
    """The first version knew of none."""
    allowance_natures: frozenset[SubjectNature] = frozenset()
    """Of which natures a subject may be granted more accounts than its cap."""
    allowance_most: int = 0
    allowance_second_person_from: int = 0
    """From which number of accounts on somebody else approves it too."""
    may_suspend_repudiated: bool = False
    """Whether an account may rest while it is looked at whose name it stands in."""

    @classmethod
    def from_catalogue(cls, catalogue: Mapping[str, Any]) -> "RegistrationLimits":
        """
        Return the limits that a catalogue of plain values holds.

        :raises KeyError: if a limit is missing.
        :raises ValueError: if a nature or a category is unknown, or a nature has no cap.
        """
        caps = {
            SubjectNature(nature): int(cap) for nature, cap in catalogue["subject_caps"].items()
        }
        without_cap = set(SubjectNature) - set(caps)
        if without_cap:
            raise ValueError(f"no cap for {', '.join(sorted(without_cap))}")
        return cls(
            subject_caps=caps,
            uscc_heads=_sets_by_nature(catalogue["uscc_heads"]),
            uscc_heads_barred=_sets_by_nature(catalogue["uscc_heads_barred"]),
            qualification_types={
                Category(field): frozenset(types)
                for field, types in catalogue["qualification_types"].items()
            },
            unlawful_terms=tuple(catalogue["unlawful_terms"]),
            signal_subjects=int(catalogue["signal_subjects"]),
            signal_burst=int(catalogue["signal_burst"]),
            signal_burst_hours=int(catalogue["signal_burst_hours"]),
            methods_required=int(catalogue["methods_required"]),
            is_approval_automatic=bool(catalogue["is_approval_automatic"]),
            name_claims=tuple(map(NameClaim.from_catalogue, catalogue.get("name_claims", ()))),
            allowance_natures=frozenset(
                SubjectNature(nature) for nature in catalogue.get("allowance_natures", ())
            ),
            allowance_most=int(catalogue.get("allowance_most", 0)),
            allowance_second_person_from=int(catalogue.get("allowance_second_person_from", 0)),
            may_suspend_repudiated=bool(catalogue.get("may_suspend_repudiated", False)),
        )


def _sets_by_nature(values: Mapping[str, list[str]]) -> dict[SubjectNature, frozenset[str]]:
    return {SubjectNature(nature): frozenset(heads) for nature, heads in values.items()}
