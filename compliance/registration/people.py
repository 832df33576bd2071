"""Staff and roles, identity data, and the search over what one may see."""

from django.utils.translation import gettext_lazy as _

from compliance import minor_reveals as minor_reveals_service
from compliance import roles
from compliance.pages import minor_reveals, reveal, search, staff


def register() -> None:
    """Register the pages and what roles may do there; called when apps are ready."""
    reveal.register()
    minor_reveals.register()
    staff.register()
    search.register()
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
        roles.grant_to(role, "compliance.view_person")
    roles.grant_to(
        roles.AUDITOR,
        "compliance.view_identitysearch",
        "compliance.view_reveal",
        "compliance.view_roleassignment",
        "compliance.view_staffuser",
    )
    for role in (roles.MODERATOR, roles.COMPLIANCE_OFFICER):
        roles.grant_to(role, "compliance.reveal_identity", "compliance.search_identity")
    roles.grant_to(roles.SUPERVISOR, minor_reveals_service.APPROVE, "compliance.view_reveal")
    roles.make_delegable(minor_reveals_service.APPROVE, _("identity data of minors"))
