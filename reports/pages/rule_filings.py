"""R01, the list of rules with where each stands with the regulator: on screen and as CSV."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from compliance.pages.rules.presentation import shown_day
from compliance.rulebook.filings import FILE
from compliance.ui.navigation import register_link
from compliance.ui.pages import ConsolePage, Crumb, register_page
from reports.exports.r01 import COLUMNS, csv_lines, rows


def site_of(request: HttpRequest) -> str:
    """Return what stands in front of an address of ours, as the outside knows it."""
    return settings.PUBLIC_BASE_URL or request.build_absolute_uri("/").rstrip("/")


class RuleFilingsPage(ConsolePage):
    """The rows of R01 as of today."""

    title = gettext_lazy("Rules filed (R01)")
    permission = FILE
    template_name = "reports/rule_filings.html"

    def breadcrumbs(self) -> list[Crumb]:
        return [
            Crumb(_("filings"), reverse("admin:reports_filing_changelist")),
            Crumb(self.title),
        ]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        today = timezone.localdate()
        return {
            "columns": [column.title for column in COLUMNS],
            "rows": rows(today, site=site_of(self.request)),
            "day": shown_day(today),
            "csv_url": reverse("admin:rule_filings_csv"),
            **super().get_context_data(**kwargs),
        }


class RuleFilingsCsvPage(ConsolePage):
    """The same rows as a file."""

    permission = FILE

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        today = timezone.localdate()
        content = "".join(csv_lines(rows(today, site=site_of(request))))
        response = HttpResponse(content.encode(), content_type="text/csv; charset=utf-8")
        response["Content-Disposition"] = f'attachment; filename="R01-{today:%Y%m%d}.csv"'
        response["X-Content-Type-Options"] = "nosniff"
        response["Cache-Control"] = "no-store"
        return response


def register() -> None:
    """Give the pages their addresses; called when apps are ready."""
    register_page("filings/rules/", RuleFilingsPage, name="rule_filings")
    register_page("filings/rules/csv/", RuleFilingsCsvPage, name="rule_filings_csv")
    register_link(
        "reports",
        gettext_lazy("Rules filed (R01)"),
        view="admin:rule_filings",
        permission=FILE,
        icon="fact_check",
        order=20,
    )
