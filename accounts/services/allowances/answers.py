"""What operators send without a login for an application for more accounts."""

from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.allowance_words import AllowanceStatus
from accounts.models import AccountAllowance
from accounts.services.allowances.notices import MATERIAL
from accounts.services.allowances.review import resume_allowance
from accounts.services.allowances.submission import attach_material
from compliance import audit, responses
from compliance.context import record_language
from compliance.errors import InvalidInput, TransitionRefused
from compliance.evidence.incoming import take_in
from compliance.models import ResponseInvitation
from compliance.provisions import Provision

WORDS: Final = "words"
FILES: Final = "files"
# Kept as they are, whichever language a screen has.
_REASON: Final = "运营者通过公开答复页面补充多账号申请材料"
_STATEMENT_NAME: Final = "补充说明.txt"


def _allowance_of(invitation: ResponseInvitation) -> AccountAllowance:
    return AccountAllowance.objects.get(pk=invitation.about_id)


def _lock(invitation: ResponseInvitation) -> None:
    audit.lock(_allowance_of(invitation))


def _ask(invitation: ResponseInvitation) -> responses.Asked:
    allowance = _allowance_of(invitation)
    return responses.Asked(
        title=_("Material for the application %(uid)s") % {"uid": allowance.reference},
        text=allowance.decision_reason,
        fields=(
            responses.TextField(name=WORDS, label=gettext_lazy("What you want to say")),
            responses.FilesField(name=FILES, label=gettext_lazy("Files")),
        ),
    )


def _receive(answer: responses.Answer) -> None:
    allowance = _allowance_of(answer.invitation)
    if allowance.status != AllowanceStatus.WAITING_MATERIAL:
        raise TransitionRefused(_("This application does not wait for material any more."))
    words, files = answer.words[WORDS], list(answer.files[FILES])
    if not words and not files:
        raise InvalidInput(_("Write something or attach at least one file."))
    statement = take_in(_STATEMENT_NAME, [words.encode()]) if words else None
    try:
        with record_language():
            shows = _("Supplied by the operator, %(receipt)s") % {"receipt": answer.receipt.number}
        attach_material(
            allowance=allowance,
            files=[*([statement] if statement else []), *files],
            shows=shows,
            receipt=answer.receipt,
            **answer.grounds,
        )
    finally:
        if statement is not None:
            statement.discard()
    resume_allowance(allowance=allowance, expected_version=None, **answer.grounds)


KIND: Final = responses.ResponseKind(
    code=MATERIAL,
    label=gettext_lazy("material for an application for more accounts"),
    ask=_ask,
    lock=_lock,
    receive=_receive,
    provision=Provision.PUBLIC_ACCOUNT_10_1,
    reason=_REASON,
)
