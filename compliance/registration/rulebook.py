"""Rule documents: written, approved by two, announced, filed."""

from django.utils.translation import gettext_lazy as _

from compliance import roles
from compliance.pages.rules import registration
from compliance.rulebook import changes, filings


def register() -> None:
    """Register the pages and who proposes and approves; called when apps are ready."""
    registration.register()
    roles.make_delegable(changes.APPROVE, _("rule documents, as supervisor"))
    roles.make_delegable(changes.APPROVE_AS_OFFICER, _("rule documents, as compliance officer"))
    for role in (roles.SUPERVISOR, roles.AUDITOR, roles.COMPLIANCE_OFFICER):
        roles.grant_to(role, "compliance.view_ruledocument")
    roles.grant_to(roles.SUPERVISOR, changes.APPROVE)
    roles.grant_to(
        roles.COMPLIANCE_OFFICER, changes.PROPOSE, changes.APPROVE_AS_OFFICER, filings.FILE
    )
