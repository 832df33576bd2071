"""What operators send without a login after a refusal: another version of the change."""

from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.enums import ApplicationSource, Category
from accounts.models import ProfileChange, PublicAccount
from accounts.profile_words import ProfilePart
from accounts.rules.application_data import COLUMN_LIMITS
from accounts.services.profiles.invitations import CHANGE
from accounts.services.profiles.setting import Profile
from accounts.services.profiles.submission import ProfileChangeDraft, submit_profile_change
from compliance import audit, responses
from compliance.models import ResponseInvitation
from compliance.provisions import Provision

# Kept as it is, whichever language a screen has.
_SENT: Final = "运营者通过公开答复页面重新提交变更"


def _about(invitation: ResponseInvitation) -> ProfileChange:
    return ProfileChange.objects.select_related("account").get(pk=invitation.about_id)


def _lock(invitation: ResponseInvitation) -> None:
    # The account first, as in handing in.
    change = _about(invitation)
    audit.lock(PublicAccount.objects.get(pk=change.account_id))
    audit.lock(change)


def _ask(invitation: ResponseInvitation) -> responses.Asked:
    change = _about(invitation)
    told, _line_end, _appeal = change.decision_reason.rpartition("\n")
    fields: list[responses.TextField | responses.ChoiceField] = []
    empty = gettext_lazy("Leave it empty to keep what is shown now.")
    if ProfilePart.NAME in change.parts:
        fields.append(
            responses.TextField(
                name=ProfilePart.NAME.value,
                label=gettext_lazy("Account name"),
                hint=empty,
                longest=COLUMN_LIMITS["account_name"],
                rows=1,
            )
        )
    if ProfilePart.BIO in change.parts:
        fields.append(
            responses.TextField(
                name=ProfilePart.BIO.value,
                label=gettext_lazy("Introduction"),
                hint=empty,
                longest=COLUMN_LIMITS["bio"],
            )
        )
    if ProfilePart.CATEGORY in change.parts:
        fields.append(
            responses.ChoiceField(
                name=ProfilePart.CATEGORY.value,
                label=gettext_lazy("Category"),
                hint=empty,
                choices=Category.choices,
                is_needed=False,
            )
        )
    return responses.Asked(
        title=_("Another version of the profile of %(name)s") % {"name": change.account.name},
        text=told,
        fields=fields,
    )


def _receive(answer: responses.Answer) -> None:
    change, words = _about(answer.invitation), answer.words
    category = words.get(ProfilePart.CATEGORY.value)
    submit_profile_change(
        account=change.account,
        draft=ProfileChangeDraft(
            profile=Profile(
                name=words.get(ProfilePart.NAME.value) or None,
                bio=words.get(ProfilePart.BIO.value) or None,
                category=Category(category) if category else None,
            )
        ),
        source=ApplicationSource.RESPONSE,
        **answer.grounds,
    )


KIND: Final = responses.ResponseKind(
    code=CHANGE,
    label=gettext_lazy("another version of a profile"),
    ask=_ask,
    lock=_lock,
    receive=_receive,
    provision=Provision.PUBLIC_ACCOUNT_8_2,
    reason=_SENT,
)
