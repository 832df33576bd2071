"""What another version of a policy would change, counted over the newest rows; nothing is written."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Final, TypeVar

from django.db.models import Count
from django.utils.translation import gettext as _

from accounts.catalogue_files import catalogue
from accounts.enums import AccountStatus, ApplicationStatus, Category, SubjectNature
from accounts.models import (
    AccountActivity,
    Application,
    ProfileChange,
    PublicAccount,
    Subject,
    Transfer,
)
from accounts.profile_words import ProfilePart
from accounts.rules.exit_limits import ExitLimits
from accounts.rules.names import fold
from accounts.rules.policy_content import PolicyContent
from accounts.rules.profile_limits import review_reason_of
from accounts.services.formulas.effects import Effect

Rule = TypeVar("Rule")
# Our choice: looked at while somebody waits for the page.
LOOKED_AT: Final = 500


def _pair(label: str, count: Callable[[Rule], int], before: Rule, after: Rule) -> Effect:
    return Effect(label, str(count(before)), str(count(after)))


def _looked_at(label: str, rows: Sequence[object]) -> Effect:
    return Effect(label, str(len(rows)), str(len(rows)))


def _accounts() -> list[PublicAccount]:
    active = PublicAccount.objects.filter(status=AccountStatus.ACTIVE).order_by("-pk")
    return list(active.select_related("subject")[:LOOKED_AT])


def registration_effects(
    present: PolicyContent, wanted: PolicyContent, now: datetime
) -> list[Effect]:
    """Return whose cap would be reached, what would need a person, which profiles hold a term."""
    newest = list(
        Subject.objects.filter(nature__in=SubjectNature.values).order_by("-pk")[:LOOKED_AT]
    )
    taken = dict(
        Application.objects.counting()
        .filter(subject__in=newest)
        .values_list("subject")
        .annotate(count=Count("pk"))
        .order_by()
    )
    accounts = _accounts()

    def at_the_cap(policy: PolicyContent) -> int:
        caps = policy.limits.subject_caps
        return sum(taken.get(each.pk, 0) >= caps[SubjectNature(each.nature)] for each in newest)

    def with_term(policy: PolicyContent) -> int:
        terms = [fold(each) for each in policy.limits.unlawful_terms]
        return sum(
            any(term in text for term in terms for text in (each.folded_name, fold(each.bio)))
            for each in accounts
        )

    effects = [
        _looked_at(_("Subjects looked at"), newest),
        _pair(_("Subjects that have reached their cap"), at_the_cap, present, wanted),
        _looked_at(_("Accounts looked at"), accounts),
        _pair(_("Accounts whose profile holds an unlawful term"), with_term, present, wanted),
    ]
    if present.limits.is_approval_automatic and not wanted.limits.is_approval_automatic:
        approved = Application.objects.filter(status=ApplicationStatus.APPROVED).order_by("-pk")
        automated = sum(approved.values_list("is_automated", flat=True)[:LOOKED_AT])
        label = _("Of the latest %(count)s applications, approved by the checks alone")
        effects.append(Effect(label % {"count": LOOKED_AT}, str(automated), "0"))
    return effects


def profile_effects(present: PolicyContent, wanted: PolicyContent, now: datetime) -> list[Effect]:
    """Return how many of the latest changes a person would look at though no check found anything."""
    changes = list(ProfileChange.objects.filter(checks__isnull=True).order_by("-pk")[:LOOKED_AT])
    divisions = [word for each in catalogue("provinces") for word in each["begins"]]

    def reviewed(policy: PolicyContent) -> int:
        return sum(
            review_reason_of(
                [ProfilePart(part) for part in each.parts],
                name=each.name_after,
                category=Category(each.category_after),
                claims=policy.limits.name_claims,
                divisions=divisions,
                limits=policy.profiles,
            )
            is not None
            for each in changes
        )

    return [
        _looked_at(_("Changes looked at in which no check found anything"), changes),
        _pair(_("Changes that a person decides"), reviewed, present, wanted),
    ]


def claim_effects(present: PolicyContent, wanted: PolicyContent, now: datetime) -> list[Effect]:
    """Return how many names and introductions claim what their subject's nature may not say."""
    accounts = _accounts()

    def claiming(policy: PolicyContent) -> int:
        return sum(
            any(
                found
                for claim in policy.limits.name_claims
                if each.subject.nature not in claim.natures
                for found in claim.found_in(each.folded_name, fold(each.bio))
            )
            for each in accounts
        )

    return [
        _looked_at(_("Accounts looked at"), accounts),
        _pair(_("Accounts that claim what their nature may not"), claiming, present, wanted),
    ]


def exit_effects(present: ExitLimits, wanted: ExitLimits, now: datetime) -> list[Effect]:
    """Return which transfers could not be applied for any more, and for whom the time would move."""
    transfers = list(Transfer.objects.open().order_by("-pk")[:LOOKED_AT])
    newest = PublicAccount.objects.filter(status=AccountStatus.ACTIVE).order_by("-pk")[:LOOKED_AT]
    followers = list(
        AccountActivity.objects.filter(account__in=[each.pk for each in newest]).values_list(
            "followers", flat=True
        )
    )

    def admitted(limits: ExitLimits) -> int:
        return sum(each.subject_nature in limits.natures for each in transfers)

    moved = sum(present.cooling_step(each) != wanted.cooling_step(each) for each in followers)
    return [
        _looked_at(_("Open transfers looked at"), transfers),
        _pair(_("Transferees of a nature that may take over"), admitted, present, wanted),
        _looked_at(_("Accounts looked at"), followers),
        Effect(_("Accounts whose time to think again would move"), "0", str(moved)),
    ]
