"""Who sees what people without a login were asked for, and what was received."""

from compliance import roles


def register() -> None:
    """Say which roles see invitations and receipts; called when apps are ready."""
    for role in (
        roles.MODERATOR,
        roles.COMPLAINT_HANDLER,
        roles.SUPERVISOR,
        roles.COMPLIANCE_OFFICER,
        roles.AUDITOR,
    ):
        roles.grant_to(
            role, "compliance.view_responseinvitation", "compliance.view_responsereceipt"
        )
