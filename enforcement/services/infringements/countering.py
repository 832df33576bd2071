"""What operators answer to a notice of infringement on the response page, and that it is passed on."""

from collections.abc import Sequence
from typing import Final

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from compliance import audit, responses
from compliance.clocks import finish_clock, start_clock
from compliance.errors import ActionRefused, TransitionRefused
from compliance.evidence.incoming import IncomingFile
from compliance.evidence.services import receive_file
from compliance.grounds import Grounds
from compliance.identity import vault
from compliance.models import ResponseInvitation, Sensitivity
from compliance.models.identity import IdentityField
from compliance.provisions import Provision
from enforcement.infringement_words import InfringementParty, InfringementStatus
from enforcement.models import Infringement, InfringementFile
from enforcement.services.infringements import notices
from enforcement.services.infringements.filing import (
    LONGEST_EVIDENCE,
    LONGEST_HOLDER,
    infringement_of,
    passed_on,
)
from enforcement.services.infringements.stages import lock_infringement

OWNER_KIND: Final = "enforcement.infringement"
WAIT: Final = "counter_statement_wait"
NAME: Final = "name"
WORDS: Final = "words"
FILES: Final = "files"
# Kept as it is, whichever language a screen has.
_REASON: Final = "运营者通过公开答复页面提交不存在侵权行为的声明"
N = InfringementStatus


def attach_files(
    infringement: Infringement,
    party: InfringementParty,
    files: Sequence[IncomingFile],
    grounds: Grounds,
) -> None:
    """Attach what one side sent for good; only who handles the complaint sees it."""
    if not files:
        return
    kept = [
        InfringementFile.objects.create(
            infringement=infringement,
            party=party,
            file=receive_file(
                incoming=each,
                owner_kind=OWNER_KIND,
                # What may show a document is hidden until somebody asks to see it.
                sensitivity=Sensitivity.IDENTITY_DOCUMENT,
                **grounds,
            ),
        )
        for each in files
    ]
    audit.record(
        action="enforcement.infringement.supply_material",
        target=infringement,
        changes={"files": [each.file.number for each in kept]},
        **grounds,
    )


def receive_counter_statement(
    *,
    infringement: Infringement,
    name: str,
    words: str,
    files: Sequence[IncomingFile],
    grounds: Grounds,
) -> None:
    """
    Keep that an operator disputes a notice, and pass it on to the complainant at once.

    Civil Code, art. 1196: the statement goes to whoever gave notice, who is told where to turn. From
    here on the complainant has fifteen days to show that they turned there. Called by the response
    page, which has locked the notice.

    :raises TransitionRefused: if nothing is waited for any more.
    :raises ActionRefused: if the time is over.
    """
    clock = infringement.counter_clock
    if infringement.status != N.FORWARDED or clock is None:
        raise TransitionRefused(_("No counter-statement is waited for any more."))
    if clock.due_at <= timezone.now():
        raise ActionRefused(_("The time for a counter-statement is over."))
    key = infringement.account.subject.key
    audit.move(
        infringement,
        "counter",
        **grounds,
        counter_name=vault.store(key, IdentityField.NAME, name),
        counter_words=vault.store(key, IdentityField.STATEMENT, words),
        countered_at=timezone.now(),
        wait_clock=start_clock(step=WAIT, **grounds),
    )
    finish_clock(clock=clock, **grounds)
    attach_files(infringement, InfringementParty.OPERATOR, files, grounds)
    notices.tell_complainant(infringement, notices.COUNTERED, actor=grounds["actor"])


def _about(invitation: ResponseInvitation) -> Infringement:
    number = Infringement.objects.only("complaint").get(pk=invitation.about_id)
    found = infringement_of(number.complaint)
    assert found is not None
    return found


def _ask(invitation: ResponseInvitation) -> responses.Asked:
    infringement = _about(invitation)
    shown = passed_on(infringement)
    return responses.Asked(
        title=_("Notice of infringement %(number)s about the account %(uid)s")
        % {"number": infringement.complaint.number, "uid": infringement.account.platform_uid},
        text="\n\n".join(
            [
                _("Content:") + f"\n{infringement.complaint.content_ref}",
                _("Right:") + f"\n{infringement.get_right_display()}",
                _("Holder of the right:") + f"\n{shown.holder}",
                _("What is said to be infringed:") + f"\n{shown.work}",
                _("First evidence:") + f"\n{shown.evidence}",
                _(
                    "If nothing is infringed, say so here. Your name and your words are passed on to "
                    "whoever gave notice, who may then sue or turn to an authority; your files stay "
                    "with us. If no lawsuit is shown within fifteen days, what was done about the "
                    "content is lifted the same day."
                ),
            ]
        ),
        fields=(
            responses.TextField(
                name=NAME,
                label=gettext_lazy("Your real name, or that of your organisation"),
                hint=gettext_lazy("It is passed on with the statement."),
                is_needed=True,
                longest=LONGEST_HOLDER,
                rows=1,
            ),
            responses.TextField(
                name=WORDS,
                label=gettext_lazy("Why nothing is infringed, and the first evidence of it"),
                hint=gettext_lazy(
                    "It is passed on as you write it: leave out addresses and telephone numbers."
                ),
                is_needed=True,
                longest=LONGEST_EVIDENCE,
                rows=10,
            ),
            responses.FilesField(
                name=FILES,
                label=gettext_lazy("Files"),
                hint=gettext_lazy("Licences, originals; only who handles the notice sees them."),
            ),
        ),
        afterwards=_("Your statement is passed on. You are told how the notice ended."),
    )


def _receive(answer: responses.Answer) -> None:
    receive_counter_statement(
        infringement=_about(answer.invitation),
        name=answer.words[NAME],
        words=answer.words[WORDS],
        files=answer.files[FILES],
        grounds=answer.grounds,
    )


KINDS: Final = (
    responses.ResponseKind(
        code=notices.COUNTER,
        label=gettext_lazy("counter-statement to a notice of infringement"),
        ask=_ask,
        lock=lambda invitation: lock_infringement(_about(invitation)),
        receive=_receive,
        provision=Provision.CIVIL_CODE_1196,
        reason=_REASON,
    ),
)
