"""Taking in changes of profiles: looked at on every change, by the checks and, where asked, people."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Final

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.catalogue_files import catalogue
from accounts.enums import (
    AccountFunction,
    AccountStatus,
    ApplicationSource,
    Category,
    CheckOutcome,
    HoldKind,
    SubjectNature,
)
from accounts.models import ProfileChange, ProfileChangeCheck, PublicAccount, Subject
from accounts.powers_words import CreditService
from accounts.profile_words import ProfileChangeStatus, ProfilePart, ProfileReviewReason
from accounts.qualification_words import OPEN_STATUSES as OPEN_QUALIFICATIONS
from accounts.rules.profile_limits import ProfileLimits, review_reason_of
from accounts.services.holds import holds_in_force
from accounts.services.policies import Policy, policy_in_force
from accounts.services.profiles.applying import apply_change
from accounts.services.profiles.avatars import DrawnAvatar, check_avatar, keep_avatar
from accounts.services.profiles.checking import CheckedProfile, check_profile
from accounts.services.profiles.invitations import close_invitations_of, invite_after_refusal
from accounts.services.profiles.notices import tell
from accounts.services.profiles.setting import Profile, changes_of
from accounts.services.profiles.texts import text_of_refused_change
from accounts.services.qualifications.cover import is_covered
from accounts.services.restrictions import state_of
from accounts.services.standing import is_withheld
from compliance import audit
from compliance.clocks import start_clock
from compliance.context import record_language
from compliance.errors import ActionRefused, InvalidInput
from compliance.grounds import Grounds
from compliance.models import Side, StaffUser
from compliance.proposals import open_matter
from compliance.provisions import Provision
from compliance.roles import require_permission
from compliance.staff import system_actor
from compliance.work import open_item

SUBMIT: Final = "accounts.submit_profilechange"
MATTER: Final = "profile_change"
QUEUE: Final = "profile_changes"
REVIEW_STEP: Final = "profile_review"
# Our choices; no article sets them.
LONGEST_REFERENCE: Final = 100
YEAR: Final = timedelta(days=365)


def provision_of(parts: Collection[str]) -> Provision:
    """Return the article under which a change of these parts is looked at."""
    if set(parts) == {ProfilePart.CATEGORY}:
        return Provision.PUBLIC_ACCOUNT_7_1
    return Provision.PUBLIC_ACCOUNT_8_2


class ProfileChangeConflict(ActionRefused):
    """The number of the platform stands for another change of the account."""


@dataclass(frozen=True, kw_only=True)
class ProfileChangeDraft:
    """A change as it is handed in; None in the profile stays as it is, and so does no avatar."""

    profile: Profile
    avatar: DrawnAvatar | None = None
    platform_ref: str = ""


@transaction.atomic
def submit_profile_change(
    *,
    account: PublicAccount,
    draft: ProfileChangeDraft,
    source: ApplicationSource,
    actor: StaffUser,
    provision: Provision,
    reason: str,
) -> ProfileChange:
    """
    Take in a change of what everybody sees of an account, check it and decide or queue it.

    Public Account Provisions, art. 8 §2 (checked on every change), art. 7 §1 and art. 9 §1 (the
    category), art. 8 §3. What breaks a rule beyond doubt is refused by the checks; where they find
    nothing, and the policy lets them, they approve; about all else a person decides. The same
    number of the platform with the same content changes nothing and returns what is stored.

    :raises NotPermitted: if the actor may not hand in changes.
    :raises MissingReason: if the reason is blank.
    :raises InvalidInput: if nothing would change, or a part cannot be.
    :raises ProfileChangeConflict: if the number of the platform stands for another change.
    :raises ActionRefused: if the account is closed, a correction is under way, the name may not be
        changed now, a change waits already, or the field lacks its qualification.
    """
    require_permission(actor, SUBMIT)
    grounds = Grounds(actor=actor, provision=provision, reason=audit.require_reason(reason))
    audit.lock(account)
    if draft.avatar is not None:
        draft = replace(draft, profile=replace(draft.profile, avatar=keep_avatar(draft.avatar)))
    subject = Subject.objects.get(pk=account.subject_id)
    known = _known(account, draft)
    if known is not None:
        return known
    changes = changes_of(account, draft.profile)
    parts = [each for each in ProfilePart if each.value in changes]
    if not parts:
        raise InvalidInput(_("Nothing of the profile would change."))
    now = timezone.now()
    policy = policy_in_force(now)
    _require_possible(account, parts, changes, now)
    if source != ApplicationSource.CONSOLE and ProfilePart.NAME in parts:
        _require_rename_left(account, subject, policy.profile_limits, now)
    checked = _check(account, subject, draft.profile, parts, now)
    wanted = ProfileChange(
        account=account,
        subject=subject,
        source=source,
        platform_ref=draft.platform_ref.strip(),
        parts=[each.value for each in parts],
        **_before_and_after(account, changes),
        passed_checks=[code.value for code in checked.passed],
        review_reason=_review_reason(checked, parts, changes, account, policy) or "",
        policy=policy.row,
        received_at=now,
    )
    close_invitations_of(account, grounds)
    return _store(wanted, checked, policy, grounds)


def _known(account: PublicAccount, draft: ProfileChangeDraft) -> ProfileChange | None:
    number = draft.platform_ref.strip()
    if not number:
        return None
    if len(number) > LONGEST_REFERENCE:
        raise InvalidInput(
            _("The number of the change has more than %(limit)s characters.")
            % {"limit": LONGEST_REFERENCE}
        )
    found = account.profile_changes.filter(platform_ref=number).first()
    if found is None or _is_same(found, draft.profile):
        return found
    raise ProfileChangeConflict(
        _(
            "This number already stands for %(reference)s with other content. Nothing was "
            "changed; hand a different change in under a new number."
        )
        % {"reference": found.reference}
    )


def _is_same(change: ProfileChange, profile: Profile) -> bool:
    wanted = {
        ProfilePart.NAME: profile.name.strip() if profile.name is not None else None,
        ProfilePart.BIO: profile.bio,
        ProfilePart.CATEGORY: profile.category,
        ProfilePart.AVATAR: profile.avatar.pk if profile.avatar is not None else None,
    }
    stored = {
        ProfilePart.NAME: change.name_after,
        ProfilePart.BIO: change.bio_after,
        ProfilePart.CATEGORY: change.category_after,
        ProfilePart.AVATAR: change.avatar_after_id,
    }
    # What was given again as it stood before was no part of the change then either.
    return all(
        stored[part] == value if value is not None else part not in change.parts
        for part, value in wanted.items()
    )


def _before_and_after(account: PublicAccount, changes: dict[str, Any]) -> dict[str, Any]:
    return {
        f"{part}_{when}": changes.get(part, getattr(account, part))
        if when == "after"
        else getattr(account, part)
        for part in ProfilePart.values
        for when in ("before", "after")
    }


def _require_possible(
    account: PublicAccount, parts: Collection[ProfilePart], changes: dict[str, Any], now: datetime
) -> None:
    if account.status != AccountStatus.ACTIVE:
        raise ActionRefused(_("The account is closed; its profile stays as it is."))
    if holds_in_force(account).filter(kind=HoldKind.PENDING_CORRECTION).exists():
        raise ActionRefused(
            _(
                "A correction of the profile is under way: send what is to stand there as the "
                "answer to it."
            )
        )
    waiting = account.profile_changes.open().first()
    if waiting is not None:
        raise ActionRefused(
            _("%(reference)s waits for its review already: withdraw it first, or wait for it.")
            % {"reference": waiting.reference}
        )
    off = state_of(account, now).functions_off
    if ProfilePart.NAME in parts and AccountFunction.RENAME in off:
        raise ActionRefused(_("Changing the name is off for this account at present."))
    if ProfilePart.NAME in parts and is_withheld(account.subject_id, CreditService.RENAME):
        raise ActionRefused(
            _("The credit of whoever runs the account withholds a change of the name for now.")
        )
    if ProfilePart.CATEGORY in parts:
        require_field(account, Category(changes["category"]), now, is_pending_enough=True)


def require_field(
    account: PublicAccount, field: Category, now: datetime, *, is_pending_enough: bool = False
) -> None:
    """
    Refuse a field for which the account has no qualification.

    Public Account Provisions, art. 9 §1 and art. 5 §2. With `is_pending_enough` one that waits for
    its review does for the time being.

    :raises ActionRefused: with what to hand in.
    """
    if is_covered(account, field, now):
        return
    pending = account.qualifications.select_related("rule").filter(
        status__in=sorted(OPEN_QUALIFICATIONS)
    )
    is_pending = any(each.field == field and each.rule.opens_field for each in pending)
    if is_pending and is_pending_enough:
        return
    words = (
        _(
            "The qualification for the field “%(field)s” waits for its own review; decide that one "
            "first."
        )
        if is_pending
        else _(
            "Publishing in the field “%(field)s” asks for a qualification of that field: hand one "
            "in first."
        )
    )
    raise ActionRefused(words % {"field": field.label})


def _require_rename_left(
    account: PublicAccount, subject: Subject, limits: ProfileLimits, now: datetime
) -> None:
    most = (limits.renames_a_year or {}).get(SubjectNature(subject.nature))
    if most is None:
        return
    made = account.profile_changes.filter(
        status=ProfileChangeStatus.APPROVED,
        subject=subject,
        parts__contains=[ProfilePart.NAME],
        decided_at__gt=now - YEAR,
    ).order_by("-decided_at")
    counted = [each.decided_at for each in made[:most] if each.decided_at is not None]
    if len(counted) < most:
        return
    raise ActionRefused(
        _(
            "The name was changed %(count)s times within a year, as often as it may be; the next "
            "change is possible from %(date)s on."
        )
        % {"count": most, "date": timezone.localdate(counted[-1] + YEAR).isoformat()}
    )


def _check(
    account: PublicAccount,
    subject: Subject,
    profile: Profile,
    parts: Collection[ProfilePart],
    now: datetime,
) -> CheckedProfile:
    changed = replace(
        profile,
        name=profile.name if ProfilePart.NAME in parts else None,
        bio=profile.bio if ProfilePart.BIO in parts else None,
    )
    checked = check_profile(account=account, profile=changed, at=now)
    if profile.avatar is None or ProfilePart.AVATAR not in parts:
        return checked
    return checked.with_avatar(check_avatar(profile.avatar, subject))


def _review_reason(
    checked: CheckedProfile,
    parts: Collection[ProfilePart],
    changes: dict[str, Any],
    account: PublicAccount,
    policy: Policy,
) -> ProfileReviewReason | None:
    if checked.outcome != CheckOutcome.PASS:
        return None
    return review_reason_of(
        parts,
        name=changes.get("name", ""),
        category=Category(changes.get("category", account.category)),
        claims=policy.limits.name_claims,
        divisions=[word for each in catalogue("provinces") for word in each["begins"]],
        limits=policy.profile_limits,
    )


def _store(
    change: ProfileChange, checked: CheckedProfile, policy: Policy, grounds: Grounds
) -> ProfileChange:
    is_refused = checked.outcome == CheckOutcome.REFUSED
    is_clear = checked.outcome == CheckOutcome.PASS and not change.review_reason
    if not is_refused and not is_clear:
        change.matter = open_matter(MATTER)
        change.work_item = open_item(
            queue=QUEUE,
            clock=start_clock(step=REVIEW_STEP, **grounds),
            weight=policy.weight_of([hit.code.value for hit in checked.hits]),
            matter=change.matter,
            side=Side.DECIDED,
        )
    audit.create(change, **grounds)
    ProfileChangeCheck.objects.bulk_create(
        ProfileChangeCheck(
            change=change,
            code=hit.code,
            outcome=hit.outcome,
            reason_key=hit.reason,
            params=dict(hit.params),
        )
        for hit in checked.hits
    )
    _settle(change, checked, is_refused=is_refused, is_clear=is_clear, grounds=grounds)
    return change


def _settle(
    change: ProfileChange,
    checked: CheckedProfile,
    *,
    is_refused: bool,
    is_clear: bool,
    grounds: Grounds,
) -> None:
    system = system_actor()
    with record_language():
        by_checks = Grounds(
            actor=system, provision=grounds["provision"], reason=_("By the result of the checks")
        )
    if not (is_refused or is_clear):
        audit.move(change, "send_to_review", **by_checks)
        return
    decided: dict[str, Any] = {
        "is_automated": True,
        "decided_by": system.person,
        "decided_at": timezone.now(),
    }
    if is_refused:
        told = text_of_refused_change(checked.hits, timezone.now())
        audit.move(change, "refuse_by_checks", **by_checks, decision_reason=told, **decided)
        invite_after_refusal(change, by_checks)
    else:
        audit.move(change, "approve_by_checks", **by_checks, **decided)
        apply_change(change, by_checks)
    tell(change, actor=system)
