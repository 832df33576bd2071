"""The page on which a complaint is handled: the account beside what was sent, and what may be done."""

from dataclasses import replace
from typing import Any, Final

from django.db import models
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from compliance.clocks import extensions
from compliance.grounds import Grounds
from compliance.models import StaffUser, WorkItem
from compliance.pages.clock_panel import clock_panel, due_in_words
from compliance.pages.deliveries import notice_rows
from compliance.pages.door import staff_of
from compliance.pages.limits import verdicts
from compliance.pages.overdue import decide_extension
from compliance.pages.timeline import timeline_of
from compliance.pages.work_item import WorkItemPage
from compliance.provisions import Provision
from compliance.ui.kit import AllowedAction, Choice, Input, ReasonTemplate
from enforcement.complaint_words import (
    ABOUT_IDENTITY,
    ComplaintKind,
    ComplaintOutcome,
    ComplaintRefusal,
    ComplaintStatus,
    ComplaintTeam,
)
from enforcement.infringement_words import InfringementStatus
from enforcement.models import Complaint
from enforcement.models.complaint_batches import BEFORE
from enforcement.pages.complaints.presentation import (
    complaint_badge,
    complaint_facts,
    complaint_url,
    handling_context,
    target_context,
    told_about,
    work_url,
)
from enforcement.pages.complaints.together import together_url
from enforcement.pages.reason_templates import reason_templates
from enforcement.services.complaints import (
    answers,
    identities,
    joining,
    review,
    submission,
    transferring,
)
from enforcement.services.infringements import passing_on
from enforcement.services.infringements.filing import infringement_of

S = ComplaintStatus
T = ComplaintTeam
# Acts after which whoever did them goes on with the same complaint.
_STAYING: Final = frozenset(
    {
        *("acknowledge", "accept", "decide", "forward", "pass_on", "link_repudiation"),
        "ask_extension",
    }
)
EXTENSION_LABELS: Final = {
    "approve": gettext_lazy("Approve more time"),
    "return": gettext_lazy("Refuse more time"),
}
_PROVISION: Final = Provision.PUBLIC_ACCOUNT_20_2


