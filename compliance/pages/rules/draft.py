"""The page on which a new version of a rule document is written, as one running text."""

import hashlib
import json
from datetime import timedelta
from typing import Any, ClassVar

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from compliance.errors import ActionRefused
from compliance.models import (
    ChangeKind,
    Clause,
    DocumentKind,
    ProposalResult,
    RuleChange,
    RuleDocument,
    RuleVersion,
)
from compliance.pages.door import staff_of
from compliance.pages.rules.presentation import (
    change_url,
    content_of,
    document_url,
    proposed_clauses,
    shown_pairs,
)
from compliance.provisions import Provision
from compliance.refusals import refusals_logged
from compliance.rulebook import changes
from compliance.rulebook.comparison import compare_clauses
from compliance.rulebook.documents import standing_of, texts_of
from compliance.rulebook.drafts import ACCEPTED_WITHIN, LONGEST_SUMMARY, VersionDraft, check_draft
from compliance.rulebook.texts import (
    LARGEST_FILE,
    ClauseText,
    ParsedText,
    decode_text,
    editable_text,
    parse_clauses,
    with_provisions,
)
from compliance.ui.admin import DateWidget, FileWidget, TextareaWidget, TextInputWidget
from compliance.ui.pages import ConsolePage, Crumb

# Our choice: twice the days of the announcement, so that approvals have time.
_USUAL_DAYS = timedelta(days=14)


