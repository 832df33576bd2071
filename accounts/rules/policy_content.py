"""Whether the content of a version of the registration policy can be; each part read as a whole."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from accounts.enums import EXPERT_FIELDS, Category, CheckCode
from accounts.rules.name_checks import NameClaim
from accounts.rules.names import fold
from accounts.rules.profile_limits import ProfileLimits
from accounts.rules.registration_limits import RegistrationLimits

# Our choices where no article sets one; two methods are art. 7 §1, "composite" verification.
MOST_ACCOUNTS: Final = 10_000
MOST_SIGNALS: Final = 10_000
MOST_HOURS: Final = 720
LEAST_METHODS: Final = 2
MOST_METHODS: Final = 4
MOST_WEIGHT: Final = 1000
MOST_RENAMES: Final = 366


@dataclass(frozen=True, slots=True)
class PolicyContent:
    """One version of the policy, as everything reads it."""

    limits: RegistrationLimits
    profiles: ProfileLimits
    weights: Mapping[CheckCode, int]
    """How pressing a review is among those due at one time, by what was found."""

    @classmethod
    def from_catalogue(cls, catalogue: Mapping[str, Any]) -> "PolicyContent":
        """
        Return a version that may be proposed.

        :raises KeyError: if a limit is missing.
        :raises ValueError: if a word is unknown or a number cannot be.
        """
        read = cls(
            limits=RegistrationLimits.from_catalogue(catalogue),
            profiles=ProfileLimits.from_catalogue(catalogue),
            weights={
                CheckCode(code): int(weight)
                for code, weight in catalogue.get("review_weights", {}).items()
            },
        )
        _check_limits(read.limits)
        _check_claims(read.limits.name_claims)
        if not all(0 <= weight <= MOST_WEIGHT for weight in read.weights.values()):
            raise ValueError("weights are out of range")
        renames = read.profiles.renames_a_year or {}
        if not all(0 <= most <= MOST_RENAMES for most in renames.values()):
            raise ValueError("renames are out of range")
        return read


def _check_limits(limits: RegistrationLimits) -> None:
    if not all(1 <= cap <= MOST_ACCOUNTS for cap in limits.subject_caps.values()):
        raise ValueError("caps are out of range")
    heads = [*limits.uscc_heads.values(), *limits.uscc_heads_barred.values()]
    if not all(len(each) == 2 and each.isalnum() for some in heads for each in some):
        raise ValueError("heads are not two characters")
    if any(
        limits.uscc_heads.get(nature, frozenset()) & barred
        for nature, barred in limits.uscc_heads_barred.items()
    ):
        raise ValueError("a head is both lawful and barred")
    if not all(limits.qualification_types.get(each) for each in (*EXPERT_FIELDS, Category.NEWS)):
        raise ValueError("a field has no qualification")
    if not all(map(fold, limits.unlawful_terms)):
        raise ValueError("a word is empty")
    if not (
        1 <= limits.signal_subjects <= MOST_SIGNALS
        and 1 <= limits.signal_burst <= MOST_SIGNALS
        and 1 <= limits.signal_burst_hours <= MOST_HOURS
    ):
        raise ValueError("signals are out of range")
    if not LEAST_METHODS <= limits.methods_required <= MOST_METHODS:
        raise ValueError("methods are out of range")
    if not 0 <= limits.allowance_second_person_from <= limits.allowance_most <= MOST_ACCOUNTS:
        raise ValueError("allowances are out of range")


def _check_claims(claims: tuple[NameClaim, ...]) -> None:
    for each in claims:
        if not (each.words or each.endings or each.bio) or not (
            each.natures or each.qualifications
        ):
            raise ValueError("a claim has no words or nobody who may say it")
        if not all((*each.words, *each.endings, *each.bio)):
            raise ValueError("a word is empty")
