"""The public page of one decision that is appealed against: file, follow, add, answer, withdraw."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.utils import timezone, translation
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from compliance.clocks.rules import last_day
from compliance.errors import ActionRefused, InvalidInput
from compliance.evidence.incoming import IncomingFile
from compliance.evidence.uploads import expect_files, uploads_of
from compliance.grounds import Grounds
from compliance.models import InvitationStatus, Notice
from compliance.provisions import Provision
from compliance.public.pages import public_url, register_public_page
from compliance.public.responding import ResponsePage
from compliance.refusals import refusals_logged
from compliance.responses import Asked, FilesField, TextField
from compliance.responses.kinds import response_kind
from compliance.responses.links import without_markers
from compliance.responses.services import NotOpen, submit_response
from compliance.staff import system_actor
from enforcement.appeal_words import OPEN_APPEALS, AppealStatus
from enforcement.models import Appeal, Decision
from enforcement.services.appeals import filing, hearing, taking_up
from enforcement.services.appeals.telling import APPEAL_KIND, OUTCOME, REFUSED
from enforcement.services.appeals.wiring import FIELDS, FILES, GROUND, PAGE, WORDS
from enforcement.services.measure_lines import instant

FILE: Final = "file"
SUPPLEMENT: Final = "supplement"
ANSWER: Final = "answer"
WITHDRAW: Final = "withdraw"
# Kept as they are, whichever language a screen has.
_REASONS: Final = {
    FILE: "运营者通过公开申诉页面提出申诉",
    SUPPLEMENT: "申诉人通过公开申诉页面补充材料",
    ANSWER: "申诉人通过公开申诉页面答复询问",
    WITHDRAW: "申诉人通过公开申诉页面撤回申诉",
}


@dataclass(frozen=True, kw_only=True)
class ShownAppeal:
    """One appeal as its appellant sees it: its state, its dates and what they were told."""

    title: str
    state: str
    facts: list[tuple[str, str]]
    question: str
    told: str


class AppealCasePage(ResponsePage):
    """What a code in the notice of a decision opens: everything about an appeal against it."""

    template_name = "public/appeal_case.html"

    @cached_property
    def decision(self) -> Decision:
        """The decision that the code belongs to; the code of anything else is none here."""
        if self.invitation.kind != APPEAL_KIND:
            raise InvalidInput(_("This code opens another page; use the link in its notice."))
        found = Decision.objects.select_related(
            "account", "appeal_clock", "proposal__matter", "case"
        )
        return found.get(pk=self.invitation.about_id)

    @cached_property
    def appeals(self) -> Sequence[Appeal]:
        """The appeals against the decision, the first before the second."""
        found = self.decision.appeals.select_related(
            "acceptance_clock", "decision_clock", "ruling__second_window", "matter", "work_item"
        )
        return list(found.order_by("level"))

    @property
    def running(self) -> Appeal | None:
        """The appeal on which nobody has decided, or None."""
        return next((each for each in self.appeals if each.status in OPEN_APPEALS), None)

    @cached_property
    def possible(self) -> filing.Possible:
        """Whether an appeal can be filed now."""
        return filing.appeal_possible(self.decision, timezone.now())

    def get_title(self) -> Any:
        return _("Appeal against decision %(number)s") % {"number": self.decision.number}

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self.render(self.get_context_data())

    def prepare(self, request: HttpRequest) -> None:
        try:
            with self.refusals_on_record():
                if not self.offered():
                    raise NotOpen(self.closed_in_words())
                self._upload = expect_files(request)
        except ActionRefused:
            # Nobody sends us a file where nothing can be sent: not one byte is read then.
            request.POST = QueryDict()
            raise

    def offered(self) -> list[str]:
        """Return what can be sent now."""
        if self.invitation.status == InvitationStatus.CLOSED:
            return []
        appeal = self.running
        if appeal is not None:
            asked = [ANSWER] if appeal.status == AppealStatus.WAITING else []
            return [*asked, SUPPLEMENT, WITHDRAW]
        return [FILE] if not self.possible.why_not else []

    def closed_in_words(self) -> str:
        """Return why nothing can be sent."""
        if self.invitation.status == InvitationStatus.CLOSED:
            return _("The account is run by somebody else now; nothing more can be sent here.")
        return self.possible.why_not or _("Nothing more can be sent here.")

    def refusals_on_record(self) -> Any:
        return refusals_logged(
            action="enforcement.decision.appeal_on_page",
            target=self.decision,
            actor=system_actor(),
            provision=Provision.PUBLIC_ACCOUNT_20_2,
        )

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        with self.refusals_on_record():
            act = request.POST.get("act", FILE)
            if act not in self.offered():
                raise InvalidInput(_("This page does not offer that act."))
            files = uploads_of(request, FILES, is_needed=False) if act != WITHDRAW else []
            self.carry_out(act, request.POST.get(WORDS, ""), files)
        # Read with GET, so that sending again shows where the appeal stands and nothing else.
        return HttpResponseRedirect(public_url(PAGE, self.kwargs["code"]))

    def carry_out(self, act: str, words: str, files: Sequence[IncomingFile]) -> None:
        """Call the one service that the form stands for."""
        grounds = Grounds(
            actor=system_actor(), provision=Provision.PUBLIC_ACCOUNT_20_2, reason=_REASONS[act]
        )
        appeal = self.running
        if act == FILE:
            self.file(words, files, grounds)
        elif appeal is None:
            raise NotOpen(self.closed_in_words())
        elif act == SUPPLEMENT:
            hearing.supplement_appeal(appeal=appeal, words=words, files=files, **grounds)
        elif act == ANSWER:
            hearing.answer_question(appeal=appeal, words=words, files=files, **grounds)
        else:
            taking_up.withdraw_appeal(appeal=appeal, **grounds)

    def file(self, words: str, files: Sequence[IncomingFile], grounds: Grounds) -> None:
        """File the first appeal with a receipt; one on the second level by the same code."""
        ground = self.request.POST.get(GROUND, "")
        if self.invitation.status == InvitationStatus.OPEN and not self.appeals:
            submit_response(
                invitation=self.invitation,
                words={GROUND: ground, WORDS: words},
                files={FILES: files},
                actor=grounds["actor"],
            )
            return
        filing.file_appeal(
            decision=self.decision, ground=ground, words=words, files=files, **grounds
        )

    def show_refusal(self, refusal: ActionRefused) -> HttpResponse:
        for name in ("decision", "appeals", "possible"):
            self.__dict__.pop(name, None)
        return super().show_refusal(refusal)

    def get_context_data(self) -> dict[str, Any]:
        offered = self.offered()
        return {
            **super().get_context_data(),
            "asked": asked_for(offered),
            "offered": offered,
            "until": last_day(self.possible.until) if self.possible.until else None,
            "is_second": bool(self.appeals),
            "closed": "" if offered else self.closed_in_words(),
            "account": f"{self.decision.account.name} ({self.decision.account.platform_uid})",
            "shown": [shown(each) for each in self.appeals],
        }


def asked_for(offered: Sequence[str]) -> Asked:
    """Return the fields of the form: those of an appeal, or of what is added to one."""
    if FILE in offered or not offered:
        return Asked(title="", text="", fields=FIELDS)
    return Asked(
        title="",
        text="",
        fields=(
            TextField(name=WORDS, label=gettext_lazy("What you want to say"), rows=8),
            FilesField(name=FILES, label=gettext_lazy("Files")),
        ),
    )


def shown(appeal: Appeal) -> ShownAppeal:
    """Return an appeal as its appellant sees it."""
    ruling = getattr(appeal, "ruling", None)
    facts = [
        (_("State"), str(appeal.get_status_display())),
        (pgettext("appeal", "Filed"), instant(appeal.filed_at)),
    ]
    if appeal.status == AppealStatus.FILED:
        facts.append(
            (_("Accepted or not by"), last_day(appeal.acceptance_clock.due_at).isoformat())
        )
    if appeal.taken_up_at is not None:
        facts.append((_("Taken up"), instant(appeal.taken_up_at)))
    if appeal.decision_clock is not None and appeal.status == AppealStatus.ACCEPTED:
        facts.append((_("Decided by"), last_day(appeal.decision_clock.due_at).isoformat()))
    question = None
    if appeal.status == AppealStatus.WAITING:
        question = appeal.questions.select_related("clock").order_by("-pk").first()
    if question is not None:
        facts.append((_("Your answer by"), last_day(question.clock.due_at).isoformat()))
    if ruling is not None:
        facts += [
            (_("Outcome"), str(ruling.get_outcome_display())),
            (_("Decided at"), instant(ruling.at)),
        ]
    if appeal.refusal:
        facts.append((_("Not accepted because"), str(appeal.get_refusal_display())))
    return ShownAppeal(
        title=_("Second appeal %(number)s") % {"number": appeal.number}
        if appeal.first_id
        else _("Appeal %(number)s") % {"number": appeal.number},
        state=appeal.status,
        facts=facts,
        question=question.text if question is not None else "",
        told=_told(appeal),
    )


def _told(appeal: Appeal) -> str:
    """Return the frozen text in which the appellant was told the end of an appeal, or nothing."""
    found = (
        Notice.objects.about(appeal)
        .filter(purpose__in=[OUTCOME, REFUSED], language=translation.get_language())
        .order_by("-pk")
        .first()
    )
    return without_markers(found.text) if found is not None else ""


def register() -> None:
    """Give the page its address; called when apps are ready."""
    assert response_kind(APPEAL_KIND).page == PAGE
    register_public_page("appeal/respond/<str:code>/", AppealCasePage, name=PAGE)
