"""Services that set an unlawful profile back at once, and undo exactly that."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.conf import settings
from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from accounts.enums import AccountStatus, ApplicationSource
from accounts.models import Finding, ProfileChange, PublicAccount, Subject
from accounts.profile_words import RESET_PARTS, ProfilePart
from accounts.services.commands import command_profile
from accounts.services.correction_notices import clause_in_words
from accounts.services.corrections.ordering import check_grounds_told, require_told
from accounts.services.decision_texts import way_to_appeal
from accounts.services.findings import take_up_finding
from accounts.services.names import NAME_LENGTH
from accounts.services.policies import policy_in_force
from accounts.services.profiles.invitations import close_invitations_of, invite_after_refusal
from accounts.services.profiles.notices import RESET as TOLD_OF_RESET
from accounts.services.profiles.notices import tell
from accounts.services.profiles.setting import Profile, changes_of, set_profile
from compliance import audit
from compliance.errors import ActionRefused, InvalidInput
from compliance.grounds import Grounds
from compliance.models import Clause, StaffUser
from compliance.notices.interventions import cancel_unsent
from compliance.provisions import Provision
from compliance.responses import close_invitations
from compliance.roles import require_permission

RESET: Final = "accounts.reset_profile"
UNDO: Final = "accounts.undo_profilereset"
# Kept as it is, whichever language a screen has: what followers read, with the platform's number.
_NEUTRAL: Final = "账号"


@dataclass(frozen=True, kw_only=True)
class ResetDraft:
    """Which parts are set back, the facts that are told, and the clause cited."""

    parts: Sequence[str]
    facts: str
    clause: Clause


def neutral_name(account: PublicAccount) -> str:
    """Return the name that says nothing: the word for an account and the platform's number."""
    return f"{_NEUTRAL}{account.platform_uid}"[:NAME_LENGTH]


@transaction.atomic
def reset_profile(
    *,
    account: PublicAccount,
    draft: ResetDraft,
    finding: Finding | None = None,
    finding_fence: int | None = None,
    actor: StaffUser,
    provision: Provision,
    reason: str,
) -> ProfileChange:
    """
    Set the unlawful parts of a profile back to a neutral state at once, and nothing else.

    Public Account Provisions, art. 8 §2 and art. 20 §2; the neutral state is our choice. The
    service of the account goes on. The operator is told facts, rule and reason, asks for another
    profile by the link in the notice, and can appeal; a wish of the operator that waits stays.

    :raises NotPermitted: if the actor may not set profiles back.
    :raises MissingReason: if the reason is blank.
    :raises InvalidInput: if it is not said what is set back and why, or the clause cannot be cited.
    :raises ActionRefused: if the account is closed, or all of it is neutral already.
    :raises StaleLease: if the actor does not hold the finding.
    :raises TransitionRefused: if the finding was taken up or set aside before.
    """
    require_permission(actor, RESET)
    grounds = Grounds(actor=actor, provision=provision, reason=audit.require_reason(reason))
    audit.lock(account)
    parts = _checked_parts(account, draft)
    if finding is not None and finding.account_id != account.pk:
        raise InvalidInput(_("The finding is about another account."))
    close_invitations_of(account, grounds)
    now = timezone.now()
    change = ProfileChange(
        account=account,
        subject=Subject.objects.get(pk=account.subject_id),
        source=ApplicationSource.CONSOLE,
        parts=[each.value for each in parts],
        **_before_and_after(account, parts),
        policy=policy_in_force(now).row,
        facts=draft.facts.strip(),
        clause=draft.clause,
        origin_ref=f"finding:{finding.pk}" if finding is not None else "",
        received_at=now,
    )
    audit.create(change, **grounds)
    audit.move(
        change,
        "set_back",
        **grounds,
        decided_by=actor.person,
        decided_at=now,
        decision_reason=_told(change),
    )
    if finding is not None:
        take_up_finding(
            finding=finding, taken_up_as=change.ground_ref, fence=finding_fence, **grounds
        )
    _show(change, _neutral(account, parts), grounds)
    invite_after_refusal(change, grounds)
    tell(change, actor=actor)
    return change


