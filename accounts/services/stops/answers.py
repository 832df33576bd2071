"""What an operator who wants to stop sends without a login: that the wish is taken back."""

from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Stop
from accounts.services.stops.wishing import ASK_REVOKE, lock_stop, revoke_stop
from compliance import responses
from compliance.clocks.rules import last_day
from compliance.models import ResponseInvitation
from compliance.provisions import Provision

ANSWER: Final = "answer"
REVOKE: Final = "revoke"
# Kept as it is, whichever language a screen has.
_REVOKED: Final = "运营者通过公开答复页面撤回注销申请"


def _about(invitation: ResponseInvitation) -> Stop:
    return Stop.objects.select_related("account", "clock").get(pk=invitation.about_id)


def _lock(invitation: ResponseInvitation) -> None:
    lock_stop(_about(invitation))


def _ask(invitation: ResponseInvitation) -> responses.Asked:
    stop = _about(invitation)
    assert stop.clock is not None
    return responses.Asked(
        title=_("Closing of the account %(uid)s") % {"uid": stop.account.platform_uid},
        text=_(
            "The account “%(name)s” is closed after %(date)s, as was asked for. Until then this can "
            "be taken back here; the account then goes on as it is."
        )
        % {"name": stop.account.name, "date": last_day(stop.clock.due_at).isoformat()},
        fields=(
            responses.ChoiceField(
                name=ANSWER,
                label=gettext_lazy("Your answer"),
                choices=((REVOKE, gettext_lazy("Keep the account: I take the application back")),),
            ),
        ),
    )


def _receive(answer: responses.Answer) -> None:
    revoke_stop(stop=_about(answer.invitation), **answer.grounds)


KIND: Final = responses.ResponseKind(
    code=ASK_REVOKE,
    label=gettext_lazy("taking back the closing of an account"),
    ask=_ask,
    lock=_lock,
    receive=_receive,
    provision=Provision.PUBLIC_ACCOUNT_11_3,
    reason=_REVOKED,
)
