"""The texts of notices: what is in force, how it reads with real data, and proposing a new one."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import translation
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from compliance.desk.kinds import (
    ProposalKind,
    ProposalWords,
    came_back_lately,
    proposed_anew,
    register_kind,
)
from compliance.errors import ActionRefused, InvalidInput
from compliance.grounds import Grounds
from compliance.models import (
    Audience,
    Notice,
    NoticeLanguage,
    NoticeTemplate,
    Proposal,
    StaffUser,
)
from compliance.notices import templates
from compliance.notices.purposes import Example, Purpose, get_purpose, purpose_label, purposes
from compliance.notices.templates import TEMPLATE_KIND, Wording
from compliance.notices.writing import render
from compliance.pages.approving import ApprovingPage
from compliance.pages.deliveries import instant
from compliance.pages.door import staff_of
from compliance.pages.timeline import timeline_of
from compliance.proposals import may_decide
from compliance.provisions import Provision
from compliance.refusals import refusals_logged
from compliance.ui.kit import AllowedAction, Fact
from compliance.ui.navigation import register_link
from compliance.ui.pages import ConsolePage, Crumb, register_page

VIEW = "compliance.view_noticetemplate"
PROPOSE = "compliance.propose_noticetemplate"


def text_url(purpose: str, audience: str) -> str:
    """Return the address of the page of one text."""
    return reverse("admin:notice_text", args=[purpose, audience])


class NoticeTextsPage(ConsolePage):
    """Every purpose with the version in force."""

    title = gettext_lazy("Texts of notices")
    permission = VIEW
    template_name = "notices/texts.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        pending = {
            (content["purpose"], content["audience"])
            for content in (json.loads(each.content) for each in templates.pending_proposals())
        }
        newest: dict[tuple[str, str], NoticeTemplate] = {
            (each.purpose, each.audience): each
            for each in NoticeTemplate.objects.order_by("number")
        }
        return {
            "rows": [
                Fact(
                    purpose.label,
                    _("version %(number)s") % {"number": newest[key].number}
                    if key in newest
                    else _("no text yet"),
                    hint=_("a new version waits for approval")
                    if key in pending
                    else Audience(audience).label,
                    url=text_url(purpose.code, audience),
                )
                for purpose in purposes()
                for audience in purpose.audiences
                for key in [(purpose.code, str(audience))]
            ],
            **super().get_context_data(**kwargs),
        }


@dataclass(frozen=True)
class Side:
    """One text of one language, as it is edited and as it reads with real data."""

    wording: Wording
    title: str
    text: str
    problem: str = ""


@dataclass(frozen=True)
class LanguageRow:
    """The text in force and a new one beside each other, in one language."""

    language: str
    label: str
    present: Side | None
    proposed: Side | None


class NoticeTextPage(ApprovingPage):
    """One text: in force, with real data, the new version beside it, and who approves it."""

    permission = VIEW
    template_name = "notices/text.html"

    @cached_property
    def purpose(self) -> Purpose:
        """The purpose that the address names."""
        try:
            purpose = get_purpose(self.kwargs["purpose"])
        except InvalidInput:
            raise Http404 from None
        if self.kwargs["audience"] not in purpose.audiences:
            raise Http404
        return purpose

    @property
    def audience(self) -> Audience:
        """The audience that the address names."""
        return Audience(self.kwargs["audience"])

    @cached_property
    def pending(self) -> Proposal | None:
        """The new version that waits for approval, if there is one."""
        return templates.pending_proposal(self.purpose.code, self.audience)

    @cached_property
    def example(self) -> Example | None:
        """The record with which the texts are shown."""
        return self.purpose.latest()

    @cached_property
    def told_in(self) -> frozenset[str]:
        """The languages in which the record shown was told; none where it was not told yet."""
        if self.example is None:
            return frozenset()
        notices = Notice.objects.filter(
            purpose=self.purpose.code, audience=self.audience, about_id=self.example.about_id
        )
        return frozenset(notices.values_list("language", flat=True))

    def proposals_here(self) -> Q:
        return Q(pk=self.pending.pk if self.pending is not None else None)

    def get_title(self) -> str:
        return _("Text: %(purpose)s") % {"purpose": self.purpose.label}

    def breadcrumbs(self) -> list[Crumb]:
        return [
            Crumb(_("Texts of notices"), reverse("admin:notice_texts")),
            Crumb(self.get_title()),
        ]

    def typed(self) -> dict[str, Wording]:
        """Return the texts that were typed."""
        return {
            language: Wording(
                self.request.POST.get(f"subject_{language}", "").strip(),
                "\n".join(self.request.POST.get(f"body_{language}", "").strip().splitlines()),
            )
            for language in NoticeLanguage.values
        }

    def in_force(self) -> dict[str, Wording]:
        """Return the texts in force; none where a language has none."""
        try:
            found = templates.templates_in_force(self.purpose, self.audience)
        except ActionRefused:
            return {}
        return {language: Wording(each.subject, each.body) for language, each in found.items()}

    def side(self, wording: Wording | None, language: str) -> Side | None:
        """Return a text with how it reads for the latest record, or why it cannot be read."""
        if wording is None:
            return None
        try:
            templates.check_wording(self.purpose, wording)
            if self.example is None:
                return Side(wording, "", "", _("There is no record yet to show it with."))
            if self.told_in and language not in self.told_in:
                return Side(wording, "", "", _("The latest record was told in another language."))
            with translation.override(language):
                values = self.purpose.compose(self.example.about_id, language)
                shown = render((wording.subject, wording.body), self.purpose, values)
        except ActionRefused as refusal:
            return Side(wording, "", "", str(refusal))
        return Side(wording, shown.title, shown.text)

    def rows(self, proposed: Mapping[str, Wording]) -> list[LanguageRow]:
        """Return both texts beside each other, language by language."""
        present = self.in_force()
        return [
            LanguageRow(
                language=str(language),
                label=str(NoticeLanguage(language).label),
                present=self.side(present.get(language), str(language)),
                proposed=self.side(proposed.get(language), str(language)),
            )
            for language in NoticeLanguage.values
        ]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        staff = staff_of(self.request)
        proposed: dict[str, Wording] = {}
        is_typed = self.request.method == "POST" and "subject_en" in self.request.POST
        if is_typed:
            proposed = self.typed()
        elif self.pending is not None:
            content = json.loads(self.pending.content)
            proposed = {code: Wording(**text) for code, text in content["texts"].items()}
        present = self.in_force()
        shown = proposed if is_typed else present
        return {
            "rows": self.rows(proposed),
            "example": self.example,
            "placeholders": [
                (each.name, each.label, each.name in self.purpose.required)
                for each in self.purpose.placeholders
            ],
            "versions": [
                Fact(
                    _("version %(number)s") % {"number": each.number},
                    instant(each.in_force_from),
                )
                for each in NoticeTemplate.objects.filter(
                    purpose=self.purpose.code,
                    audience=self.audience,
                    language=NoticeLanguage.CHINESE,
                ).order_by("-number")[:10]
            ],
            "pending": self.pending,
            "approvals": self.approvals(),
            "steps": timeline_of(self.pending) if self.pending is not None else [],
            "form": [
                (str(code), NoticeLanguage(code).label, shown.get(code, Wording("", "")))
                for code in NoticeLanguage.values
            ]
            if self.pending is None and staff.has_perm(PROPOSE)
            else [],
            "typed_reason": self.request.POST.get("reason", "") if is_typed else "",
            "is_preview": is_typed,
            "actions": self.allowed_actions(),
            **super().get_context_data(**kwargs),
        }

    def approvals(self) -> list[Fact]:
        """Return the approvals that the new version needs and those given."""
        if self.pending is None:
            return []
        given = {
            each.slot: each.approver.name
            for each in self.pending.approvals.select_related("approver")
        }
        labels = {
            "compliance.approve_noticetemplate": _("supervisor"),
            "compliance.approve_noticetemplate_as_officer": _("compliance officer"),
        }
        return [
            Fact(labels.get(slot.permission, slot.permission), given.get(slot.number, _("needed")))
            for slot in self.pending.slots.order_by("number")
        ]

    def allowed_actions(self) -> list[AllowedAction]:
        """Return what the person at the screen may do about the new version."""
        staff, proposal = staff_of(self.request), self.pending
        if proposal is None:
            return []
        if proposal.proposer_id == staff.person_id:
            return [self.action("withdraw", _("Withdraw"), "")]
        if not may_decide(proposal, staff):
            return []
        return [
            self.action("approve", _("Approve"), ""),
            self.action("return", _("Return"), "danger"),
        ]

    def action(self, code: str, label: str, tone: str) -> AllowedAction:
        """Return an act of this page that names the proposal which it is about."""
        assert self.pending is not None
        return AllowedAction(
            code=code,
            label=label,
            tone=tone,
            url=self.request.path,
            hidden={"proposal": self.pending.pk},
            key=code[0],
        )

    def post(self, request: HttpRequest, purpose: str, audience: str) -> HttpResponse:
        act, actor = request.POST.get("action", ""), staff_of(request)
        if act == "preview":
            return self.render_to_response(self.get_context_data(**self.kwargs))
        with refusals_logged(
            action=f"compliance.noticetemplate.{act or 'unknown'}",
            target=self.pending or actor,
            actor=actor,
            provision=Provision.OPINIONS_2,
        ):
            said = self.carry_out(act, actor, request.POST.get("reason", ""))
        return self.redirect(request.path, said)

    def carry_out(self, act: str, actor: StaffUser, reason: str) -> str:
        """
        Call the service that the button stands for and return what to say about it.

        :raises InvalidInput: if the form names something that this page does not offer.
        """
        grounds: Grounds = {"actor": actor, "provision": Provision.OPINIONS_2, "reason": reason}
        if act == "propose":
            templates.propose_template(
                purpose=self.purpose.code,
                audience=self.audience,
                wordings=self.typed(),
                **grounds,
            )
            return _("Proposed. Two others have to approve it before it is used.")
        proposal = self.pending
        if proposal is None or str(proposal.pk) != self.request.POST.get("proposal", ""):
            raise InvalidInput(_("The new version was decided or replaced in the meantime."))
        if act == "approve":
            if templates.approve_template(proposal=proposal, **grounds):
                return _("Approved: the new version is in force.")
            return _("Approved; one more approval is needed.")
        if act == "return":
            templates.return_template(proposal=proposal, **grounds)
            return _("Returned to its proposer.")
        if act == "withdraw":
            templates.withdraw_template(proposal=proposal, **grounds)
            return _("Withdrawn.")
        raise InvalidInput(_("This page does not offer that act."))

    def show_refusal(self, refusal: Any) -> HttpResponse:
        self.__dict__.pop("pending", None)
        return super().show_refusal(refusal)


def words_of(found: Sequence[Proposal]) -> dict[int, ProposalWords]:
    """Return which text each proposal words anew, and for whom."""
    contents = {each.pk: json.loads(each.content) for each in found}
    return {
        pk: ProposalWords(
            f"{purpose_label(content['purpose'])} · {Audience(content['audience']).label}",
            text_url(content["purpose"], content["audience"]),
            _("propose it anew on its page"),
        )
        for pk, content in contents.items()
    }


def register() -> None:
    """Give the pages their addresses; called when apps are ready."""
    register_page("notice-texts/", NoticeTextsPage, name="notice_texts")
    register_page("notice-texts/<str:purpose>/<slug:audience>/", NoticeTextPage, name="notice_text")
    register_link(
        "records",
        gettext_lazy("Texts of notices"),
        view="admin:notice_texts",
        permission=VIEW,
        icon="edit_note",
        order=46,
    )
    register_kind(
        ProposalKind(
            code=TEMPLATE_KIND,
            label=gettext_lazy("text of a notice"),
            still_waits=Q(came_back_lately(), ~proposed_anew(TEMPLATE_KIND, "purpose", "audience")),
            describe=words_of,
        )
    )
