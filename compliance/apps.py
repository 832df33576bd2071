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
        from compliance.models.matters import name_kind
        from compliance.pages import desk, reveal, staff
        from compliance.pages.rules import registration as rule_pages
        from compliance.public import pages as public_pages
        from compliance.public import rules as public_rules
        from compliance.rulebook import changes, filings

        name_kind(changes.VERSION_KIND, _("new version of a rule document"))
        name_kind(changes.WITHDRAWAL_KIND, _("withdrawal of an announced rule version"))
        public_pages.register()
        public_rules.register()
        desk.register()
        reveal.register()
        staff.register()
        rule_pages.register()

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
        )
        roles.grant_to(roles.SUPERVISOR, "compliance.delegate_approval", changes.APPROVE)
        roles.grant_to(
            roles.COMPLIANCE_OFFICER, changes.PROPOSE, changes.APPROVE_AS_OFFICER, filings.FILE
        )
        roles.grant_to(roles.MODERATOR, "compliance.reveal_identity", "compliance.search_identity")
        roles.grant_to(
            roles.COMPLIANCE_OFFICER, "compliance.reveal_identity", "compliance.search_identity"
        )
