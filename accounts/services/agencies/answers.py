"""What operators send about an agreement without a login."""

from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import AgencyContract, PublicAccount
from accounts.powers_words import ContractStatus
from accounts.services.agencies.invitations import MATERIAL
from accounts.services.agencies.review import resume_contract
from accounts.services.agencies.submission import attach_contract_documents
from compliance import audit, responses
from compliance.context import record_language
from compliance.errors import InvalidInput, TransitionRefused
from compliance.evidence.incoming import take_in
from compliance.models import ResponseInvitation
from compliance.provisions import Provision

WORDS: Final = "words"
FILES: Final = "files"
# Kept as they are, whichever language a screen has.
_SUPPLIED: Final = "运营者通过公开答复页面补充协议材料"
_STATEMENT_NAME: Final = "补充说明.txt"


def _about(invitation: ResponseInvitation) -> AgencyContract:
    return AgencyContract.objects.with_all().get(pk=invitation.about_id)


def _lock(invitation: ResponseInvitation) -> None:
    # The account first, as in handing in.
    contract = _about(invitation)
    audit.lock(PublicAccount.objects.get(pk=contract.account_id))
    audit.lock(contract)


def _ask(invitation: ResponseInvitation) -> responses.Asked:
    contract = _about(invitation)
    return responses.Asked(
        title=_("Material for the agreement %(number)s") % {"number": contract.number},
        text=contract.decision_reason,
        fields=(
            responses.TextField(
                name=WORDS,
                label=gettext_lazy("What you want to say"),
                hint=gettext_lazy("Only who reviews the agreement reads it."),
            ),
            responses.FilesField(name=FILES, label=gettext_lazy("Files")),
        ),
    )


def _receive(answer: responses.Answer) -> None:
    contract = _about(answer.invitation)
    if contract.status != ContractStatus.WAITING_MATERIAL:
        raise TransitionRefused(_("The agreement no longer waits for material."))
    words, files = answer.words[WORDS], answer.files[FILES]
    if not words and not files:
        raise InvalidInput(_("Write something or attach at least one file."))
    # The words as a file too, so that identity data in them is encrypted.
    statement = take_in(_STATEMENT_NAME, [words.encode()]) if words else None
    try:
        with record_language():
            shows = _("sent by the operator")
        attach_contract_documents(
            contract=contract,
            files=[*files, *([statement] if statement else [])],
            shows=shows,
            **answer.grounds,
        )
    finally:
        if statement is not None:
            statement.discard()
    resume_contract(contract=contract, expected_version=None, **answer.grounds)


KIND: Final = responses.ResponseKind(
    code=MATERIAL,
    label=gettext_lazy("material for an agreement with an agency"),
    ask=_ask,
    lock=_lock,
    receive=_receive,
    provision=Provision.PUBLIC_ACCOUNT_16_4,
    reason=_SUPPLIED,
)
