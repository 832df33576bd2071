"""The page on which an appeal is heard and decided, by somebody who took no part."""

from collections.abc import Callable, Sequence
from typing import Any, Final

from django.http import Http404, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from compliance import work
from compliance.clocks import extensions
from compliance.errors import InvalidInput
from compliance.grounds import Grounds
from compliance.models import Clock, StaffUser, WorkItem
from compliance.pages.deliveries import notice_rows
from compliance.pages.door import staff_of
from compliance.pages.overdue import decide_extension, register_clock_page
from compliance.pages.timeline import timeline_of
from compliance.provisions import Provision
from compliance.ui.pages import register_page
from compliance.work import Queue, register_queue
from enforcement.appeal_words import AppealOutcome
from enforcement.enums import MeasureCode
from enforcement.models import Appeal
from enforcement.pages.appeals.acts import AppealActs
from enforcement.pages.appeals.presentation import (
    VIEW,
    appeal_badge,
    appeal_facts,
    appeal_url,
    said_in,
    term_field,
    undo_preview,
)
from enforcement.pages.consequences import notices_shown
from enforcement.pages.evidence import evidence_context
from enforcement.pages.hearings.presentation import hearing_context
from enforcement.pages.letters import letter_rows
from enforcement.pages.presentation import account_facts
from enforcement.pages.typed_days import parse_day
from enforcement.services.appeals import hearing, ruling, taking_up
from enforcement.services.appeals.filing import QUEUE, SECOND_QUEUE
from enforcement.services.appeals.taking_up import PERMISSIONS
from enforcement.services.notices import DECISION

# Longer than any term in days.
_DIGITS: Final = 6