class ComplaintReviewPage(WorkItemPage):
    """One complaint: what was sent, the account it is about, what may be done now."""

    queue = submission.queue_of(T.GENERAL)
    template_name = "enforcement/complaints/review.html"

    def find_record(self, item: WorkItem) -> Complaint:
        # Each stage has an item of its own; the earlier ones still lead to the complaint.
        earlier = Complaint.history.filter(work_item_id=item.pk).values("id")
        return get_object_or_404(
            Complaint.objects.select_related(
                "account",
                "case",
                "complainant__contact",
                "complainant__key",
                "decided_by",
                "matter",
                "repudiation",
                "work_item__clock",
                "decision_clock",
            ),
            models.Q(work_item=item) | models.Q(pk__in=earlier),
        )

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if self.record.work_item_id != self.item.pk:
            return redirect(work_url(self.record))
        return super().get(request, *args, **kwargs)

    def get_title(self) -> str:
        return _("Complaint %(number)s") % {"number": self.record.number}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        record, staff = self.record, staff_of(self.request)
        clocks = [record.acceptance_clock, record.decision_clock]
        return {
            "badge": complaint_badge(record),
            "page_url": complaint_url(record),
            "facts": complaint_facts(record),
            "clocks": [clock_panel(each) for each in clocks if each != self.item.clock],
            "told": notice_rows(told_about(record), staff),
            "steps": timeline_of(record),
            "together_url": together_url(record)
            if record.account is not None
            and record.status in BEFORE
            and staff.has_perm(review.HANDLE)
            else "",
            **handling_context(record, staff),
            **target_context(record, staff),
            **super().get_context_data(**kwargs),
        }

    def allowed_actions(self) -> list[AllowedAction]:
        record = self.record
        if record.status == S.SUBMITTED:
            return [
                self.action(
                    "acknowledge",
                    _("The complainant has number and code"),
                    tone="primary",
                    key="y",
                )
            ]
        if record.status == S.ACKNOWLEDGED:
            return [*self.acceptance(), *self.teams()]
        if record.status == S.INVESTIGATING:
            return [*self.investigation(), *self.teams()]
        if record.status == S.DECIDED:
            return [
                self.action(
                    "feed_back",
                    _("Tell the complainant"),
                    hint=_("What was written for them goes out, and stands on the tracking page."),
                    tone="primary",
                    key="a",
                )
            ]
        return []

    def answers(self, act: str) -> list[ReasonTemplate]:
        """Return the ready-made answers for an act, filled in for this complaint."""
        return [
            ReasonTemplate(
                _("%(label)s (to be completed)") % {"label": each.label}
                if each.is_open
                else each.label,
                each.text,
            )
            for each in answers.answers_for(self.record, act)
        ]

    def acceptance(self) -> list[AllowedAction]:
        """Return how a complaint is accepted or not."""
        return [
            self.action(
                "accept",
                _("Accept the complaint"),
                hint=_("It is looked into; due by the date that the complainant was told."),
                reason_templates=reason_templates("accept_complaint"),
                tone="primary",
                key="a",
            ),
            self.action(
                "refuse",
                _("Do not accept the complaint"),
                reason_label=_("Reason told to the complainant"),
                hint=_("The way to object is added to what you write."),
                choices_name="refusal",
                choices_label=_("Why not"),
                choices=[Choice(code, label) for code, label in ComplaintRefusal.choices],
                reason_templates=self.answers(answers.REFUSE),
                tone="danger",
                key="r",
            ),
        ]

    def investigation(self) -> list[AllowedAction]:
        """Return what may be done about a complaint that is looked into."""
        record, first = self.record, self.passing_on()
        found = [
            *first,
            self.action(
                "decide",
                _("Decide"),
                reason_label=_("Reason told to the complainant"),
                hint=_("Say what was found and done; nothing of who runs the account."),
                choices_name="outcome",
                choices_label=_("Outcome"),
                choices=[
                    *(Choice(code, label) for code, label in ComplaintOutcome.choices),
                    Choice("abusive", _("Not upheld: made to harm")),
                ],
                reason_templates=self.answers(answers.DECIDE),
                # One act is the next: first the operator learns of a notice.
                tone="plain" if first else "primary",
                key="a",
            ),
            self.action(
                "ask",
                _("Ask the complainant"),
                reason_label=_("What we ask"),
                hint=_("The time for the decision stands still until the answer is there."),
                reason_templates=self.answers(answers.ASK),
                key="m",
            ),
        ]
        if record.account is not None and record.case is None:
            found.append(
                self.action(
                    "forward",
                    _("Forward to the moderators"),
                    hint=_(
                        "A case about the account is opened, or the complaint joins the one that is "
                        "open. The moderators read what you write here and nothing of the complainant."
                    )
                    + (
                        " " + _("Forced following is decided under V10.2 (art. 12 §2).")
                        if record.kind == ComplaintKind.FORCED_FOLLOW
                        else ""
                    ),
                    inputs=[
                        Input(
                            name="summary",
                            label=_("What is to be looked into"),
                            rows=3,
                            longest=joining.LONGEST_SUMMARY,
                        )
                    ],
                    key="c",
                )
            )
        return [*found, *self.claims(), *self.more_time()]

    def claims(self) -> list[AllowedAction]:
        """Return the joining to a claim of a disputed identity, where the complaint is about one."""
        record = self.record
        if record.kind not in ABOUT_IDENTITY or record.repudiation_id is not None:
            return []
        return [
            self.action(
                "link_repudiation",
                _("Join to a claim of a disputed identity"),
                hint=_(
                    "The victim makes the claim on the public page, with proof of who they are: ask the "
                    "complainant to do so. Joined, the complaint is decided after the claim."
                ),
                inputs=[Input(name="claim", label=_("Number of the claim (MM…)"), longest=20)],
                key="v",
            )
        ]

    def passing_on(self) -> list[AllowedAction]:
        """Return the passing on of a notice of infringement, while the operator does not know of it."""
        infringement = infringement_of(self.record)
        if infringement is None or infringement.status != InfringementStatus.RECEIVED:
            return []
        return [
            self.action(
                "pass_on",
                _("Pass the notice on to the operator"),
                hint=_(
                    "The operator gets to see what stands under “Passed on” and may dispute it within "
                    "seven days. The complainant is never named otherwise."
                ),
                tone="primary",
                key="f",
            )
        ]

    def teams(self) -> list[AllowedAction]:
        """Return the handing to another team; what is said about us stays."""
        record = self.record
        if record.team == T.PLATFORM:
            return []
        others = [each for each in T if each not in (record.team, T.PLATFORM)]
        return [
            self.action(
                "transfer",
                _("Hand to another team"),
                choices_name="team",
                choices_label=_("Team"),
                choices=[Choice(each, each.label) for each in others],
                key="g",
            )
        ]

    def more_time(self) -> list[AllowedAction]:
        """Return the asking for more time, where there may be more and nobody asked yet."""
        staff, clock = staff_of(self.request), self.record.decision_clock
        longer = extensions.extension_of(clock)
        if (
            longer is None
            or extensions.open_extension(clock) is not None
            or not staff.has_perm("compliance.propose_extension")
        ):
            return []
        return [
            self.action(
                "ask_extension",
                _("Complex complaint: more time"),
                hint=_(
                    "%(limit)s in all, once, if somebody else approves; due then: %(due)s. The "
                    "complainant is told, with your reason."
                )
                % {
                    "limit": longer.amount_in_words,
                    "due": due_in_words(extensions.due_if_extended(clock, longer)),
                },
            )
        ]

    def free_actions(self) -> list[AllowedAction]:
        asked = extensions.open_extension(self.record.decision_clock)
        if asked is None:
            return []
        return [
            replace(each, code=f"{each.code}_extension", label=EXTENSION_LABELS[each.code])
            for each in verdicts(asked.proposal, staff_of(self.request), self.request.path)
            if each.code in EXTENSION_LABELS
        ]

    def carry_out(self, act: str, actor: StaffUser, fence: int, version: int, reason: str) -> str:
        posted = self.request.POST
        grounds = Grounds(actor=actor, provision=_PROVISION, reason=reason)
        if act.endswith("_extension"):
            return self.decide_on_time(act, grounds)
        if act == "acknowledge":
            submission.acknowledge_complaint(
                complaint=self.record, expected_version=version, **grounds
            )
            return _("On record.")
        on: dict[str, Any] = {
            "complaint": self.record,
            "fence": fence,
            "expected_version": version,
            **grounds,
        }
        if act == "accept":
            review.accept_complaint(**on)
            return _("Accepted; it is looked into.")
        if act == "refuse":
            review.refuse_complaint(**on, refusal=posted.get("refusal", ""), told=reason)
            return _("Not accepted; the complainant is told why.")
        if act == "ask":
            review.ask_complainant(**on, question=reason)
            return _("The complainant is asked.")
        if act == "forward":
            case = joining.forward_complaint(**on, summary=posted.get("summary", ""))
            return _("It belongs to %(number)s now.") % {"number": case.number}
        if act == "link_repudiation":
            claim = identities.link_repudiation(
                **{**on, "provision": Provision.PUBLIC_ACCOUNT_8_1},
                claim=posted.get("claim", ""),
            )
            return _("Joined to %(number)s.") % {"number": claim.reference}
        if act == "pass_on":
            passing_on.pass_on_notice(**{**on, "provision": Provision.CIVIL_CODE_1195})
            return _("The notice is passed on to the operator.")
        if act == "transfer":
            transferring.transfer_complaint(**on, team=posted.get("team", ""))
            return _("Another team has it.")
        if act == "feed_back":
            review.feed_back_complaint(**on)
            return _("The complainant is told.")
        outcome = posted.get("outcome", "")
        is_abusive = outcome == "abusive"
        review.decide_complaint(
            **on,
            outcome=ComplaintOutcome.NOT_UPHELD if is_abusive else outcome,
            is_abusive=is_abusive,
            told=reason,
        )
        return _("Decided; tell the complainant now.")

    def decide_on_time(self, act: str, grounds: Grounds) -> str:
        """Ask for more time on the decision, or answer whoever asked for it."""
        if act == "ask_extension":
            extensions.ask_extension(clock=self.record.decision_clock, **grounds)
            return _("Asked for; somebody else has to approve it.")
        return decide_extension(self.request, act.removesuffix("_extension"), grounds)

    def go_on(self, actor: StaffUser, said: str) -> HttpResponse:
        act = self.request.POST.get("action", "")
        if act in _STAYING or act.endswith("_extension"):
            return self.redirect(work_url(Complaint.objects.get(pk=self.record.pk)), said)
        return super().go_on(actor, said)
