"""The page on which an account is proposed for the watch list."""

from typing import Any

from django import forms
from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.services.account_numbers import account_numbered
from compliance.models import Person, StaffUser
from compliance.pages.adding import AddPage
from compliance.provisions import Provision
from compliance.refusals import refusals_logged
from compliance.roles import people_with
from compliance.ui.admin import SelectWidget, TextareaWidget, TextInputWidget
from compliance.ui.navigation import register_link
from compliance.ui.pages import register_page
from enforcement.pages.watchlist.presentation import watch_url
from enforcement.services.watchlist import watching
from enforcement.services.watchlist.watching import WatchDraft
from enforcement.watch_words import WatchBasis


class WatchForm(forms.Form):
    """Which account, why, how, by whom and until when."""

    platform_uid = forms.CharField(
        label=gettext_lazy("Account number of the platform"),
        max_length=100,
        widget=TextInputWidget,
    )
    basis = forms.ChoiceField(
        label=gettext_lazy("Basis"), choices=WatchBasis.choices, widget=SelectWidget
    )
    reason = forms.CharField(
        label=gettext_lazy("Reason"), widget=TextareaWidget(attrs={"rows": 4}), max_length=2000
    )
    steps = forms.CharField(
        label=gettext_lazy("How it is looked at"),
        help_text=gettext_lazy("Within what is done of any account: nothing is limited by it."),
        widget=TextareaWidget(attrs={"rows": 4}),
        max_length=2000,
    )
    owner = forms.ModelChoiceField(
        label=gettext_lazy("Who looks after it"),
        queryset=Person.objects.none(),
        widget=SelectWidget,
    )
    expires_on = forms.DateField(
        label=gettext_lazy("Last day"),
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date", "class": "ui-input"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        owner, last = self.fields["owner"], self.fields["expires_on"]
        assert isinstance(owner, forms.ModelChoiceField)
        owner.queryset = Person.objects.filter(pk__in=people_with(watching.VIEW)).order_by("pk")
        latest = watching.last_day_of_watch(timezone.localdate())
        last.help_text = _("%(day)s at the latest") % {"day": latest.isoformat()}


class AddWatchPage(AddPage):
    """Proposes that an account be watched; somebody else approves it."""

    permission = watching.PROPOSE
    title = gettext_lazy("Propose for the watch list")
    form_class = WatchForm
    list_name = "admin:enforcement_watchentry_changelist"

    def initial(self) -> dict[str, Any]:
        return {"platform_uid": self.request.GET.get("account", "")}

    def enter(self, given: dict[str, Any], actor: StaffUser) -> HttpResponse:
        with refusals_logged(
            action="enforcement.watchentry.create",
            target=actor,
            actor=actor,
            provision=Provision.OPINIONS_3,
        ):
            entry = watching.propose_watch(
                draft=WatchDraft(
                    account=account_numbered(given["platform_uid"]),
                    basis=given["basis"],
                    reason=given["reason"],
                    steps=given["steps"],
                    owner=given["owner"],
                    expires_on=given["expires_on"],
                ),
                actor=actor,
                provision=Provision.OPINIONS_3,
                reason=given["reason"],
            )
        return self.redirect(watch_url(entry), _("Proposed."))


def register() -> None:
    """Give the page its address; called when apps are ready."""
    register_page("watch-list/add/", AddWatchPage, name="add_watch_entry")
    register_link(
        "enforcement",
        AddWatchPage.title,
        view="admin:add_watch_entry",
        icon="add_circle",
        order=37,
        permission=watching.PROPOSE,
    )
