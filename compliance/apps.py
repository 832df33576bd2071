"""The floor as a Django app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ComplianceConfig(AppConfig):
    """People, log, proposals, work and identity data."""

    name = "compliance"
    verbose_name = _("Console")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        # Models are loaded only now.
        from compliance import checks, roles  # noqa: F401
        from compliance.api import rulebook
        from compliance.api.clients import APPROVER, SCOPE_KIND
        from compliance.models.matters import name_kind
        from compliance.pages import api_clients, desk, reveal, staff

        desk.register()
        reveal.register()
        staff.register()
        api_clients.register()
        rulebook.register()
        name_kind(SCOPE_KIND, _("writing scope of an API client"))

        roles.grant_to(
            roles.SYSTEM_ADMINISTRATOR,
            "compliance.view_person",
            "compliance.add_person",
            "compliance.change_person",
            "compliance.view_staffuser",
            "compliance.add_staffuser",
            "compliance.change_staffuser",
            "compliance.view_roleassignment",
            "compliance.add_roleassignment",
            "compliance.change_roleassignment",
            "compliance.view_apiclient",
            "compliance.change_apiclient",
        )
        for role in (roles.SUPERVISOR, roles.AUDITOR, roles.COMPLIANCE_OFFICER):
            roles.grant_to(
                role,
                "compliance.view_actionlog",
                "compliance.view_proposal",
                "compliance.view_approval",
                "compliance.view_person",
                "compliance.view_ruledocument",
                "compliance.view_timelimit",
            )
        roles.grant_to(
            roles.AUDITOR,
            "compliance.view_reveal",
            "compliance.view_roleassignment",
            "compliance.view_staffuser",
            "compliance.view_apiclient",
        )
        roles.grant_to(roles.COMPLIANCE_OFFICER, "compliance.view_apiclient", APPROVER)
        roles.grant_to(roles.SUPERVISOR, "compliance.delegate_approval")
        roles.grant_to(roles.MODERATOR, "compliance.reveal_identity", "compliance.search_identity")
        roles.grant_to(
            roles.COMPLIANCE_OFFICER, "compliance.reveal_identity", "compliance.search_identity"
        )
