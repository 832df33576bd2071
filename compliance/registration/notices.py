"""What people are told: texts, deliveries, commands to the platform."""

from django.utils.translation import gettext_lazy as _

from compliance import roles
from compliance.pages import deliveries, notice_texts, outbox_desk


def register() -> None:
    """Register the pages and who proposes and approves texts; called when apps are ready."""
    deliveries.register()
    notice_texts.register()
    outbox_desk.register()
    for codename, label in (
        ("approve_noticetemplate", _("texts of notices, as supervisor")),
        ("approve_noticetemplate_as_officer", _("texts of notices, as compliance officer")),
    ):
        roles.make_delegable(f"compliance.{codename}", label)
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
