"""What may be done on the page of an appeal: by its handler, by those who decided, by anybody for its time."""

from dataclasses import replace
from typing import Any, Final

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from compliance.clocks import extensions
from compliance.pages.clock_panel import due_in_words
from compliance.pages.door import staff_of
from compliance.pages.limits import verdicts
from compliance.pages.work_item import WorkItemPage
from compliance.ui.kit import AllowedAction, Choice, Input
from enforcement.appeal_words import (
    AppealGround,
    AppealRefusal,
    AppealStatus,
    MediationParty,
    MediationResult,
)
from enforcement.models.appeals import FIRST
from enforcement.services.appeals import hearing
from enforcement.services.appeals.filing import FILE
from enforcement.services.appeals.taking_up import PERMISSIONS

EXTENSION_LABELS: Final = {
    "approve": gettext_lazy("Approve more time"),
    "return": gettext_lazy("Refuse more time"),
    "withdraw": gettext_lazy("Take back the request for more time"),
}
_WORDS: Final = 4000
_TOLD: Final = gettext_lazy("Told to the appellant: why")


def _words(name: str, label: Any, *, rows: int = 5) -> Input:
    return Input(name=name, label=label, rows=rows, longest=_WORDS)


class AppealActs(WorkItemPage):
    """Offers the acts on an appeal; the page itself carries them out."""

    def open_question(self) -> Any:
        """Return the question whose answer is waited for, or None."""
        if self.record.status != AppealStatus.WAITING:
            return None
        return self.record.questions.select_related("clock", "asked_by").order_by("-pk").first()

    def reduce_form(self) -> dict[str, Any] | None:
        """Return what the form needs in which measures are chosen, for whoever may decide."""
        appeal = self.record
        if not self.is_mine or appeal.status != AppealStatus.ACCEPTED:
            return None
        return {
            "action": self.action("reduce", _("Reduce: undo some measures")),
            "grounds": AppealGround.choices,
            "chosen": self.request.POST.getlist("measures"),
        }

    def allowed_actions(self) -> list[AllowedAction]:
        status = self.record.status
        if status == AppealStatus.FILED:
            return self.taking_up_actions()
        if status == AppealStatus.ACCEPTED:
            return [*self.outcome_actions(), *self.hearing_actions()]
        return []

    def taking_up_actions(self) -> list[AllowedAction]:
        """Return what is done with an appeal that came in."""
        return [
            self.action(
                "accept",
                _("Accept the appeal"),
                hint=_("The appellant is told by when it is decided."),
                tone="primary",
                key="a",
            ),
            self.action(
                "refuse",
                _("Do not accept the appeal"),
                hint=_("The appellant is told why. The time limit was kept: the service knows it."),
                choices_name="refusal",
                choices_label=_("Why it is not accepted"),
                choices=[Choice(code, label) for code, label in AppealRefusal.choices],
                inputs=[_words("text", _TOLD)],
                tone="danger",
                key="r",
            ),
        ]

    def outcome_actions(self) -> list[AllowedAction]:
        """Return what may become of the decision; to reduce it has a form of its own."""
        grounds: dict[str, Any] = {
            "choices_name": "ground",
            "choices_label": _("Why it does not stand"),
            "choices": [Choice(code, label) for code, label in AppealGround.choices],
            "inputs": [_words("text", _TOLD)],
        }
        actions = [
            self.action(
                "confirm",
                _("Confirm the decision"),
                hint=_("Everything stays as it is; the appellant is told why."),
                inputs=[_words("text", _TOLD)],
                tone="primary",
                key="c",
            ),
            self.action(
                "revoke",
                _("Revoke the decision"),
                hint=_("All its measures are undone at once, as the preview says."),
                tone="danger",
                key="v",
                **grounds,
            ),
        ]
        if self.record.level == FIRST and self.record.proposer_side == "decided":
            actions.append(
                self.action(
                    "remit",
                    _("Send back"),
                    hint=_(
                        "All its measures are undone at once, and others than those who took part "
                        "decide on the case anew, never more heavily."
                    ),
                    tone="danger",
                    **grounds,
                )
            )
        return actions

    def hearing_actions(self) -> list[AllowedAction]:
        """Return how an accepted appeal is heard before it is decided."""
        return [
            self.action(
                "ask",
                _("Ask the appellant"),
                hint=_("The clock stands still until they answer."),
                inputs=[_words("text", _("Question to the appellant"))],
                key="q",
            ),
            self.action(
                "mediate",
                _("Record a mediation"),
                choices_name="mediation",
                choices_label=_("Between whom, and what came of it"),
                choices=[
                    Choice(f"{party}:{result}", f"{party_label}: {result_label}")
                    for party, party_label in MediationParty.choices
                    for result, result_label in MediationResult.choices
                ],
                inputs=[
                    Input(name="held_date", label=_("Held on"), is_day=True),
                    _words("note", _("What was said"), rows=3),
                ],
                key="m",
            ),
        ]

    def free_actions(self) -> list[AllowedAction]:
        return [*self.others_actions(), *self.written_down_actions(), *self.time_actions()]

    def others_actions(self) -> list[AllowedAction]:
        """Return the statement of those who decided, for one of them, once."""
        appeal, staff = self.record, staff_of(self.request)
        if (
            appeal.ended_at is not None
            or not staff.has_perm(hearing.STATE)
            or not hearing.has_decided(appeal, staff)
            or hearing.other_side_of(appeal) is not None
        ):
            return []
        return [
            self.action(
                "state",
                _("State for the decision"),
                hint=_("Once, for those who decided: both sides are heard."),
                inputs=[_words("text", _("Statement"))],
            )
        ]

    def written_down_actions(self) -> list[AllowedAction]:
        """Return what is written down for an appellant who writes a letter or calls."""
        appeal, staff = self.record, staff_of(self.request)
        if appeal.ended_at is not None or not staff.has_perm(FILE):
            return []
        words = [_words("text", _("What the appellant says"))]
        actions = [
            self.action("supplement", _("Write down a supplement"), inputs=words),
            self.action(
                "withdraw_for_appellant",
                _("Write down that it is withdrawn"),
                hint=_("Only where the appellant said so by letter or telephone."),
            ),
        ]
        if appeal.status == AppealStatus.WAITING:
            actions.insert(
                0,
                self.action("write_answer", _("Write down the answer"), inputs=words),
            )
        return actions

    def time_actions(self) -> list[AllowedAction]:
        """Return what may be done now about the time of an appeal."""
        appeal, staff = self.record, staff_of(self.request)
        clock = appeal.decision_clock
        if clock is None or appeal.ended_at is not None:
            return []
        question = self.open_question()
        actions = []
        if (
            question is not None
            and question.clock.due_at <= timezone.now()
            and staff.has_perm(PERMISSIONS[appeal.level])
        ):
            actions.append(
                self.action(
                    "go_on",
                    _("Go on without an answer"),
                    hint=_("The time for the answer is over; the clock runs on."),
                )
            )
        asked = extensions.open_extension(clock)
        if asked is not None:
            return actions + [
                replace(each, code=f"{each.code}_extension", label=EXTENSION_LABELS[each.code])
                for each in verdicts(asked.proposal, staff, self.request.path)
                if each.code in EXTENSION_LABELS
            ]
        longer = extensions.extension_of(clock)
        if longer is None or not staff.has_perm("compliance.propose_extension"):
            return actions
        return [
            *actions,
            self.action(
                "ask_extension",
                _("Complex appeal: more time"),
                hint=_(
                    "%(limit)s in all, once, if somebody else approves; due then: %(due)s. The "
                    "appellant is told."
                )
                % {
                    "limit": longer.amount_in_words,
                    "due": due_in_words(extensions.due_if_extended(clock, longer)),
                },
            ),
        ]
