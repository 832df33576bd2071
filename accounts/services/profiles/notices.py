"""What operators are told of changes of their profiles."""

from collections.abc import Mapping
from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.enums import Category
from accounts.models import ProfileChange
from accounts.profile_words import ProfileChangeStatus, ProfilePart
from accounts.services.invitations import ACCOUNT
from accounts.services.notices import instant_in_words
from accounts.services.profiles.invitations import open_invitation_of
from compliance.errors import ActionRefused
from compliance.models import Audience, Notice, StaffUser
from compliance.notices.purposes import Example, Placeholder, Purpose
from compliance.notices.recipients import Reference
from compliance.notices.writing import NoticeDraft, write_notices
from compliance.responses import marker

APPROVED: Final = "accounts.profile_approved"
REFUSED: Final = "accounts.profile_refused"
RESET: Final = "accounts.profile_reset"
UNDONE: Final = "accounts.profile_reset_undone"
_STATUS_OF: Final = {
    APPROVED: ProfileChangeStatus.APPROVED,
    REFUSED: ProfileChangeStatus.REFUSED,
    RESET: ProfileChangeStatus.RESET,
    UNDONE: ProfileChangeStatus.UNDONE,
}
_PURPOSE_OF: Final = {status: purpose for purpose, status in _STATUS_OF.items()}
# More of an introduction than this is not repeated in a notice.
_SHOWN: Final = 200


def tell(change: ProfileChange, *, actor: StaffUser) -> list[Notice]:
    """
    Tell the operator what a change has come to.

    Public Account Provisions, art. 20 §2: whoever is affected is told the reason and the way to
    appeal.
    """
    who = Reference(ACCOUNT, change.account.platform_uid)
    return write_notices(
        [
            NoticeDraft(
                purpose=_PURPOSE_OF[ProfileChangeStatus(change.status)],
                audience=Audience.OPERATOR,
                about=change,
                subject=who,
                recipient=who,
                values=lambda _language: _values(change),
            )
        ],
        actor=actor,
    )


def _values(change: ProfileChange) -> dict[str, str]:
    told, appeal = change.decision_reason, ""
    invitation = None
    if change.status in (ProfileChangeStatus.REFUSED, ProfileChangeStatus.RESET):
        # The way to appeal is the last line of what is on record as told.
        told, _line_end, appeal = told.rpartition("\n")
        invitation = open_invitation_of(change)
    return {
        "reference": change.reference,
        "platform_uid": change.account.platform_uid,
        "account_name": change.name_before,
        "changes": "\n".join(_changes(change)),
        "decided_at": instant_in_words(change.decided_at),
        "told": told,
        "how": (
            _("Send another version here, without a login: %(link)s") % {"link": marker(invitation)}
            if invitation is not None
            else _("Hand another version in on the platform, where the account is run.")
        ),
        "appeal": appeal,
        "automation": (
            _("Decided by automated checks; you may ask for a person to look at it.")
            if change.is_automated
            else ""
        ),
    }


def _changes(change: ProfileChange) -> list[str]:
    words = {
        ProfilePart.NAME: change.name_after,
        ProfilePart.BIO: change.bio_after[:_SHOWN] or _("none"),
        ProfilePart.CATEGORY: str(Category(change.category_after).label),
        ProfilePart.AVATAR: _("another picture") if change.avatar_after_id else _("none"),
    }
    return [
        _("%(part)s: %(wanted)s") % {"part": ProfilePart(part).label, "wanted": words[part]}
        for part in map(ProfilePart, change.parts)
    ]


def _compose(purpose: str, about_id: str) -> Mapping[str, str]:
    change = ProfileChange.objects.select_related("account").get(pk=about_id)
    if change.status != _STATUS_OF[purpose]:
        raise ActionRefused(_("The change has moved on: this is no longer to be told."))
    return _values(change)


def _latest(purpose: str) -> Example | None:
    found = ProfileChange.objects.filter(status=_STATUS_OF[purpose]).order_by("-pk").first()
    return Example(str(found.pk), found.reference) if found is not None else None


_ABOUT: Final = (
    Placeholder(name="reference", label=gettext_lazy("number of the change"), is_required=True),
    Placeholder(name="platform_uid", label=gettext_lazy("account number of the platform")),
    Placeholder(name="account_name", label=gettext_lazy("account name before")),
    Placeholder(name="changes", label=gettext_lazy("what was to change"), is_required=True),
    Placeholder(name="decided_at", label=gettext_lazy("when it was decided")),
    Placeholder(name="automation", label=gettext_lazy("whether automation was used")),
    Placeholder(name="told", label=gettext_lazy("reason told to the operator")),
)
# Of a wish that was refused and of a profile that was set back.
_ABOUT_NOT_SHOWN: Final = (
    *_ABOUT,
    Placeholder(name="how", label=gettext_lazy("where to send another version"), is_required=True),
    Placeholder(name="appeal", label=gettext_lazy("how and until when to appeal")),
)

PURPOSES: Final = (
    Purpose(
        code=APPROVED,
        label=gettext_lazy("change of a profile that was approved"),
        audiences=(Audience.OPERATOR,),
        placeholders=_ABOUT,
        compose=lambda about_id, _language: _compose(APPROVED, about_id),
        latest=lambda: _latest(APPROVED),
        is_in_every_language=False,
    ),
    Purpose(
        code=REFUSED,
        label=gettext_lazy("change of a profile that was refused"),
        audiences=(Audience.OPERATOR,),
        placeholders=_ABOUT_NOT_SHOWN,
        compose=lambda about_id, _language: _compose(REFUSED, about_id),
        latest=lambda: _latest(REFUSED),
        reasons_in="told",
        appeal_in="appeal",
        is_in_every_language=False,
    ),
    Purpose(
        code=RESET,
        label=gettext_lazy("profile that was set back at once"),
        audiences=(Audience.OPERATOR,),
        placeholders=_ABOUT_NOT_SHOWN,
        compose=lambda about_id, _language: _compose(RESET, about_id),
        latest=lambda: _latest(RESET),
        reasons_in="told",
        appeal_in="appeal",
        is_in_every_language=False,
    ),
    Purpose(
        code=UNDONE,
        label=gettext_lazy("profile that is shown again as it was"),
        audiences=(Audience.OPERATOR,),
        placeholders=_ABOUT,
        compose=lambda about_id, _language: _compose(UNDONE, about_id),
        latest=lambda: _latest(UNDONE),
        reasons_in="told",
        is_in_every_language=False,
    ),
)
