"""What operators and claimants send without a login about a claim."""

from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Repudiation
from accounts.repudiation_words import RepudiationParty, RepudiationStatus
from accounts.services.repudiations import notices
from accounts.services.repudiations.review import resume_repudiation
from accounts.services.repudiations.submission import TRACKING, attach
from compliance import audit, responses
from compliance.errors import InvalidInput, TransitionRefused
from compliance.models import ResponseInvitation
from compliance.provisions import Provision

WORDS: Final = "words"
FILES: Final = "files"
# Kept as they are, whichever language a screen has.
_REASON_OF_OPERATOR: Final = "运营者通过公开答复页面就登记身份作出说明"
_REASON_OF_CLAIMANT: Final = "申请人通过公开答复页面补充材料"


def repudiation_of(invitation: ResponseInvitation) -> Repudiation:
    """Return the claim that an invitation is about."""
    return Repudiation.objects.with_identity().get(pk=invitation.about_id)


def _lock(invitation: ResponseInvitation) -> None:
    audit.lock(Repudiation.objects.get(pk=invitation.about_id))


def _fields(label: object) -> tuple[responses.TextField, responses.FilesField]:
    return (
        responses.TextField(
            name=WORDS,
            label=label,  # type: ignore[arg-type]
            hint=gettext_lazy("Only who looks into the claim reads it."),
        ),
        responses.FilesField(name=FILES, label=gettext_lazy("Files")),
    )


def _ask_operator(invitation: ResponseInvitation) -> responses.Asked:
    repudiation = repudiation_of(invitation)
    account = repudiation.account
    return responses.Asked(
        title=_("Statement about the registered identity of the account %(uid)s")
        % {"uid": account.platform_uid if account is not None else ""},
        text=repudiation.decision_reason,
        fields=_fields(gettext_lazy("Your statement")),
    )


def _ask_claimant(invitation: ResponseInvitation) -> responses.Asked:
    repudiation = repudiation_of(invitation)
    return responses.Asked(
        title=_("Material for the claim %(reference)s") % {"reference": repudiation.reference},
        text=repudiation.decision_reason,
        fields=_fields(gettext_lazy("What you want to say")),
    )


def _ask_nothing(invitation: ResponseInvitation) -> responses.Asked:
    return responses.Asked(
        title=_("Claim %(reference)s") % {"reference": repudiation_of(invitation).reference},
        text=_("This code shows how the claim stands; nothing is asked here."),
        fields=(),
    )


def _receive(answer: responses.Answer, party: RepudiationParty, status: str) -> None:
    repudiation = repudiation_of(answer.invitation)
    if repudiation.status != status:
        raise TransitionRefused(_("This claim does not wait for an answer any more."))
    words, files = answer.words[WORDS], answer.files[FILES]
    if not words and not files:
        raise InvalidInput(_("Write something or attach at least one file."))
    attach(
        repudiation,
        words=words,
        files=files,
        party=party,
        receipt=answer.receipt,
        grounds=answer.grounds,
    )
    resume_repudiation(repudiation=repudiation, expected_version=None, **answer.grounds)


def _receive_statement(answer: responses.Answer) -> None:
    _receive(answer, RepudiationParty.OPERATOR, RepudiationStatus.WAITING_STATEMENT)


def _receive_material(answer: responses.Answer) -> None:
    _receive(answer, RepudiationParty.CLAIMANT, RepudiationStatus.WAITING_MATERIAL)


def _receive_nothing(answer: responses.Answer) -> None:
    raise InvalidInput(_("This code shows how the claim stands; nothing is asked here."))


KINDS: Final = (
    responses.ResponseKind(
        code=notices.STATEMENT,
        label=gettext_lazy("statement about a disputed identity"),
        ask=_ask_operator,
        lock=_lock,
        receive=_receive_statement,
        provision=Provision.PUBLIC_ACCOUNT_8_1,
        reason=_REASON_OF_OPERATOR,
    ),
    responses.ResponseKind(
        code=notices.MATERIAL,
        label=gettext_lazy("material for a claim of a disputed identity"),
        ask=_ask_claimant,
        lock=_lock,
        receive=_receive_material,
        provision=Provision.PUBLIC_ACCOUNT_8_1,
        reason=_REASON_OF_CLAIMANT,
    ),
    responses.ResponseKind(
        code=TRACKING,
        label=gettext_lazy("state of a claim of a disputed identity"),
        ask=_ask_nothing,
        lock=_lock,
        receive=_receive_nothing,
        provision=Provision.PUBLIC_ACCOUNT_8_1,
        reason=_REASON_OF_CLAIMANT,
        page="repudiation",
    ),
)
