"""The service that takes what an operator says in a hearing, and the page that asks for it."""

from collections.abc import Sequence
from typing import Final

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from compliance import audit, responses
from compliance.errors import ActionRefused, InvalidInput, TransitionRefused
from compliance.evidence.incoming import IncomingFile, take_in
from compliance.evidence.services import receive_file
from compliance.grounds import Grounds
from compliance.models import ResponseInvitation, ResponseReceipt, Sensitivity, StaffUser
from compliance.provisions import Provision
from compliance.roles import require_permission
from enforcement.hearing_words import CLOSING_STATEMENTS, HearingStatus, StatementKind
from enforcement.models import CaseEvidence, Decision, Hearing, HearingStatement, StatementDocument
from enforcement.services.emergencies.telling import emergency_in_words, later_rights_in_words
from enforcement.services.evidence import OWNER_KIND
from enforcement.services.hearings.ending import end_hearing
from enforcement.services.hearings.notices import (
    STATEMENT,
    clause_line,
    intended_in_words,
    rights_in_words,
    tell_of_receipt,
)
from enforcement.services.hearings.opening import invite, lock_hearing
from enforcement.services.hearings.planning import decision_heard

KIND: Final = "kind"
WORDS: Final = "words"
FILES: Final = "files"
# Kept as they are, whichever language a screen has.
_REASON: Final = "运营者通过公开答复页面作出陈述"
_WORDS_NAME: Final = "运营者陈述.txt"
_WORDS_SHOW: Final = "运营者的陈述"
_FILE_SHOWS: Final = "运营者随陈述提交的材料"


@transaction.atomic
def receive_statement(
    *,
    hearing: Hearing,
    kind: str,
    words: str = "",
    files: Sequence[IncomingFile] = (),
    receipt: ResponseReceipt | None = None,
    actor: StaffUser,
    provision: Provision,
    reason: str,
) -> HearingStatement:
    """
    Take a statement of an operator into the evidence of the case; a last one ends the hearing.

    Our choice, no article: before a grave measure the operator speaks. Words are kept as a file too,
    so that identity data in them is encrypted. More than one is taken until the time is over.

    :raises NotPermitted: if the actor may not propose decisions.
    :raises InvalidInput: if nothing is said, or something beside that there is nothing to say.
    :raises TransitionRefused: if the hearing is over.
    :raises ActionRefused: if the time is over.
    :raises MissingReason: if the reason is blank.
    """
    require_permission(actor, "enforcement.propose_decision")
    grounds = Grounds(actor=actor, provision=provision, reason=audit.require_reason(reason))
    decision = lock_hearing(hearing)
    _require_open(hearing)
    _check(kind, words, files)
    statement = HearingStatement.objects.create(
        hearing=hearing, kind=kind, receipt=receipt, received_at=timezone.now()
    )
    attached = _attach(statement, words, files, grounds)
    audit.record(
        action="enforcement.hearing.receive_statement",
        target=hearing,
        **grounds,
        changes={"kind": kind, "files": [each.evidence.file.number for each in attached]},
    )
    if kind in CLOSING_STATEMENTS:
        end_hearing(hearing, decision, "answer", grounds)
    else:
        responses.close_invitations(about=hearing, **grounds)
        invite(hearing, grounds)
        tell_of_receipt(hearing, occasion=str(statement.pk), actor=actor)
    return statement


def _require_open(hearing: Hearing) -> None:
    if hearing.status != HearingStatus.WAITING:
        raise TransitionRefused(
            _("No statement is waited for any more: %(state)s.")
            % {"state": hearing.get_status_display()}
        )
    if hearing.clock.due_at <= timezone.now():
        raise ActionRefused(_("The time for a statement is over."))


def _check(kind: str, words: str, files: Sequence[IncomingFile]) -> None:
    if kind not in StatementKind.values:
        raise InvalidInput(_("Say what you answer."))
    if kind == StatementKind.NOTHING:
        if words or files:
            raise InvalidInput(
                _("You chose that you have nothing to say, but wrote something: choose one.")
            )
    elif not words and not files:
        raise InvalidInput(_("Write something or attach at least one file."))


