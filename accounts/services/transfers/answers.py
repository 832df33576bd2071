"""What both sides of a transfer send without a login: papers, and their confirmation."""

from typing import Final

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.enums import ApplicationSource
from accounts.models import Transfer
from accounts.services.exit_policies import exit_limits_in_force
from accounts.services.transfers.confirming import FOLLOWER_STEP, confirm_transfer
from accounts.services.transfers.materials import (
    Paper,
    attach_papers,
    lock_transfer,
    missing_papers,
    papers_in_words,
)
from accounts.services.transfers.parties import ASK_MATERIAL, ASK_OF
from accounts.services.transfers.review import withdraw_transfer
from accounts.transfer_words import TransferPaper, TransferParty, TransferStatus
from compliance import responses
from compliance.clocks.limits import limit_for
from compliance.errors import InvalidInput, TransitionRefused
from compliance.evidence.incoming import take_in
from compliance.models import DocumentKind, ResponseInvitation
from compliance.provisions import Provision
from compliance.rulebook.documents import version_in_force

WORDS: Final = "words"
ANSWER: Final = "answer"
CONFIRM: Final = "confirm"
DECLINE: Final = "decline"
# Kept as they are, whichever language a screen has.
_SUPPLIED: Final = "运营者通过公开答复页面补充转让材料"
_ANSWERED: Final = "当事方通过公开答复页面答复转让"
_STATEMENT_NAME: Final = "补充说明.txt"
_ASKED_FOR: Final = (
    TransferPaper.APPLICATION_LETTER,
    TransferPaper.NOTARISED_LETTER,
    TransferPaper.LICENCE,
)


def _about(invitation: ResponseInvitation) -> Transfer:
    found = Transfer.objects.with_identity().select_related(
        "matter", "work_item__clock", "confirmation_clock", "material_clock", "follower_clock"
    )
    return found.get(pk=invitation.about_id)


def _lock(invitation: ResponseInvitation) -> None:
    lock_transfer(_about(invitation))


def _ask_for_papers(invitation: ResponseInvitation) -> responses.Asked:
    transfer = _about(invitation)
    return responses.Asked(
        title=_("Papers for the transfer of %(uid)s") % {"uid": transfer.account.platform_uid},
        text=transfer.decision_reason,
        fields=(
            *(responses.FilesField(name=paper.value, label=paper.label) for paper in _ASKED_FOR),
            responses.TextField(
                name=WORDS,
                label=gettext_lazy("What you want to say"),
                hint=gettext_lazy("Only who reviews the transfer reads it."),
            ),
        ),
    )


def _receive_papers(answer: responses.Answer) -> None:
    transfer = _about(answer.invitation)
    if transfer.status != TransferStatus.WAITING_MATERIAL:
        raise TransitionRefused(_("The transfer no longer waits for papers."))
    words = answer.words[WORDS]
    papers = [
        Paper(paper, file) for paper in _ASKED_FOR for file in answer.files.get(paper.value, ())
    ]
    sent = {each.paper for each in papers}
    still = [each for each in missing_papers(transfer) if each not in sent]
    if still:
        # The page takes one answer: what is not in it could not be sent later.
        raise InvalidInput(
            _("Attach everything that is missing: %(papers)s.") % {"papers": papers_in_words(still)}
        )
    if not papers and not words:
        raise InvalidInput(_("Write something or attach at least one file."))
    statement = take_in(_STATEMENT_NAME, [words.encode()]) if words else None
    try:
        if statement is not None:
            papers.append(Paper(TransferPaper.STATEMENT, statement))
        attach_papers(transfer=transfer, papers=papers, **answer.grounds)
    finally:
        if statement is not None:
            statement.discard()


def _asking(party: TransferParty) -> responses.ResponseKind:
    """Return the kind of answer by which one side confirms a transfer or declines it."""

    def ask(invitation: ResponseInvitation) -> responses.Asked:
        transfer = _about(invitation)
        return responses.Asked(
            title=_("Transfer of the account %(uid)s") % {"uid": transfer.account.platform_uid},
            text="\n".join(_says(transfer, party)),
            fields=(
                responses.ChoiceField(
                    name=ANSWER,
                    label=gettext_lazy("Your answer"),
                    choices=(
                        (CONFIRM, gettext_lazy("I confirm the transfer")),
                        (DECLINE, gettext_lazy("I do not want the transfer")),
                    ),
                ),
            ),
        )

    def receive(answer: responses.Answer) -> None:
        transfer = _about(answer.invitation)
        if answer.words[ANSWER] == CONFIRM:
            confirm_transfer(
                transfer=transfer, party=party, source=ApplicationSource.RESPONSE, **answer.grounds
            )
            return
        withdraw_transfer(transfer=transfer, fence=None, expected_version=None, **answer.grounds)

    return responses.ResponseKind(
        code=ASK_OF[party],
        label=(
            gettext_lazy("confirmation of a transfer by who runs the account")
            if party == TransferParty.TRANSFEROR
            else gettext_lazy("confirmation of a transfer by who takes the account over")
        ),
        ask=ask,
        lock=_lock,
        receive=receive,
        provision=Provision.PUBLIC_ACCOUNT_11_2,
        reason=_ANSWERED,
    )


def _time_to_react() -> str:
    return limit_for(FOLLOWER_STEP, timezone.now()).amount_in_words


def _says(transfer: Transfer, party: TransferParty) -> list[str]:
    """Return what the page says to one side before it answers."""
    account = transfer.account
    lines = [
        _("The account “%(name)s” passes to %(transferee)s once both sides have confirmed it.")
        % {"name": account.name, "transferee": transfer.transferee},
        _(
            "The followers are told then and have %(time)s to react. Violations and open matters "
            "stay with the account; for %(months)s months nothing can be earned with it."
        )
        % {
            "time": _time_to_react(),
            "months": exit_limits_in_force(transfer.applied_at).monetisation_off_months,
        },
    ]
    if party == TransferParty.TRANSFEREE:
        agreement = version_in_force(DocumentKind.SERVICE_AGREEMENT, timezone.localdate())
        if agreement is not None:
            lines.append(
                _("By confirming you accept the service agreement, version %(label)s.")
                % {"label": agreement.label}
            )
    return lines


KINDS: Final = (
    responses.ResponseKind(
        code=ASK_MATERIAL,
        label=gettext_lazy("papers for a transfer"),
        ask=_ask_for_papers,
        lock=_lock,
        receive=_receive_papers,
        provision=Provision.PUBLIC_ACCOUNT_11_2,
        reason=_SUPPLIED,
    ),
    *(_asking(party) for party in TransferParty),
)
