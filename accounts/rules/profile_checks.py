"""What a name and an introduction are checked for when an account that is there changes them."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from accounts.enums import CheckCode, CheckOutcome, SubjectNature
from accounts.rules import application_checks, name_checks
from accounts.rules.check_results import CheckReason, CheckResult, failed, passed
from accounts.rules.names import NameHit, fold
from accounts.rules.registration_limits import RegistrationLimits
from accounts.rules.screening.near_names import NearHit

_PLACES: Final = {code: place for place, code in enumerate(CheckCode)}
_SEVERITY: Final = tuple(CheckOutcome)


@dataclass(frozen=True, slots=True)
class DeclaredProfile:
    """A name and an introduction as they were sent, and what is known of whoever runs the account."""

    account_name: str
    bio: str
    subject_nature: SubjectNature | None
    qualifications: Collection[str] = ()
    """The types of the qualifications that were verified and are in force."""


@dataclass(frozen=True, slots=True)
class ProfileFacts:
    """What was looked up for one name; names of the subject's own accounts are no hits."""

    barred: NameHit | None = None
    reserved: tuple[NameHit, ...] = ()
    near: tuple[NearHit, ...] = ()
    protected_until: datetime | None = None
    """Until when the name is kept for somebody else, who gave it up."""
    own_namesake: str = ""
    """The number of another active account of the subject that folds to the same name."""


def checks_of_profile(
    declared: DeclaredProfile, facts: ProfileFacts, limits: RegistrationLimits
) -> tuple[CheckResult, ...]:
    """
    Return every check of a profile that ran, in the order of CheckCode: the ones of registration.

    Public Account Provisions, art. 8 §2 and §3: names and introductions are checked on every
    change by the same rules. An empty name or introduction is not checked.
    """
    made = [
        application_checks.safe_name(declared),
        application_checks.lawful_profile(declared, limits),
        name_checks.claims(
            declared,
            limits.name_claims,
            qualifications=declared.qualifications,
            is_reserved=bool(facts.reserved),
        ),
    ]
    if fold(declared.account_name):
        made += name_checks.listed_names(facts.barred, facts.reserved)
        near = name_checks.near_names(facts.near, protected_until=facts.protected_until)
        made += [near, _namesake(facts)]
    return tuple(
        sorted(
            (check for check in made if check is not None), key=lambda check: _PLACES[check.code]
        )
    )


def _namesake(facts: ProfileFacts) -> CheckResult:
    if not facts.own_namesake:
        return passed(CheckCode.DUPLICATE)
    return failed(CheckCode.DUPLICATE, CheckReason.ACTIVE_ACCOUNT, platform_uid=facts.own_namesake)


def worst_of(checks: Collection[CheckResult]) -> CheckOutcome:
    """Return the worst effect of some checks; of none it is that they passed."""
    return max((check.outcome for check in checks), key=_SEVERITY.index, default=CheckOutcome.PASS)
