"""The page on which a client of the API is registered."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from compliance.api import clients
from compliance.models.api import READS_A_MINUTE, WRITES_A_MINUTE
from compliance.pages.api_clients.client import KEEP
from compliance.pages.api_clients.desk import client_url
from compliance.pages.door import staff_of
from compliance.provisions import Provision
from compliance.refusals import refusals_logged
from compliance.ui.admin import NumberWidget, TextareaWidget, TextInputWidget
from compliance.ui.pages import ConsolePage


class AddClientForm(forms.Form):
    """What is needed to let a system call the API."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=100, widget=TextInputWidget)
    contact_post = forms.CharField(
        label=gettext_lazy("Responsible post"), max_length=150, widget=TextInputWidget
    )
    reads_a_minute = forms.IntegerField(
        label=gettext_lazy("Reads a minute"),
        min_value=1,
        max_value=clients.MOST_A_MINUTE,
        initial=READS_A_MINUTE,
        widget=NumberWidget,
    )
    writes_a_minute = forms.IntegerField(
        label=gettext_lazy("Writes a minute"),
        min_value=1,
        max_value=clients.MOST_A_MINUTE,
        initial=WRITES_A_MINUTE,
        widget=NumberWidget,
    )
    reason = forms.CharField(label=gettext_lazy("Reason"), widget=TextareaWidget)


class AddClientPage(ConsolePage):
    """Registers a client, which may do nothing yet."""

    title = gettext_lazy("Add an API client")
    permission = KEEP
    template_name = "clients/add.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return {
            "form": AddClientForm(self.request.POST or None),
            **super().get_context_data(**kwargs),
        }

    def post(self, request: HttpRequest) -> HttpResponse:
        form = AddClientForm(request.POST)
        if not form.is_valid():
            return self.render_to_response(self.get_context_data(), status=422)
        actor = staff_of(request)
        with refusals_logged(
            action="compliance.apiclient.create",
            target=actor,
            actor=actor,
            provision=Provision.PIPL_51,
        ):
            client = clients.register_client(
                **form.cleaned_data, actor=actor, provision=Provision.PIPL_51
            )
        return self.redirect(
            client_url(client), _("The client is registered. Give it scopes and a key.")
        )
