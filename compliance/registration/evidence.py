"""Evidence: looked at, taken out, and erased where two have approved it."""

from django.utils.translation import gettext_lazy as _

from compliance import roles
from compliance.pages import evidence


def register() -> None:
    """Register the pages and who proposes and approves erasures; called when apps are ready."""
    evidence.register()
    for codename, label in (
        ("approve_erasure", _("erasure of evidence, as supervisor")),
        ("approve_erasure_as_officer", _("erasure of evidence, as compliance officer")),
    ):
        roles.make_delegable(f"compliance.{codename}", label)
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
    for role in (roles.MODERATOR, roles.COMPLIANCE_OFFICER):
        roles.grant_to(role, "compliance.take_out_evidence", "compliance.propose_erasure")
    roles.grant_to(roles.SUPERVISOR, "compliance.approve_erasure", "compliance.view_evidenceview")
    roles.grant_to(roles.COMPLIANCE_OFFICER, "compliance.approve_erasure_as_officer")
    roles.grant_to(roles.AUDITOR, "compliance.view_evidencefile", "compliance.view_evidenceview")
