"""What operators without a login are asked about a correction on the public response page."""

from typing import Final

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.correction_words import AnswerKind, AnswerSource, DelayReason, Mismatch
from accounts.models import Correction
from accounts.services.correction_notices import (
    consequences_in_words,
    found_in_words,
    rule_in_words,
    what_to_do,
)
from accounts.services.corrections.answers import (
    LONGEST_BIO,
    AnswerDraft,
    answer_correction,
    ask_for_more_time,
    lock_with_account,
)
from accounts.services.corrections.invitations import ANSWER, MORE_TIME
from accounts.services.names import NAME_LENGTH
from compliance import responses
from compliance.clocks.rules import last_day
from compliance.errors import InvalidInput
from compliance.models import ResponseInvitation
from compliance.provisions import Provision

KIND: Final = "answer"
NAME: Final = "name"
BIO: Final = "bio"
WORDS: Final = "words"
FILES: Final = "files"
WHY: Final = "why"
# Kept as they are, whichever language a screen has.
_ANSWERED: Final = "运营者通过公开答复页面答复改正通知"
_MORE_TIME: Final = "运营者通过公开答复页面申请延长改正期限"
_MORE_TIME_BECAUSE: Final = {
    DelayReason.AUTHORITY: f"{_MORE_TIME}：等待主管部门出具材料",
    DelayReason.REGISTRY: f"{_MORE_TIME}：正在办理名称变更登记",
    DelayReason.INTERNAL: f"{_MORE_TIME}：等待单位内部审批",
    DelayReason.TECHNICAL: f"{_MORE_TIME}：技术原因",
    DelayReason.ABSENCE: f"{_MORE_TIME}：运营人员患病或者外出",
}


def _about(invitation: ResponseInvitation) -> Correction:
    return Correction.objects.select_related(
        "account", "clause__rule_version__document", "clock"
    ).get(pk=invitation.about_id)


def _lock(invitation: ResponseInvitation) -> None:
    lock_with_account(_about(invitation))


def _ask(invitation: ResponseInvitation) -> responses.Asked:
    correction = _about(invitation)
    fields: list[responses.ChoiceField | responses.TextField | responses.FilesField] = [
        responses.ChoiceField(
            name=KIND, label=gettext_lazy("Your answer"), choices=AnswerKind.choices
        )
    ]
    if Mismatch.NAME in correction.mismatches:
        fields.append(
            responses.TextField(
                name=NAME,
                label=gettext_lazy("New account name"),
                hint=gettext_lazy("Only if you correct it."),
                longest=NAME_LENGTH,
                rows=1,
            )
        )
    if Mismatch.BIO in correction.mismatches:
        fields.append(
            responses.TextField(
                name=BIO,
                label=gettext_lazy("New introduction"),
                hint=gettext_lazy("Only if you correct it; empty for none."),
                longest=LONGEST_BIO,
            )
        )
    fields += [
        responses.TextField(
            name=WORDS,
            label=gettext_lazy("What you want to say"),
            hint=gettext_lazy("Only who reviews the correction reads it."),
        ),
        responses.FilesField(
            name=FILES,
            label=gettext_lazy("Files"),
            hint=(
                gettext_lazy("The new picture, if you correct it; documents, where there are any.")
                if Mismatch.AVATAR in correction.mismatches
                else gettext_lazy("Documents, where there are any.")
            ),
        ),
    ]
    return responses.Asked(
        title=_("Correction %(reference)s of the account %(uid)s")
        % {"reference": correction.reference, "uid": correction.account.platform_uid},
        text="\n\n".join(
            [
                *_said_before(correction),
                _("What was found (%(ground)s):") % {"ground": correction.get_ground_display()}
                + f"\n{found_in_words(correction)}\n{correction.facts}",
                _("Under which rule:") + f"\n{rule_in_words(correction)}",
                _("What has to be done:") + f"\n{what_to_do(correction)}",
                consequences_in_words(correction),
            ]
        ),
        fields=fields,
        afterwards=_(
            "People review the answer, and a notice says what came of it. Once a correction is "
            "accepted, the service resumes on that day."
        ),
        until=_("The time is over; a correction is still taken.") if _is_late(correction) else "",
    )


def _is_late(correction: Correction) -> bool:
    return correction.clock.due_at <= timezone.now()


def _said_before(correction: Correction) -> list[str]:
    """Return why the last answer did not do, and that the time is over, where that is so."""
    lines = []
    if correction.decision_reason:
        lines.append(
            _("Why the last answer was not accepted: %(told)s")
            % {"told": correction.decision_reason}
        )
    if _is_late(correction):
        lines.append(
            _(
                "The time was over at the end of %(day)s. A correction is still taken until the "
                "platform has decided whether it terminates its service."
            )
            % {"day": last_day(correction.clock.due_at).isoformat()}
        )
    return lines


def _receive(answer: responses.Answer) -> None:
    correction, words, files = _about(answer.invitation), answer.words, answer.files[FILES]
    corrects = words[KIND] == AnswerKind.CORRECTED
    wrong = correction.mismatches
    if corrects and Mismatch.AVATAR in wrong and not files:
        raise InvalidInput(_("Send the new picture as a file."))
    typed = {name: words.get(name, "") for name in (NAME, BIO)}
    if not corrects and any(typed.values()):
        raise InvalidInput(_("Whoever changes the profile answers that it is corrected."))
    answer_correction(
        correction=correction,
        draft=AnswerDraft(
            kind=words[KIND],
            name=typed[NAME] if corrects and Mismatch.NAME in wrong else None,
            bio=typed[BIO] if corrects and Mismatch.BIO in wrong else None,
            is_avatar_changed=corrects and Mismatch.AVATAR in wrong,
            statement=words[WORDS],
        ),
        files=files,
        source=AnswerSource.RESPONSE,
        receipt=answer.receipt,
        **answer.grounds,
    )


def _ask_why(invitation: ResponseInvitation) -> responses.Asked:
    correction = _about(invitation)
    return responses.Asked(
        title=_("More time for the correction %(reference)s") % {"reference": correction.reference},
        text=_("You can ask once. Until it is decided, the correction does not count as missed."),
        fields=(
            responses.ChoiceField(
                name=WHY, label=gettext_lazy("Why you need more time"), choices=DelayReason.choices
            ),
        ),
    )


def _receive_request(answer: responses.Answer) -> None:
    grounds = answer.grounds
    ask_for_more_time(
        correction=_about(answer.invitation),
        actor=grounds["actor"],
        provision=grounds["provision"],
        reason=_MORE_TIME_BECAUSE[DelayReason(answer.words[WHY])],
    )


KINDS: Final = (
    responses.ResponseKind(
        code=ANSWER,
        label=gettext_lazy("correction of a profile"),
        ask=_ask,
        lock=_lock,
        receive=_receive,
        provision=Provision.PUBLIC_ACCOUNT_8_2,
        reason=_ANSWERED,
    ),
    responses.ResponseKind(
        code=MORE_TIME,
        label=gettext_lazy("more time for a correction"),
        ask=_ask_why,
        lock=_lock,
        receive=_receive_request,
        provision=Provision.PUBLIC_ACCOUNT_8_2,
        reason=_MORE_TIME,
    ),
)
