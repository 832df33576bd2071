"""Checking the profile of an account that is there, by the rules of registration."""

from dataclasses import dataclass
from datetime import datetime

from accounts.enums import AccountStatus, CheckCode, CheckOutcome, SubjectNature
from accounts.models import PublicAccount, Subject
from accounts.rules.check_results import CheckResult
from accounts.rules.names import barred_hit, fold, reserved_hits
from accounts.rules.profile_checks import (
    DeclaredProfile,
    ProfileFacts,
    checks_of_profile,
    worst_of,
)
from accounts.services.name_lookup import barred_index, reserved_index
from accounts.services.policies import policy_in_force
from accounts.services.profiles.setting import Profile
from accounts.services.qualifications.cover import types_in_force
from accounts.services.registration.facts import stored_fold
from accounts.services.screening import NearNames
from accounts.services.stops.protecting import protection_against


@dataclass(frozen=True)
class CheckedProfile:
    """Every check of a profile that ran; `explanation` of the rules puts each into words."""

    checks: tuple[CheckResult, ...]

    @property
    def hits(self) -> tuple[CheckResult, ...]:
        """Return the checks that did not pass."""
        return tuple(each for each in self.checks if each.outcome != CheckOutcome.PASS)

    @property
    def passed(self) -> tuple[CheckCode, ...]:
        """Return the codes of the checks that passed."""
        return tuple(each.code for each in self.checks if each.outcome == CheckOutcome.PASS)

    @property
    def outcome(self) -> CheckOutcome:
        """Return the worst effect: passed, a person decides, or refused."""
        return worst_of(self.checks)

    def with_avatar(self, avatar: CheckResult) -> "CheckedProfile":
        """Return these checks with that of an avatar, which has the code of what a profile claims."""
        others = [
            each
            for each in self.checks
            if each.code != avatar.code or each.outcome != CheckOutcome.PASS
        ]
        is_known = avatar.outcome == CheckOutcome.PASS and any(
            each.code == avatar.code for each in others
        )
        return CheckedProfile(tuple(others if is_known else [*others, avatar]))


def check_profile(
    *, account: PublicAccount, profile: Profile, at: datetime, subject: Subject | None = None
) -> CheckedProfile:
    """
    Check the name and the introduction that an account is to have; nothing is stored.

    Public Account Provisions, art. 8 §2 and §3. What `profile` leaves as it is (None) is not
    checked. `subject` is who is to run the account where that is somebody else (a transfer). The
    account itself is no hit, and other accounts of the subject are none but for the same name, as
    with registration. A name that somebody else gave up is kept for them here, too (art. 11 §3).
    About nine statements.

    :raises ActionRefused: if no registration policy is in force at `at`.
    """
    runs = account.subject if subject is None else subject
    name, bio = profile.name or "", profile.bio or ""
    folded = stored_fold(fold(name))
    declared = DeclaredProfile(
        account_name=name,
        bio=bio,
        subject_nature=SubjectNature(runs.nature) if runs.nature else None,
        qualifications=types_in_force(account, runs),
    )
    facts = ProfileFacts()
    if name:
        facts = ProfileFacts(
            barred=barred_hit(name, barred_index([name])),
            reserved=reserved_hits(name, reserved_index([name])),
            # Whoever runs it now is the account itself.
            near=NearNames([name]).hits_of(name, own={account.subject_id, runs.pk}),
            protected_until=_protected_until(account, runs, folded, at),
            own_namesake=_namesake(account, runs, folded),
        )
    return CheckedProfile(checks_of_profile(declared, facts, policy_in_force(at).limits))


def _protected_until(
    account: PublicAccount, runs: Subject, folded: str, at: datetime
) -> datetime | None:
    # Another way to write the name that the account has takes nothing from anybody.
    if folded == account.folded_name:
        return None
    protection = protection_against(folded, runs.pk, at)
    return protection.protected_until if protection is not None else None


def _namesake(account: PublicAccount, runs: Subject, folded: str) -> str:
    others = PublicAccount.objects.filter(
        subject=runs, folded_name=folded, status=AccountStatus.ACTIVE
    ).exclude(pk=account.pk)
    return others.values_list("platform_uid", flat=True).order_by("pk").first() or ""
