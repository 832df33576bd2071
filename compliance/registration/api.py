"""Clients of the API, and what the floor itself offers them."""

from django.utils.translation import gettext_lazy as _

from compliance import roles
from compliance.api import commands, rulebook
from compliance.api.clients import APPROVER
from compliance.pages import api_clients


def register() -> None:
    """Register pages and resources, and who approves scopes; called when apps are ready."""
    api_clients.register()
    rulebook.register()
    commands.register()
    roles.make_delegable(APPROVER, _("scopes of the API"))
    roles.grant_to(
        roles.SYSTEM_ADMINISTRATOR, "compliance.view_apiclient", "compliance.change_apiclient"
    )
    roles.grant_to(roles.AUDITOR, "compliance.view_apiclient")
    roles.grant_to(roles.COMPLIANCE_OFFICER, "compliance.view_apiclient", APPROVER)
