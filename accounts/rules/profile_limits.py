"""Which changes of a profile need no person, and how often a name may be changed: catalogue rows."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from accounts.enums import Category, SubjectNature
from accounts.profile_words import ProfilePart, ProfileReviewReason
from accounts.qualification_words import QUALIFIED_FIELDS
from accounts.rules.name_checks import NameClaim
from accounts.rules.names import fold

_SECTION: Final = "profile_changes"


@dataclass(frozen=True, slots=True)
class ProfileLimits:
    """
    One version of the limits of changes.

    Public Account Provisions, art. 8 §2: what is checked on every change. Our choice where no
    article says how.
    """

    automatic: frozenset[ProfilePart] = frozenset()
    """Parts that the checks alone may approve where they find nothing."""
    reviewed_claims: frozenset[str] = frozenset()
    """Claims that a person looks at, also where they are open to the subject."""
    are_divisions_reviewed: bool = True
    renames_a_year: Mapping[SubjectNature, int] | None = None
    """How many names a year an operator may give itself; None is no cap."""

    @classmethod
    def from_catalogue(cls, catalogue: Mapping[str, Any]) -> "ProfileLimits":
        """
        Return the limits that a version holds; the first versions knew of none.

        :raises KeyError: if a limit is missing.
        :raises ValueError: if a part or a nature is unknown.
        """
        section = catalogue.get(_SECTION)
        if section is None:
            return cls()
        return cls(
            automatic=frozenset(map(ProfilePart, section["automatic"])),
            reviewed_claims=frozenset(section["reviewed_claims"]),
            are_divisions_reviewed=bool(section["are_divisions_reviewed"]),
            renames_a_year={
                SubjectNature(nature): int(most)
                for nature, most in section["renames_a_year"].items()
            },
        )


def review_reason_of(
    parts: Collection[ProfilePart],
    *,
    name: str,
    category: Category,
    claims: Iterable[NameClaim],
    divisions: Iterable[str],
    limits: ProfileLimits,
) -> ProfileReviewReason | None:
    """
    Return why a person looks at a change in which no check found anything, or None.

    Public Account Provisions, art. 8 §2 and art. 9 §1. A name that speaks of an organ, a medium or
    an administrative division is looked at by a person even if the subject is one.
    """
    if ProfilePart.CATEGORY in parts and category in QUALIFIED_FIELDS:
        return ProfileReviewReason.EXPERT_FIELD
    if ProfilePart.NAME in parts:
        folded = fold(name)
        spoken = (each for each in claims if each.claim in limits.reviewed_claims)
        if any(True for each in spoken for _found in each.found_in(folded, "")):
            return ProfileReviewReason.ORGAN_OR_MEDIA
        if limits.are_divisions_reviewed and any(fold(each) in folded for each in divisions):
            return ProfileReviewReason.DIVISION
    if not limits.automatic.issuperset(parts):
        return ProfileReviewReason.AUTOMATIC_APPROVAL_OFF
    return None