class AppealItemPage(AppealActs):
    """One appeal: the decision as it was told beside what is said against it."""

    permission = VIEW
    template_name = "enforcement/appeals/appeal.html"

    def find_record(self, item: WorkItem) -> Appeal:
        history = Appeal.history.model.objects.filter(work_item_id=item.pk)
        found = (
            Appeal.objects.filter(pk__in=history.values("id"))
            .select_related(
                "acceptance_clock",
                "decision__account__subject__id_number",
                "decision__account__subject__name",
                "decision__appeal_clock",
                "decision__case__matter",
                "decision__case__work_item",
                "decision__hearing__clock",
                "decision__violation_type",
                "decision_clock",
                "first",
                "handler",
                "matter",
                "ruling__person",
                "ruling__second_window",
                "work_item",
            )
            .first()
        )
        if found is None:
            raise Http404
        return found

    def get_title(self) -> str:
        return _("Appeal %(number)s: %(account)s") % {
            "number": self.record.number,
            "account": self.record.decision.account.name,
        }

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        appeal, staff = self.record, staff_of(self.request)
        decision = appeal.decision
        return {
            "badge": appeal_badge(appeal),
            "facts": appeal_facts(appeal),
            "decision": decision,
            "notices": notices_shown(
                {
                    each.language: each.text
                    for each in decision.notices.filter(purpose=DECISION).order_by("edition")
                }
            ),
            "said": said_in(appeal, staff),
            "mediations": appeal.mediations.select_related("mediator").order_by("pk"),
            "open_question": self.open_question(),
            "undo": undo_preview(decision, timezone.now()),
            "reduce": self.reduce_form(),
            "account_facts": account_facts(decision.account, timezone.now()),
            "letters": letter_rows(decision, staff),
            "told": notice_rows([appeal], staff),
            "steps": timeline_of(appeal),
            **hearing_context(decision, staff),
            **evidence_context(decision.case, staff),
            **super().get_context_data(**kwargs),
        }

    def offered_acts(self) -> set[str]:
        return super().offered_acts() | ({"reduce"} if self.reduce_form() else set())

    def carry_out(self, act: str, actor: StaffUser, fence: int, version: int, reason: str) -> str:
        grounds = Grounds(actor=actor, provision=Provision.PUBLIC_ACCOUNT_20_2, reason=reason)
        if act in _OUTCOMES:
            return self.decide(act, fence, version, grounds)
        if act in _HELD:
            return _HELD[act](self, fence, version, grounds)
        if act in _FREE:
            return _FREE[act](self, grounds)
        if act == "ask_extension":
            extensions.ask_extension(clock=self.record.decision_clock, **grounds)
            return _("Asked for; somebody else has to approve it.")
        if act.endswith("_extension"):
            return decide_extension(self.request, act.removesuffix("_extension"), grounds)
        raise InvalidInput(_("This page does not offer that act."))

    def typed(self, name: str) -> str:
        """Return what was typed into a field."""
        return self.request.POST.get(name, "")

    def decide(self, act: str, fence: int, version: int, grounds: Grounds) -> str:
        """Decide the appeal; say what became of the decision and of its measures."""
        found = ruling.decide_appeal(
            appeal=self.record,
            outcome=_OUTCOMES[act],
            ground=self.typed("ground"),
            text=self.typed("text"),
            measures=self.request.POST.getlist("measures") if act == "reduce" else (),
            terms=self.typed_terms() if act == "reduce" else None,
            fence=fence,
            expected_version=version,
            **grounds,
        )
        lost = [code for code, is_restored in found.undone if not is_restored]
        said = _("On record, and the appellant is told: %(outcome)s.") % {
            "outcome": found.get_outcome_display()
        }
        if lost:
            said += " " + _("Some measures could not be made undone; the notice says which.")
        return said

    def typed_terms(self) -> dict[str, int]:
        """
        Return the shorter terms that were typed, in days.

        :raises InvalidInput: if something else than days was typed.
        """
        terms = {}
        for code in MeasureCode.values:
            typed = self.typed(term_field(code)).strip()
            if not typed:
                continue
            if not typed.isascii() or not typed.isdigit() or len(typed) > _DIGITS:
                raise InvalidInput(_("Give the shorter term in whole days."))
            terms[code] = int(typed)
        return terms

    def accept(self, fence: int, version: int, grounds: Grounds) -> str:
        """Accept the appeal and hold it on."""
        taking_up.accept_appeal(
            appeal=self.record, fence=fence, expected_version=version, **grounds
        )
        work.claim_item(work_item=self.record.work_item, actor=grounds["actor"])
        return _("Accepted; the appellant is told.")

    def refuse(self, fence: int, version: int, grounds: Grounds) -> str:
        """Do not accept the appeal."""
        taking_up.refuse_appeal(
            appeal=self.record,
            refusal=self.typed("refusal"),
            text=self.typed("text"),
            fence=fence,
            expected_version=version,
            **grounds,
        )
        return _("Not accepted; the appellant is told why.")

    def ask(self, fence: int, version: int, grounds: Grounds) -> str:
        """Ask the appellant."""
        hearing.ask_appellant(
            appeal=self.record,
            text=self.typed("text"),
            fence=fence,
            expected_version=version,
            **grounds,
        )
        return _("Asked; the clock stands still until the appellant answers.")

    def mediate(self, fence: int, version: int, grounds: Grounds) -> str:
        """Record a mediation."""
        parties, _colon, result = self.typed("mediation").partition(":")
        day = parse_day(self.typed("held_date"))
        hearing.record_mediation(
            appeal=self.record,
            parties=parties,
            result=result,
            held_date=day,
            note=self.typed("note"),
            fence=fence,
            expected_version=version,
            actor=grounds["actor"],
            provision=Provision.PUBLIC_ACCOUNT_20_3,
            reason=grounds["reason"],
        )
        return _("The mediation is on record.")

    def state(self, grounds: Grounds) -> str:
        """State for those who decided."""
        hearing.state_for_decision(appeal=self.record, text=self.typed("text"), **grounds)
        return _("The statement is on record.")

    def supplement(self, grounds: Grounds) -> str:
        """Write a supplement down."""
        hearing.supplement_appeal(appeal=self.record, words=self.typed("text"), **grounds)
        return _("The supplement is on record.")

    def write_answer(self, grounds: Grounds) -> str:
        """Write an answer down."""
        hearing.answer_question(appeal=self.record, words=self.typed("text"), **grounds)
        return _("The answer is on record; the clock runs on.")

    def withdraw(self, grounds: Grounds) -> str:
        """Write down that the appeal is withdrawn."""
        taking_up.withdraw_appeal(appeal=self.record, **grounds)
        return _("The appeal is withdrawn.")

    def run_on(self, grounds: Grounds) -> str:
        """Go on without an answer."""
        hearing.go_on_without_answer(appeal=self.record, **grounds)
        return _("The appeal is back in its queue; the clock runs on.")

    def go_on(self, actor: StaffUser, said: str) -> HttpResponse:
        return self.redirect(appeal_url(Appeal.objects.get(pk=self.record.pk)), said)


