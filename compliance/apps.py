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
        from compliance.notices.templates import TEMPLATE_KIND
        from compliance.pages import deliveries, desk, notice_texts, outbox_desk, reveal, staff

        desk.register()
        reveal.register()
        staff.register()
        deliveries.register()
        notice_texts.register()
        outbox_desk.register()
        name_kind(TEMPLATE_KIND, _("text of a notice"))

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
        for role in (roles.SUPERVISOR, roles.AUDITOR, roles.COMPLIANCE_OFFICER):
            roles.grant_to(
                role,
                "compliance.view_notice",
                "compliance.view_delivery",
                "compliance.view_noticetemplate",
                "compliance.view_platformcommand",
            )
        for role in (roles.MODERATOR, roles.COMPLAINT_HANDLER):
            roles.grant_to(role, "compliance.view_own_notices")
        roles.grant_to(
            roles.SUPERVISOR, "compliance.cancel_delivery", "compliance.approve_noticetemplate"
        )
        roles.grant_to(
            roles.COMPLIANCE_OFFICER,
            "compliance.propose_noticetemplate",
            "compliance.approve_noticetemplate_as_officer",
            "compliance.resend_delivery",
            "compliance.repeat_platformcommand",
        )
        roles.grant_to(roles.SUPERVISOR, "compliance.delegate_approval")
        roles.grant_to(roles.MODERATOR, "compliance.reveal_identity", "compliance.search_identity")
        roles.grant_to(
            roles.COMPLIANCE_OFFICER, "compliance.reveal_identity", "compliance.search_identity"
        )
