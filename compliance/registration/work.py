"""The desk: work items, proposals of every kind, who stands in for whom."""

from compliance import roles
from compliance.pages import desk, desk_cards, desk_lists, standing_in


def register() -> None:
    """Register the desk and what roles may do there; called when apps are ready."""
    desk.register()
    desk_cards.register()
    desk_lists.register()
    standing_in.register()
    for role in (roles.SUPERVISOR, roles.AUDITOR, roles.COMPLIANCE_OFFICER):
        roles.grant_to(
            role,
            "compliance.view_absence",
            "compliance.view_deputy",
            "compliance.view_handover",
            "compliance.view_recusal",
            "compliance.view_actionlog",
            "compliance.view_proposal",
            "compliance.view_approval",
        )
    roles.grant_to(
        roles.SUPERVISOR,
        "compliance.assign_work",
        "compliance.delegate_approval",
        "compliance.enter_absence",
        "compliance.recuse_others",
    )
    # Where the one supervisor is bound by their own proposal, somebody else names the deputy.
    roles.grant_to(roles.COMPLIANCE_OFFICER, "compliance.delegate_approval")