_OUTCOMES: Final = {
    "confirm": AppealOutcome.CONFIRMED,
    "reduce": AppealOutcome.REDUCED,
    "revoke": AppealOutcome.REVOKED,
    "remit": AppealOutcome.REMITTED,
}
_HELD: Final[dict[str, Callable[[AppealItemPage, int, int, Grounds], str]]] = {
    "accept": AppealItemPage.accept,
    "refuse": AppealItemPage.refuse,
    "ask": AppealItemPage.ask,
    "mediate": AppealItemPage.mediate,
}
_FREE: Final[dict[str, Callable[[AppealItemPage, Grounds], str]]] = {
    "state": AppealItemPage.state,
    "supplement": AppealItemPage.supplement,
    "write_answer": AppealItemPage.write_answer,
    "withdraw_for_appellant": AppealItemPage.withdraw,
    "go_on": AppealItemPage.run_on,
}


class FirstAppealPage(AppealItemPage):
    """An appeal on the first level."""

    queue = QUEUE


class SecondAppealPage(AppealItemPage):
    """An appeal on the second level, heard by another than the first and everybody before."""

    queue = SECOND_QUEUE


def appeals_in_words(items: Sequence[WorkItem]) -> dict[int, str]:
    """Return what the items of the queues of appeals are about."""
    found = Appeal.objects.filter(work_item__in=items).select_related("decision__account")
    return {
        each.work_item_id: f"{each.number} {each.decision.number} {each.decision.account.name}"
        for each in found
    }


def page_of_clock(clock: Clock) -> str:
    """Return the page of the appeal that a clock belongs to, or ""."""
    found = (
        Appeal.objects.filter(acceptance_clock=clock).first()
        or Appeal.objects.filter(decision_clock=clock).first()
        or Appeal.objects.filter(questions__clock=clock).first()
        or Appeal.objects.filter(ruling__second_window=clock).first()
    )
    return appeal_url(found) if found is not None else ""


def register() -> None:
    """Give the pages their addresses and the queues their place on the desk."""
    register_page("appeals/items/<int:pk>/", FirstAppealPage, name="hear_appeal")
    register_page("second-appeals/items/<int:pk>/", SecondAppealPage, name="hear_second_appeal")
    register_queue(
        Queue(
            code=QUEUE,
            label=gettext_lazy("Appeals"),
            permission=PERMISSIONS[1],
            url_name="admin:hear_appeal",
            key="n s",
            describe=appeals_in_words,
        ),
        order=32,
    )
    register_queue(
        Queue(
            code=SECOND_QUEUE,
            label=gettext_lazy("Second appeals"),
            permission=PERMISSIONS[2],
            url_name="admin:hear_second_appeal",
            key="n 4",
            describe=appeals_in_words,
        ),
        order=33,
    )
    register_clock_page(page_of_clock)
