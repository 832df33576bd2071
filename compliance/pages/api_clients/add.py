"""The page on which a client of the API is registered."""

from typing import Any

from django import forms
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from compliance.api import clients
from compliance.models import StaffUser
from compliance.models.api import READS_A_MINUTE, WRITES_A_MINUTE
from compliance.pages.adding import AddPage
from compliance.pages.api_clients.client import KEEP
from compliance.pages.api_clients.desk import client_url
from compliance.provisions import Provision
from compliance.refusals import refusals_logged
from compliance.ui.admin import NumberWidget, TextareaWidget, TextInputWidget


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


class AddClientPage(AddPage):
    """Registers a client, which may do nothing yet."""

    title = gettext_lazy("Add an API client")
    permission = KEEP
    form_class = AddClientForm
    list_name = "admin:compliance_apiclient_changelist"

    def enter(self, given: dict[str, Any], actor: StaffUser) -> HttpResponse:
        with refusals_logged(
            action="compliance.apiclient.create",
            target=actor,
            actor=actor,
            provision=Provision.PIPL_51,
        ):
            client = clients.register_client(**given, actor=actor, provision=Provision.PIPL_51)
        return self.redirect(
            client_url(client), _("The client is registered. Give it scopes and a key.")
        )
