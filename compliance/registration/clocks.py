"""Time limits, the calendar of working days, and what is late."""

from django.utils.translation import gettext_lazy as _

from compliance import roles
from compliance.pages import calendar, limits, overdue


def register() -> None:
    """Register the pages and who proposes and approves; called when apps are ready."""
    limits.register()
    calendar.register()
    overdue.register()
    for codename, label in (
        ("approve_limit", _("time limits and calendars, as supervisor")),
        ("approve_limit_as_officer", _("time limits, as compliance officer")),
        ("approve_extension", _("more time on a step")),
    ):
        roles.make_delegable(f"compliance.{codename}", label)
    for role in (
        roles.MODERATOR,
        roles.COMPLAINT_HANDLER,
        roles.SUPERVISOR,
        roles.AUDITOR,
        roles.COMPLIANCE_OFFICER,
    ):
        roles.grant_to(role, "compliance.view_timelimit", "compliance.view_clock")
    for role in (roles.MODERATOR, roles.COMPLAINT_HANDLER):
        roles.grant_to(role, "compliance.propose_extension")
    roles.grant_to(
        roles.SUPERVISOR,
        "compliance.propose_limit",
        "compliance.approve_limit",
        "compliance.approve_extension",
        "compliance.take_over_breach",
    )
    roles.grant_to(
        roles.COMPLIANCE_OFFICER,
        "compliance.propose_limit",
        "compliance.approve_limit_as_officer",
        "compliance.take_over_breach",
    )