class DraftForm(forms.Form):
    """A version: its name, its dates, what changes, and its whole text."""

    label = forms.CharField(label=gettext_lazy("Version"), max_length=40, widget=TextInputWidget)
    effective_date = forms.DateField(label=gettext_lazy("Effective date"), widget=DateWidget)
    accept_until = forms.DateField(
        label=gettext_lazy("To be accepted until"), required=False, widget=DateWidget
    )
    change_summary = forms.CharField(
        label=gettext_lazy("What changes, as everybody will read it"),
        max_length=LONGEST_SUMMARY,
        widget=TextareaWidget(attrs={"rows": 3}),
    )
    file = forms.FileField(
        label=gettext_lazy("Take the text from a file"), required=False, widget=FileWidget
    )
    text = forms.CharField(
        label=gettext_lazy("Text of the document"),
        required=False,
        widget=TextareaWidget(attrs={"rows": 24, "spellcheck": "false"}),
    )
    reason = forms.CharField(
        label=gettext_lazy("Reason, for the record"),
        required=False,
        widget=TextareaWidget(attrs={"rows": 2}),
    )

    def __init__(self, *args: Any, document: RuleDocument, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if document.kind != DocumentKind.SERVICE_AGREEMENT:
            del self.fields["accept_until"]


class DraftPage(ConsolePage):
    """
    Takes a text apart into clauses, shows them beside the present ones, and proposes them.

    What was not looked at is not proposed: a text that was changed after the last look is shown
    once more.
    """

    permission = changes.PROPOSE
    template_name = "rules/draft.html"
    longest_text: ClassVar[int] = 400_000

    @cached_property
    def document(self) -> RuleDocument:
        """The document that the address names."""
        return get_object_or_404(RuleDocument, code=self.kwargs["code"])

    @cached_property
    def base(self) -> RuleVersion | None:
        """The version that the new one will replace."""
        return standing_of(self.document, timezone.localdate()).newest

    @cached_property
    def returned(self) -> RuleChange | None:
        """The last proposed version, if it came back and nothing has come after it."""
        change = (
            self.document.changes.filter(kind=ChangeKind.VERSION)
            .select_related("proposal__outcome", "document")
            .order_by("-pk")
            .first()
        )
        outcome = getattr(change.proposal, "outcome", None) if change is not None else None
        came_back = (ProposalResult.RETURNED, ProposalResult.WITHDRAWN)
        return change if outcome is not None and outcome.result in came_back else None

    def get_title(self) -> str:
        return _("New version of %(title)s") % {"title": self.document.title}

    def breadcrumbs(self) -> list[Crumb]:
        return [
            Crumb(_("Rule documents"), reverse("admin:rule_documents")),
            Crumb(self.document.title, document_url(self.document)),
            Crumb(_("New version")),
        ]

    def first_words(self) -> dict[str, Any]:
        """Return what the form is filled with: what came back, else the present version."""
        effective = max(
            changes.earliest_date(self.document, timezone.localdate()),
            timezone.localdate() + _USUAL_DAYS,
        )
        words: dict[str, Any] = {
            "effective_date": effective,
            "accept_until": effective + ACCEPTED_WITHIN,
            "text": editable_text(texts_of(self.base)),
        }
        if self.returned is not None:
            content = content_of(self.returned)
            words |= {
                "label": content["label"],
                "change_summary": content["change_summary"],
                "text": editable_text(proposed_clauses(self.returned)),
            }
        return words

    def known_clauses(self) -> tuple[ClauseText, ...]:
        """Return the clauses of the text that is worked on, as they were before."""
        if self.returned is not None:
            return proposed_clauses(self.returned)
        return texts_of(self.base)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        returned = self.returned
        suggestion = ""
        if returned is not None:
            verdict = returned.proposal.approvals.order_by("-pk").first()
            suggestion = verdict.reason if verdict is not None else ""
        return {
            "form": kwargs.pop("form", None)
            or DraftForm(
                self.request.POST or None, initial=self.first_words(), document=self.document
            ),
            "document": self.document,
            "document_url": document_url(self.document),
            "base": self.base,
            "suggestion": suggestion,
            "earliest": changes.earliest_date(self.document, timezone.localdate()),
            "provisions": Clause.objects.exclude(provision="")
            .order_by("provision")
            .values_list("provision", flat=True)
            .distinct(),
            **super().get_context_data(**kwargs),
        }

    def post(self, request: HttpRequest, code: str) -> HttpResponse:
        posted = request.POST.copy()
        if "file" in request.FILES:
            upload = request.FILES["file"]
            assert isinstance(upload, UploadedFile)
            posted["text"] = decode_text(upload.read(LARGEST_FILE + 1))
        form = DraftForm(posted, document=self.document)
        if not form.is_valid():
            return self.render_to_response(self.get_context_data(form=form), status=422)
        parsed = parse_clauses(form.cleaned_data["text"])
        clauses = with_provisions(parsed.clauses, self.provisions_for(parsed.clauses))
        draft = VersionDraft(
            label=form.cleaned_data["label"],
            effective_date=form.cleaned_data["effective_date"],
            change_summary=form.cleaned_data["change_summary"],
            clauses=clauses,
            accept_until=form.cleaned_data.get("accept_until"),
        )
        seen = digest_of_draft(draft)
        is_seen = posted.get("previewed", "") == seen
        if posted.get("action") == "propose" and is_seen and "file" not in request.FILES:
            return self.propose(draft, form)
        return self.preview(form, draft, parsed, seen)

    def provisions_for(self, clauses: tuple[ClauseText, ...]) -> list[str]:
        """
        Return what each clause carries out: as typed beside it, else as before.

        Clauses are known again by their text, for numbers move when one is put in between.
        """
        posted = self.request.POST
        known = {
            pair.new.number: pair.old.provision
            for pair in compare_clauses(self.known_clauses(), clauses)
            if pair.old is not None and pair.new is not None
        }
        typed = dict(
            zip(posted.getlist("clause_key"), posted.getlist("clause_provision"), strict=False)
        )
        return [typed.get(key_of(each), known.get(each.number, "")) for each in clauses]

    def preview(
        self, form: DraftForm, draft: VersionDraft, parsed: ParsedText, seen: str
    ) -> HttpResponse:
        """Show the clauses that were recognised, beside the present ones."""
        problem = ""
        try:
            check_draft(self.document, draft)
        except ActionRefused as refusal:
            problem = str(refusal)
        context = {
            **self.get_context_data(form=form),
            "clauses": [(each, key_of(each)) for each in draft.clauses],
            "notes": parsed.notes,
            "problem": problem,
            "previewed": seen,
            **shown_pairs(texts_of(self.base), draft.clauses),
        }
        return self.render_to_response(context)

    def propose(self, draft: VersionDraft, form: DraftForm) -> HttpResponse:
        """Propose what was looked at and go on to its page."""
        actor = staff_of(self.request)
        with refusals_logged(
            action="compliance.rulechange.propose",
            target=self.document,
            actor=actor,
            provision=Provision.PUBLIC_ACCOUNT_6_2,
        ):
            change = changes.propose_version(
                document=self.document,
                draft=draft,
                actor=actor,
                provision=Provision.PUBLIC_ACCOUNT_6_2,
                reason=form.cleaned_data["reason"],
            )
        return self.redirect(change_url(change), _("Proposed. Two others have to approve it."))


def key_of(clause: ClauseText) -> str:
    """Return by what a clause is known again in a form."""
    return hashlib.sha256(clause.text.encode()).hexdigest()[:16]


def digest_of_draft(draft: VersionDraft) -> str:
    """Return a digest by which it is known that what is proposed is what was looked at."""
    words = [
        draft.label,
        draft.effective_date.isoformat(),
        draft.accept_until.isoformat() if draft.accept_until else "",
        draft.change_summary,
        [vars(each) for each in draft.clauses],
    ]
    return hashlib.sha256(json.dumps(words, sort_keys=True).encode()).hexdigest()
