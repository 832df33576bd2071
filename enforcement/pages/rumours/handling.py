"""The page on which a rumour is handled: its six steps, the accounts, what comes next."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django import forms
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from compliance.errors import InvalidInput
from compliance.grounds import Grounds
from compliance.models import Clock, StaffUser, WorkItem
from compliance.pages.deliveries import notice_rows
from compliance.pages.door import staff_of
from compliance.pages.overdue import register_clock_page
from compliance.pages.timeline import timeline_of
from compliance.pages.work_item import WorkItemPage
from compliance.provisions import Provision
from compliance.ui.kit import AllowedAction, Choice, Input
from compliance.ui.pages import ConsolePage, register_page
from compliance.work import Queue, register_queue
from enforcement.models import Decision, Refutation, Rumour
from enforcement.pages.presentation import case_url
from enforcement.pages.rumours.material import attach_context
from enforcement.pages.rumours.presentation import (
    VIEW,
    account_rows,
    next_in_words,
    next_step,
    review_badge,
    review_url,
    rumour_badge,
    rumour_facts,
    rumour_url,
    step_rows,
    verdict_badge,
)
from enforcement.rumour_words import (
    JUDGED,
    RumourStatus,
    RumourStepCode,
    RumourVerdict,
    StepOutcome,
)
from enforcement.services.rumours import concluding, opening, reopening, steps
from enforcement.services.rumours.steps import StepDraft

OPEN_CASE = "enforcement.open_case"
_ANSWERS = ("answer", "answer_not_applicable")


class RumourDoor(ConsolePage):
    """Leads from the number of a rumour to the page on which it is handled now."""

    permission = VIEW

    def get(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        return redirect(rumour_url(get_object_or_404(Rumour, pk=self.kwargs["pk"])))


class RumourPage(WorkItemPage):
    """One rumour: the six steps as they were answered, and the next one."""

    queue = opening.QUEUE
    permission = VIEW
    template_name = "enforcement/rumours/rumour.html"

    def find_record(self, item: WorkItem) -> Rumour:
        # Each step has an item of its own; the earlier ones still lead to the rumour.
        earlier = Rumour.history.filter(work_item_id=item.pk).values("id")
        return get_object_or_404(
            Rumour.objects.select_related("opened_by", "work_item__clock"),
            models.Q(work_item=item) | models.Q(pk__in=earlier),
        )

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if self.record.work_item_id != self.item.pk:
            return redirect(rumour_url(self.record))
        return super().get(request, *args, **kwargs)

    def get_title(self) -> str:
        return _("Rumour %(number)s") % {"number": self.record.number}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        rumour, staff = self.record, staff_of(self.request)
        reviews = rumour.reviews.select_related("decision").order_by("-pk")
        may_open = rumour.status != RumourStatus.CLOSED and staff.has_perm(OPEN_CASE)
        return {
            "badge": rumour_badge(rumour),
            "verdict": verdict_badge(rumour),
            "facts": rumour_facts(rumour),
            "step_rows": step_rows(rumour, staff),
            "accounts": account_rows(rumour, may_open=may_open),
            "reviews": [(each, review_url(each), review_badge(each)) for each in reviews],
            "told": notice_rows([each.decision for each in reviews], staff),
            "steps": timeline_of(
                rumour,
                *rumour.accounts.order_by("pk")[:20],
                *rumour.refutations.order_by("pk")[:5],
                *reviews[:5],
            ),
            **attach_context(rumour, staff),
            **super().get_context_data(**kwargs),
        }

    def allowed_actions(self) -> list[AllowedAction]:
        rumour = self.record
        step = next_step(rumour)
        actions = self.step_actions(step) if step is not None else []
        if rumour.status == RumourStatus.CLOSED:
            return actions
        actions.append(
            self.action(
                "name_contents",
                _("Name accounts and contents"),
                inputs=[
                    Input(
                        name="named",
                        label=_("Accounts and contents"),
                        hint=_(
                            "One on each line: the account number of the platform, a blank, and the "
                            "number or address of the content."
                        ),
                        rows=4,
                        longest=20000,
                    )
                ],
                key="c",
            )
        )
        if rumour.verdict == RumourVerdict.RUMOUR:
            actions += self.conclusions()
        if step is None:
            actions.append(
                self.action(
                    "close",
                    _("Close the rumour"),
                    hint=_("Possible once it is said what follows for every account."),
                    key="x",
                )
            )
        return actions

    def step_actions(self, step: RumourStepCode) -> list[AllowedAction]:
        """Return the two answers to the step that is waited for; telling apart has one alone."""
        when = Input(
            name="done_at",
            label=_("When it was done"),
            hint=_("As 2026-01-31 09:30; empty: now."),
            is_needed=False,
        )
        done = self.action(
            "answer",
            _("%(step)s: done") % {"step": step.label},
            reason_label=_("What was done"),
            inputs=[*_inputs_of(step), when],
            choices_name="verdict" if step == RumourStepCode.VERDICT else "",
            choices_label=_("Verdict"),
            choices=(
                [Choice(code, label) for code, label in RumourVerdict.choices]
                if step == RumourStepCode.VERDICT
                else []
            ),
            hidden={"step": step},
            tone="primary",
            key="a",
        )
        if step == RumourStepCode.VERDICT:
            return [done]
        without = self.action(
            "answer_not_applicable",
            _("%(step)s: not applicable") % {"step": step.label},
            reason_label=_("Why it does not apply"),
            inputs=[when],
            hidden={"step": step},
            key="r",
        )
        is_refuted = step != RumourStepCode.REFUTATION
        if not is_refuted and self.record.verdict != RumourVerdict.RUMOUR:
            return [without]
        return [done, without]

    def conclusions(self) -> list[AllowedAction]:
        """Return how the accounts may be dealt with for which nothing is said yet."""
        left = self.record.accounts.filter(conclusion="").select_related("account").order_by("pk")
        if not left:
            return []
        named = [
            Choice(
                f"{each.pk}:{decision.pk}",
                f"{each.account.name} ({each.account.platform_uid}): {decision.number} "
                f"{decision.get_status_display()}",
            )
            for each in left
            for decision in concluding.decisions_for(each)[:10]
        ]
        actions = [
            self.action(
                "conclude_without_action",
                _("Not at fault: no action"),
                choices_name="concerned",
                choices_label=_("Account"),
                choices=[
                    Choice(str(each.pk), f"{each.account.name} ({each.account.platform_uid})")
                    for each in left
                ],
                reason_label=_("Why nothing follows"),
                key="n",
            )
        ]
        if named:
            actions.insert(
                0,
                self.action(
                    "conclude_with_decision",
                    _("At fault: name the decision"),
                    choices_name="concerned",
                    choices_label=_("Account and decision"),
                    choices=named,
                    hint=_(
                        "A decision on the account that stands and lowered its credit or "
                        "blacklisted its operator."
                    ),
                    reason_label=_("In what the fault lies"),
                    key="e",
                ),
            )
        return actions

    def free_actions(self) -> list[AllowedAction]:
        rumour, staff = self.record, staff_of(self.request)
        if rumour.status not in JUDGED or not staff.has_perm(reopening.REOPEN):
            return []
        is_refuted = Refutation.objects.filter(rumour=rumour, withdrawn_at=None).exists()
        note = Input(
            name="public_note",
            label=_("Note with which the refutation is withdrawn"),
            hint=_("Everybody reads it beside the refutation."),
            rows=3,
            longest=reopening.LONGEST_NOTE,
        )
        return [
            self.action(
                "reopen",
                _("It turned out otherwise: tell apart anew"),
                hint=_(
                    "The refutation is withdrawn publicly, and every decision that rests on the "
                    "rumour is put before a supervisor who took no part in it."
                ),
                inputs=[note] if is_refuted else [],
                tone="danger",
                key="w",
            )
        ]

    def offered_acts(self) -> set[str]:
        # A case is opened by a button at each account.
        staff = staff_of(self.request)
        more = {"open_case"} if staff.has_perm(OPEN_CASE) else set()
        return super().offered_acts() | more

    def carry_out(self, act: str, actor: StaffUser, fence: int, version: int, reason: str) -> str:
        rumour, posted = self.record, self.request.POST
        grounds = Grounds(actor=actor, provision=Provision.PUBLIC_ACCOUNT_13_2, reason=reason)
        if act in _ANSWERS:
            step = steps.answer_step(
                rumour=rumour,
                draft=_draft(act, posted),
                fence=fence,
                expected_version=version,
                **grounds,
            )
            return _("%(step)s is on record.") % {"step": step.get_step_display()}
        if act == "name_contents":
            count = opening.name_contents(
                rumour=rumour,
                named=opening.read_named(posted.get("named", "")),
                fence=fence,
                **grounds,
            )
            return _("Newly named: %(count)s.") % {"count": count}
        if act == "reopen":
            reviews = reopening.reopen_rumour(
                rumour=rumour,
                public_note=posted.get("public_note", ""),
                expected_version=version,
                **grounds,
            )
            return _("It is told apart anew; decisions put before a supervisor: %(count)s.") % {
                "count": len(reviews)
            }
        if act == "close":
            concluding.close_rumour(rumour=rumour, fence=fence, expected_version=version, **grounds)
            return _("The rumour is closed.")
        return self.conclude(act, fence, grounds)

    def conclude(self, act: str, fence: int, grounds: Grounds) -> str:
        """Say what follows for the account that the form names, or open a case about it."""
        chosen, _colon, decided = self.request.POST.get("concerned", "").partition(":")
        concerned = concluding.concerned_of(self.record, int(chosen) if chosen.isdecimal() else 0)
        if act == "open_case":
            self.opened = concluding.open_case_of(concerned=concerned, **grounds)
            return _("%(number)s is open; the material came with it.") % {
                "number": self.opened.number
            }
        if act == "conclude_with_decision":
            concluding.conclude_with_decision(
                concerned=concerned,
                decision=get_object_or_404(Decision, pk=int(decided) if decided.isdecimal() else 0),
                fence=fence,
                **grounds,
            )
        else:
            concluding.conclude_without_action(concerned=concerned, fence=fence, **grounds)
        return _("What follows for %(account)s is on record.") % {
            "account": concerned.account.platform_uid
        }

    def go_on(self, actor: StaffUser, said: str) -> HttpResponse:
        act = self.request.POST.get("action", "")
        if act == "close":
            return super().go_on(actor, said)
        if act == "open_case":
            return self.redirect(case_url(self.opened), said)
        # Whoever answered a step goes on with the next one.
        return self.redirect(rumour_url(Rumour.objects.get(pk=self.record.pk)), said)


def _inputs_of(step: RumourStepCode) -> list[Input]:
    if step == RumourStepCode.VERDICT:
        return [
            Input(
                name="relied_on",
                label=_("Sources relied upon"),
                hint=_("Who said so, where and when: an authority, an expert body, a document."),
                rows=3,
                longest=steps.LONGEST_WORDS,
            )
        ]
    if step == RumourStepCode.REFUTATION:
        return [
            Input(
                name="refutation",
                label=_("Text of the refutation"),
                hint=_("As it was published; everybody reads it on the public page too."),
                rows=4,
                longest=steps.LONGEST_WORDS,
            ),
            Input(name="published_in", label=_("Published in"), longest=200),
            Input(name="link", label=_("Link"), longest=400, is_needed=False),
        ]
    if step == RumourStepCode.ELIMINATION:
        return [
            Input(
                name="handled",
                label=_("Contents handled"),
                hint=_("Their numbers or addresses, one on each line."),
                rows=5,
                longest=200000,
            ),
            Input(
                name="residual",
                label=_("What the residual check found"),
                rows=2,
                longest=steps.LONGEST_WORDS,
            ),
        ]
    return []


def _draft(act: str, posted: Any) -> StepDraft:
    is_done = act == "answer"
    return StepDraft(
        step=posted.get("step", ""),
        outcome=StepOutcome.DONE if is_done else StepOutcome.NOT_APPLICABLE,
        done_at=read_instant(posted.get("done_at", "")),
        verdict=posted.get("verdict", ""),
        relied_on=posted.get("relied_on", ""),
        refutation=posted.get("refutation", ""),
        published_in=posted.get("published_in", ""),
        link=posted.get("link", "").strip(),
        handled_refs=posted.get("handled", "").splitlines(),
        residual=posted.get("residual", ""),
    )


def read_instant(text: str) -> datetime | None:
    """
    Return the instant that somebody typed, or None where nothing was typed.

    :raises InvalidInput: if it is none.
    """
    try:
        found: datetime | None = forms.DateTimeField(required=False).clean(text.strip())
    except forms.ValidationError:
        raise InvalidInput(_("Write a time as 2026-01-31 09:30.")) from None
    return found


def rumours_in_words(items: Sequence[WorkItem]) -> dict[int, str]:
    """Return what the items of the queue of rumours are about, and what is next."""
    rumours = Rumour.objects.filter(work_item__in=items)
    return {
        each.work_item_id: f"{each.number} {each.claim[:40]} · {next_in_words(each)}"
        for each in rumours
    }


def page_of_clock(clock: Clock) -> str:
    """Return the page of the rumour that a clock belongs to, or ""."""
    items = WorkItem.objects.filter(clock=clock, queue=opening.QUEUE)
    versions = Rumour.history.model.objects.filter(work_item_id__in=items.values("pk"))
    found = Rumour.objects.filter(pk__in=versions.values("id")).first()
    return rumour_url(found) if found is not None else ""


def register() -> None:
    """Give the page its address and the queue its place on the desk; called when apps are ready."""
    register_page("rumours/<int:pk>/", RumourDoor, name="rumour")
    register_page("rumours/<int:pk>/work/", RumourPage, name="work_on_rumour")
    register_queue(
        Queue(
            code=opening.QUEUE,
            label=gettext_lazy("Rumours"),
            permission=opening.HANDLE,
            url_name="admin:work_on_rumour",
            key="n y",
            describe=rumours_in_words,
        ),
        order=24,
    )
    register_clock_page(page_of_clock)
