"""The page on which a rumour is put on record."""

from typing import Any

from django import forms
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from compliance.models import StaffUser
from compliance.pages.adding import AddPage
from compliance.provisions import Provision
from compliance.refusals import refusals_logged
from compliance.ui.admin import SelectWidget, TextareaWidget, TextInputWidget
from compliance.ui.navigation import register_link
from compliance.ui.pages import register_page
from enforcement.pages.rumours.presentation import rumour_url
from enforcement.rumour_words import RumourSource
from enforcement.services.rumours import opening
from enforcement.services.rumours.opening import RumourDraft


class RumourForm(forms.Form):
    """What is said, who warned of it, where it stands."""

    claim = forms.CharField(
        label=gettext_lazy("What is said"),
        max_length=opening.LONGEST_CLAIM,
        widget=TextareaWidget(attrs={"rows": 3}),
        help_text=gettext_lazy("In one or two sentences; no identity data of anybody."),
    )
    source = forms.ChoiceField(
        label=gettext_lazy("Where the warning comes from"),
        choices=[("", gettext_lazy("Choose")), *RumourSource.choices],
        widget=SelectWidget,
    )
    source_ref = forms.CharField(
        label=gettext_lazy("Reference of the source"),
        max_length=80,
        required=False,
        widget=TextInputWidget,
        help_text=gettext_lazy("The number of the alert, the complaint or the patrol sheet."),
    )
    warned_at = forms.DateTimeField(
        label=gettext_lazy("When the warning came"),
        required=False,
        widget=TextInputWidget(attrs={"placeholder": "2026-01-31 09:30"}),
        help_text=gettext_lazy("Empty: now."),
        error_messages={"invalid": gettext_lazy("Write a time as 2026-01-31 09:30.")},
    )
    named = forms.CharField(
        label=gettext_lazy("Accounts and contents"),
        required=False,
        widget=TextareaWidget(attrs={"rows": 5}),
        help_text=gettext_lazy(
            "One on each line: the account number of the platform, a blank, and the number or "
            "address of the content. More can be named later."
        ),
    )
    reason = forms.CharField(
        label=gettext_lazy("What the warning was"),
        max_length=4000,
        widget=TextareaWidget(attrs={"rows": 3}),
        help_text=gettext_lazy("The first of the six steps; kept on record."),
    )


class OpenRumourPage(AddPage):
    """Puts a rumour on record."""

    title = gettext_lazy("Open a rumour")
    permission = opening.HANDLE
    form_class = RumourForm
    list_name = "admin:enforcement_rumour_changelist"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        named = self.request.GET.get("uid", "")
        if named and not self.request.POST:
            context["form"] = RumourForm(initial={"named": named})
        return context

    def enter(self, given: dict[str, Any], actor: StaffUser) -> HttpResponse:
        with refusals_logged(
            action="enforcement.rumour.create",
            target=actor,
            actor=actor,
            provision=Provision.PUBLIC_ACCOUNT_13_2,
        ):
            rumour = opening.open_rumour(
                draft=RumourDraft(
                    claim=given["claim"],
                    source=given["source"],
                    source_ref=given["source_ref"],
                    warned_at=given["warned_at"],
                    named=opening.read_named(given["named"]),
                ),
                actor=actor,
                provision=Provision.PUBLIC_ACCOUNT_13_2,
                reason=given["reason"],
            )
        said = _("%(number)s is open.") % {"number": rumour.number}
        return self.redirect(rumour_url(rumour), said)


def register() -> None:
    """Give the page its address and its place in the sidebar; called when apps are ready."""
    register_page("rumours/open/", OpenRumourPage, name="open_rumour")
    register_link(
        "enforcement",
        OpenRumourPage.title,
        view="admin:open_rumour",
        icon="campaign",
        order=28,
        permission=opening.HANDLE,
    )