def _checked_parts(account: PublicAccount, draft: ResetDraft) -> list[ProfilePart]:
    if account.status != AccountStatus.ACTIVE:
        raise ActionRefused(_("The account is closed; its profile stays as it is."))
    if not draft.parts or not set(draft.parts) <= set(RESET_PARTS):
        raise InvalidInput(_("Say what is set back: the name, the avatar or the introduction."))
    check_grounds_told(draft.facts, draft.clause)
    parts = [each for each in RESET_PARTS if each in draft.parts]
    neutral = {
        ProfilePart.NAME: account.name == neutral_name(account),
        ProfilePart.BIO: not account.bio,
    }
    already = [each for each in parts if neutral.get(each)]
    if already:
        raise ActionRefused(
            _("This is neutral already: %(parts)s.")
            % {"parts": _(", ").join(str(each.label) for each in already)}
        )
    return parts


def _neutral(account: PublicAccount, parts: Sequence[ProfilePart]) -> Profile:
    return Profile(
        name=neutral_name(account) if ProfilePart.NAME in parts else None,
        bio="" if ProfilePart.BIO in parts else None,
        is_avatar_removed=ProfilePart.AVATAR in parts,
    )


def _before_and_after(account: PublicAccount, parts: Sequence[ProfilePart]) -> dict[str, Any]:
    after = {"name": neutral_name(account), "bio": "", "avatar": None}
    return {f"{part}_before": getattr(account, part) for part in ProfilePart.values} | {
        f"{part}_after": after[part] if part in parts else getattr(account, part)
        for part in ProfilePart.values
    }


def _told(change: ProfileChange) -> str:
    """Return facts, rule, what was done and the way to appeal, in the platform's language."""
    assert change.clause is not None
    with translation.override(settings.LANGUAGE_CODE):
        return "\n".join(
            [
                change.facts,
                clause_in_words(change.clause),
                _("Set back: %(parts)s. The service of the account goes on.")
                % {"parts": _(", ").join(change.parts_in_words)},
                way_to_appeal(change.received_at),
            ]
        )


def _show(change: ProfileChange, profile: Profile, grounds: Grounds) -> None:
    account = change.account
    if changes_of(account, profile):
        set_profile(account=account, profile=profile, ground_ref=change.reference, **grounds)
    else:
        # A picture that was never sent here stands on the platform alone.
        command_profile(account, ground=change.reference, grounds=grounds)


@transaction.atomic
def undo_reset(
    *,
    change: ProfileChange,
    expected_version: int | None = None,
    told: str,
    actor: StaffUser,
    provision: Provision,
    reason: str,
) -> list[ProfilePart]:
    """
    Show a profile again as it was before it was set back, because that was wrong.

    Public Account Provisions, art. 20 §2: what should not have been is undone exactly. A part that
    the operator has changed since stays as it is now. Return the parts that were shown again.

    :raises NotPermitted: if the actor may not undo it.
    :raises MissingReason: if the reason is blank.
    :raises InvalidInput: if there is nothing to tell.
    :raises StaleVersion: if the change has moved on.
    :raises TransitionRefused: if it was undone before, or is no such change.
    :raises ActionRefused: if the account is closed, is run by somebody else, or the name is
        protected for somebody by now.
    """
    require_permission(actor, UNDO)
    grounds = Grounds(actor=actor, provision=provision, reason=audit.require_reason(reason))
    told = require_told(told)
    account = audit.lock(PublicAccount.objects.get(pk=change.account_id))
    audit.lock(change, expected_version=expected_version)
    if account.status != AccountStatus.ACTIVE:
        raise ActionRefused(_("The account is closed; its profile stays as it is."))
    if account.subject_id != change.subject_id:
        raise ActionRefused(_("The account is run by another subject now."))
    parts = _standing(change, account)
    audit.move(change, "undo", **grounds, decision_reason=told)
    # What was taken from the database again has forgotten the account, which is changed below.
    change.account = account
    close_invitations(about=change, **grounds)
    # Who has not heard of the reset yet hears only how it stands now.
    cancel_unsent(about=change, purposes=[TOLD_OF_RESET], **grounds)
    _show(
        change,
        Profile(
            name=change.name_before if ProfilePart.NAME in parts else None,
            bio=change.bio_before if ProfilePart.BIO in parts else None,
            avatar=change.avatar_before if ProfilePart.AVATAR in parts else None,
        ),
        grounds,
    )
    tell(change, actor=actor)
    return parts


def _standing(change: ProfileChange, account: PublicAccount) -> list[ProfilePart]:
    """Return the parts that are still as they were set back to."""
    now = {
        ProfilePart.NAME: account.name == change.name_after,
        ProfilePart.BIO: account.bio == change.bio_after,
        ProfilePart.AVATAR: account.avatar_id is None,
    }
    return [each for each in map(ProfilePart, change.parts) if now.get(each)]
