"""What appeals tell other parts when apps are ready: disputes, more time, what the code opens."""

from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from compliance import audit, responses
from compliance.clocks.extensions import register_teller
from compliance.models import ResponseInvitation
from compliance.provisions import Provision
from enforcement.appeal_words import AppealGround
from enforcement.models import Decision
from enforcement.services.appeals.filing import disputed, file_appeal
from enforcement.services.appeals.telling import APPEAL_KIND, tell_of_more_time
from enforcement.services.credit.disputes import register_dispute_source

GROUND: Final = "ground"
WORDS: Final = "words"
FILES: Final = "files"
# Kept as it is, whichever language a screen has.
REASON: Final = "运营者通过公开申诉页面提出申诉"
# The public page that stands in the place of the response page.
PAGE: Final = "appeal_case"


def _decision(invitation: ResponseInvitation) -> Decision:
    found = Decision.objects.select_related(
        "account", "appeal_clock", "case__matter", "proposal", "violation_type"
    )
    return found.get(pk=invitation.about_id)


def _lock(invitation: ResponseInvitation) -> None:
    audit.lock(_decision(invitation))


def _ask(invitation: ResponseInvitation) -> responses.Asked:
    decision = _decision(invitation)
    return responses.Asked(
        title=_("Appeal against decision %(number)s on the account %(uid)s")
        % {"number": decision.number, "uid": decision.account.platform_uid},
        text=_(
            "Somebody who took no part in the decision hears your appeal. It never makes a measure "
            "heavier."
        ),
        fields=FIELDS,
        afterwards=_("You are told whether the appeal is accepted, and then what became of it."),
    )


FIELDS: Final = (
    responses.ChoiceField(
        name=GROUND, label=gettext_lazy("What you contest"), choices=AppealGround.choices
    ),
    responses.TextField(
        name=WORDS,
        label=gettext_lazy("Why"),
        hint=gettext_lazy("What is wrong or was left out. Only those who hear the appeal read it."),
        is_needed=True,
        rows=10,
    ),
    responses.FilesField(
        name=FILES,
        label=gettext_lazy("Files"),
        hint=gettext_lazy("Whatever supports it, where there is anything."),
    ),
)


def _receive(answer: responses.Answer) -> None:
    file_appeal(
        decision=_decision(answer.invitation),
        ground=answer.words[GROUND],
        words=answer.words[WORDS],
        files=answer.files[FILES],
        receipt=answer.receipt,
        **answer.grounds,
    )


KIND: Final = responses.ResponseKind(
    code=APPEAL_KIND,
    label=gettext_lazy("appeal"),
    ask=_ask,
    lock=_lock,
    receive=_receive,
    provision=Provision.PUBLIC_ACCOUNT_20_2,
    reason=REASON,
    page=PAGE,
    number=lambda invitation: _decision(invitation).number,
)


def register() -> None:
    """Say what is disputed, who is told of more time, and what a code opens."""
    register_dispute_source(disputed)
    register_teller("appeal_decision", tell_of_more_time)
    responses.register_response_kind(KIND)
