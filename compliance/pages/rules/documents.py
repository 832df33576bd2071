"""The rule book: every document with what holds, what is missing and what is not filed."""

from typing import Any

from django import forms
from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from compliance.models import FILED_KINDS, DocumentKind, RuleChange, RuleDocument, StaffUser
from compliance.pages.adding import AddPage
from compliance.pages.door import staff_of
from compliance.pages.rules.presentation import (
    VIEW,
    change_url,
    document_url,
    filing_badge,
    title_of,
)
from compliance.provisions import Provision
from compliance.refusals import refusals_logged
from compliance.rulebook import changes
from compliance.rulebook.documents import missing_kinds, standings
from compliance.rulebook.filings import filings_of
from compliance.ui.admin import SelectWidget, SwitchWidget, TextareaWidget, TextInputWidget
from compliance.ui.pages import ConsolePage, Crumb


class RuleDocumentsPage(ConsolePage):
    """Every document by kind, required kinds without a version too."""

    title = gettext_lazy("Rule documents")
    permission = VIEW
    template_name = "rules/documents.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        today = timezone.localdate()
        found = standings(RuleDocument.objects.order_by("pk"), today)
        open_changes = {
            each.document_id: each
            for each in RuleChange.objects.open().select_related("document", "proposal")
        }
        filed = filings_of(
            version
            for each in found
            for version in each.present
            if each.document.kind in FILED_KINDS
        )
        missing = missing_kinds(today)
        kinds = []
        for kind in DocumentKind:
            documents = []
            for each in found:
                if each.document.kind != kind:
                    continue
                change = open_changes.get(each.document.pk)
                documents.append(
                    {
                        "document": each.document,
                        "url": document_url(each.document),
                        "in_force": each.in_force,
                        "announced": each.announced,
                        "change": title_of(change) if change is not None else "",
                        "change_url": change_url(change) if change is not None else "",
                        "filings": [
                            {
                                "label": version.label,
                                "badge": filing_badge(filed[version.pk].state),
                            }
                            for version in each.present
                            if version.pk in filed
                        ],
                    }
                )
            if documents or kind in missing:
                kinds.append(
                    {"label": kind.label, "documents": documents, "is_missing": kind in missing}
                )
        staff = staff_of(self.request)
        return {
            "kinds": kinds,
            "missing": [kind.label for kind in missing],
            "add_url": reverse("admin:add_rule_document")
            if staff.has_perm(changes.PROPOSE)
            else "",
            "public_url": reverse("public:rules"),
            **super().get_context_data(**kwargs),
        }


class AddDocumentForm(forms.Form):
    """What is needed to enter a document."""

    kind = forms.ChoiceField(
        label=gettext_lazy("Kind"), choices=DocumentKind.choices, widget=SelectWidget
    )
    title = forms.CharField(label=gettext_lazy("Title"), max_length=200, widget=TextInputWidget)
    code = forms.CharField(
        label=gettext_lazy("Code, a part of its address"), max_length=60, widget=TextInputWidget
    )
    is_public = forms.BooleanField(
        label=gettext_lazy("Publish it (rules that bind operators always are)"),
        required=False,
        initial=True,
        widget=SwitchWidget,
    )
    reason = forms.CharField(label=gettext_lazy("Reason"), widget=TextareaWidget)


class AddDocumentPage(AddPage):
    """Enters a document and goes on to its first version."""

    title = gettext_lazy("Enter a rule document")
    permission = changes.PROPOSE
    form_class = AddDocumentForm
    list_name = "admin:rule_documents"

    def breadcrumbs(self) -> list[Crumb]:
        return [Crumb(_("Rule documents"), reverse("admin:rule_documents")), Crumb(self.title)]

    def enter(self, given: dict[str, Any], actor: StaffUser) -> HttpResponse:
        plan = RuleDocument(code=given["code"], kind=given["kind"], title=given["title"])
        with refusals_logged(
            action="compliance.ruledocument.create",
            target=plan,
            actor=actor,
            provision=Provision.PUBLIC_ACCOUNT_6_2,
        ):
            document = changes.add_document(
                code=given["code"],
                kind=given["kind"],
                title=given["title"],
                is_public=given["is_public"],
                actor=actor,
                provision=Provision.PUBLIC_ACCOUNT_6_2,
                reason=given["reason"],
            )
        return self.redirect(
            reverse("admin:draft_rule", args=[document.code]),
            _("The document is entered. Write its first version."),
        )
