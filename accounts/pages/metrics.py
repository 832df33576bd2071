"""Figures of accounts on screen: charts with their table, alerts and what they rest on."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import DailyMetric, Finding, MetricAlert, PublicAccount
from accounts.models.findings import name_figure
from accounts.pages.addresses import account_url, finding_url
from accounts.pages.presentation import instant
from accounts.pages.references import register_reference
from accounts.rules.metrics import Indicator
from accounts.services.metrics.words import LABELS, figure_in_words, signal_in_words
from compliance.models import StaffUser
from compliance.pages.record import Panel, PanelRow, register_panel
from compliance.ui.charts import Chart, ChartPoint
from compliance.ui.kit import Badge, Fact, Text
from compliance.ui.pages import ConsolePage, Crumb, register_page

# Our choices; no article sets them.
DAYS_SHOWN: Final = 60
ALERTS_SHOWN: Final = 5
SEES: Final = "accounts.view_metricalert"


@dataclass(frozen=True)
class FigureRow:
    """The figures of one day in words."""

    day: str
    values: Sequence[str]
    is_marked: bool


@dataclass(frozen=True)
class Figures:
    """A series as charts, one an indicator, and as a table."""

    charts: Sequence[Chart]
    labels: Sequence[Text]
    rows: Sequence[FigureRow]


@dataclass(frozen=True)
class MetricsSection:
    """What the page of an account shows of its figures."""

    figures: Figures | None
    alerts: Sequence[PanelRow]


def figures_of(series: Sequence[dict[str, Any]], marked: Collection[date]) -> Figures:
    """Return a series, ordered by day, as charts and as a table with the latest day first."""
    days = [date.fromisoformat(each["day"]) for each in series]
    return Figures(
        charts=[_chart(indicator, series, days, marked) for indicator in Indicator],
        labels=[LABELS[indicator] for indicator in Indicator],
        rows=[
            FigureRow(
                day=day.isoformat(),
                values=[figure_in_words(one, each[one.value]) for one in Indicator],
                is_marked=day in marked,
            )
            for day, each in reversed(list(zip(days, series, strict=True)))
        ],
    )


def _chart(
    indicator: Indicator,
    series: Sequence[dict[str, Any]],
    days: Sequence[date],
    marked: Collection[date],
) -> Chart:
    points = [
        ChartPoint(day.isoformat(), each[indicator.value], day in marked)
        for day, each in zip(days, series, strict=True)
    ]
    values = [each.value for each in points if each.value is not None]
    lowest = figure_in_words(indicator, min(values, default=None))
    highest = figure_in_words(indicator, max(values, default=None))
    return Chart(
        title=LABELS[indicator],
        points=points,
        summary=_("%(indicator)s from %(first)s to %(last)s: between %(low)s and %(high)s")
        % {
            "indicator": LABELS[indicator],
            "first": days[0].isoformat(),
            "last": days[-1].isoformat(),
            "low": lowest,
            "high": highest,
        },
        lowest=_("lowest %(value)s") % {"value": lowest},
        highest=_("highest %(value)s") % {"value": highest},
    )


def metrics_section(account: PublicAccount, staff: StaffUser) -> MetricsSection | None:
    """Return the figures of an account and its latest alerts, for whoever may see them."""
    if not staff.has_perm(SEES):
        return None
    since = timezone.localdate() - timedelta(days=DAYS_SHOWN)
    kept = DailyMetric.objects.filter(account=account, day__gt=since).order_by("day")
    series = [
        {
            "day": each.day.isoformat(),
            "followers": each.followers,
            "views": each.views,
            "click_rate": float(each.click_rate) if each.click_rate is not None else None,
            "reposts": each.reposts,
            "comments": each.comments,
        }
        for each in kept
    ]
    alerts = list(account.metric_alerts.filter(day__gt=since).order_by("-day")[:ALERTS_SHOWN])
    marked = {each.day for each in alerts}
    return MetricsSection(
        figures=figures_of(series, marked) if series else None,
        alerts=[
            PanelRow(
                label=_("Unusual figures of %(day)s") % {"day": each.day.isoformat()},
                hint=signal_in_words(each.signals[0]),
                url=alert_url(each),
                badge=Badge(text=_("alert"), tone="warning"),
            )
            for each in alerts
        ],
    )


def alert_url(alert: MetricAlert) -> str:
    """Return the address of an alert's page."""
    return reverse("admin:metric_alert", args=[alert.pk])


class MetricAlertPage(ConsolePage):
    """One alert: why, by which rule, and the series that showed it as it was then."""

    permission = SEES
    template_name = "accounts/metric_alert.html"

    @cached_property
    def alert(self) -> MetricAlert:
        """The alert that the address names."""
        return get_object_or_404(
            MetricAlert.objects.select_related("account", "rule"), pk=self.kwargs["pk"]
        )

    def get_title(self) -> Text:
        return _("Unusual figures of %(day)s") % {"day": self.alert.day.isoformat()}

    def breadcrumbs(self) -> Sequence[Crumb]:
        return [
            Crumb(
                gettext_lazy("alerts on figures"),
                reverse("admin:accounts_metricalert_changelist"),
            ),
            Crumb(self.get_title()),
        ]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        alert = self.alert
        finding = Finding.objects.filter(ground_ref=f"metric_alert:{alert.pk}").first()
        return {
            "sentences": [signal_in_words(each) for each in alert.signals],
            "figures": figures_of(alert.series, {alert.day}),
            "facts": [
                Fact(_("Account"), str(alert.account), url=account_url(alert.account)),
                Fact(_("Day"), alert.day.isoformat()),
                Fact(_("Found at"), instant(alert.found_at)),
                Fact(_("Rule"), _("version %(label)s") % {"label": alert.rule.label}),
                Fact(
                    _("Finding"),
                    finding.number if finding is not None else "",
                    hint=finding.get_status_display() if finding is not None else "",
                    url=finding_url(finding) if finding is not None else "",
                ),
            ],
            **super().get_context_data(**kwargs),
        }

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        # Nothing is done here; the page of the finding does.
        return self.http_method_not_allowed(request)


def follow_consents_panel(account: PublicAccount, staff: StaffUser) -> Panel | None:
    """Return how people agreed to follow the account in campaigns of the platform."""
    if not staff.has_perm("accounts.view_followconsent"):
        return None
    consents = list(account.follow_consents.order_by("-began_at")[:ALERTS_SHOWN])
    if not consents:
        return None
    return Panel(
        title=_("Consents to follow it"),
        rows=[
            PanelRow(
                label=each.campaign,
                hint=f"{each.asked} · {each.get_agreement_display()}",
                value=_("%(agreed)s of %(shown_to)s agreed")
                % {"agreed": f"{each.agreed:,}", "shown_to": f"{each.shown_to:,}"},
                url=reverse("admin:accounts_followconsent_change", args=[each.pk]),
            )
            for each in consents
        ],
    )


def _reference_url(key: str, staff: StaffUser) -> str:
    if not staff.has_perm(SEES) or not key.isdecimal():
        return ""
    return reverse("admin:metric_alert", args=[key])


def register() -> None:
    """Give page, panel and references their places; called when apps are ready."""
    register_page("metric-alerts/<int:pk>/", MetricAlertPage, name="metric_alert")
    register_panel("accounts.publicaccount", follow_consents_panel, order=60)
    register_reference(
        "metric_alert",
        words=lambda key: _("Alert on figures no. %(number)s") % {"number": key},
        url=_reference_url,
    )
    name_figure("metric_day", gettext_lazy("Day of the figures"))
    name_figure("metric_score", gettext_lazy("How many times the usual deviation"))
