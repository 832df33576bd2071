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
        from compliance.evidence import tasks  # noqa: F401
        from compliance.evidence.erasure import ERASURE_KIND
        from compliance.models.matters import name_kind
        from compliance.pages import desk, evidence, reveal, staff

        name_kind(ERASURE_KIND, _("erasure of evidence"))
        desk.register()
        evidence.register()
        reveal.register()
        staff.register()

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
        for role in (
            roles.MODERATOR,
            roles.COMPLAINT_HANDLER,
            roles.SUPERVISOR,
            roles.COMPLIANCE_OFFICER,
        ):
            roles.grant_to(
                role,
                "compliance.view_evidencefile",
                "compliance.look_at_evidence",
                "compliance.show_sensitive_evidence",
                "compliance.rate_evidence",
            )
        roles.grant_to(
            roles.MODERATOR, "compliance.take_out_evidence", "compliance.propose_erasure"
        )
        roles.grant_to(roles.SUPERVISOR, "compliance.approve_erasure")
        roles.grant_to(
            roles.COMPLIANCE_OFFICER,
            "compliance.take_out_evidence",
            "compliance.propose_erasure",
            "compliance.approve_erasure_as_officer",
        )
        roles.grant_to(
            roles.AUDITOR, "compliance.view_evidencefile", "compliance.view_evidenceview"
        )
        roles.grant_to(roles.SUPERVISOR, "compliance.view_evidenceview")
        roles.grant_to(roles.SUPERVISOR, "compliance.delegate_approval")
        roles.grant_to(roles.MODERATOR, "compliance.reveal_identity", "compliance.search_identity")
        roles.grant_to(
            roles.COMPLIANCE_OFFICER, "compliance.reveal_identity", "compliance.search_identity"
        )
