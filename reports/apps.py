"""The package as a Django app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ReportsConfig(AppConfig):
    """Registers what the package adds to the console."""

    name = "reports"
    verbose_name = _("Reports")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        # Models are loaded only now.
        from compliance import roles
        from reports.pages import (
            histories,
            obligations,
            registration,
            rule_filings,
            searches,
            transparency,
        )

        roles.make_delegable("reports.release_filing", _("release of a filing"))
        registration.register()
        rule_filings.register()
        obligations.register()
        histories.register()
        searches.register()
        transparency.register()
        roles.grant_to(
            roles.COMPLIANCE_OFFICER,
            "reports.view_filing",
            "reports.prepare_filing",
            "reports.release_filing",
            "reports.mark_filed",
        )
        for role in (roles.AUDITOR, roles.SUPERVISOR):
            roles.grant_to(role, "reports.view_filing")