def _attach(
    statement: HearingStatement, words: str, files: Sequence[IncomingFile], grounds: Grounds
) -> list[StatementDocument]:
    written = take_in(_WORDS_NAME, [words.encode()]) if words else None
    attached = []
    try:
        for incoming in [*([written] if written else []), *files]:
            is_words = incoming is written
            file = receive_file(
                incoming=incoming,
                owner_kind=OWNER_KIND,
                # What may show a document is hidden until somebody asks to see it.
                sensitivity=(Sensitivity.ORDINARY if is_words else Sensitivity.IDENTITY_DOCUMENT),
                **grounds,
            )
            evidence = CaseEvidence.objects.create(
                case=statement.hearing.case,
                file=file,
                shows=_WORDS_SHOW if is_words else _FILE_SHOWS,
                attached_by=grounds["actor"].person,
            )
            attached.append(
                StatementDocument.objects.create(
                    statement=statement, evidence=evidence, is_words=is_words
                )
            )
    finally:
        if written is not None:
            written.discard()
    return attached


def _about(invitation: ResponseInvitation) -> Hearing:
    return Hearing.objects.select_related("account", "case", "clock").get(pk=invitation.about_id)


def _lock(invitation: ResponseInvitation) -> None:
    lock_hearing(_about(invitation))


def _ask(invitation: ResponseInvitation) -> responses.Asked:
    hearing = _about(invitation)
    decision = decision_heard(hearing)
    return responses.Asked(
        title=(
            _("Your statement on decision %(number)s on the account %(uid)s")
            if hearing.after is not None
            else _("Your statement before decision %(number)s on the account %(uid)s")
        )
        % {"number": decision.number, "uid": hearing.account.platform_uid},
        text="\n\n".join(
            [*filter(None, [emergency_in_words(decision)]), *_said(decision, hearing)]
        ),
        fields=(
            responses.ChoiceField(
                name=KIND, label=gettext_lazy("Your answer"), choices=StatementKind.choices
            ),
            responses.TextField(
                name=WORDS,
                label=gettext_lazy("Your statement"),
                hint=gettext_lazy(
                    "What is not so, what was otherwise, what should be considered. Only who "
                    "decides reads it."
                ),
                rows=10,
            ),
            responses.FilesField(
                name=FILES,
                label=gettext_lazy("Files"),
                hint=gettext_lazy("Documents, where there are any."),
            ),
        ),
        afterwards=_(
            "Those who decide weigh what you said; the decision tells you how. If more is to follow, "
            "a notice with a new link is on its way."
        ),
        takes_more=True,
    )


def _said(decision: Decision, hearing: Hearing) -> list[str]:
    """Return what is held against the operator, paragraph by paragraph."""
    return [
        _("What was found:") + f"\n{decision.facts}",
        _("Under which rule:")
        + f"\n{decision.violation_type}\n"
        + "\n".join(clause_line(each) for each in decision.clauses.order_by("pk")),
        _("Why:") + f"\n{decision.reasoning}",
        (_("What was ordered:") if hearing.after is not None else _("What is intended:"))
        + f"\n{intended_in_words(decision.ordered_measures.order_by('pk'))}",
        later_rights_in_words() if hearing.after is not None else rights_in_words(),
    ]


def _receive(answer: responses.Answer) -> None:
    receive_statement(
        hearing=_about(answer.invitation),
        kind=answer.words[KIND],
        words=answer.words[WORDS],
        files=answer.files[FILES],
        receipt=answer.receipt,
        **answer.grounds,
    )


KINDS: Final = (
    responses.ResponseKind(
        code=STATEMENT,
        label=gettext_lazy("statement before a decision"),
        ask=_ask,
        lock=_lock,
        receive=_receive,
        provision=Provision.PUBLIC_ACCOUNT_20_2,
        reason=_REASON,
    ),
)
