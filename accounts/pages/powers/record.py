"""The page of one application for earning: what the rule said, and what became of the right."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import EarningApplication
from accounts.pages.addresses import account_url
from accounts.pages.powers.presentation import earning_badge
from accounts.pages.presentation import instant
from accounts.services.earning import obstacle_in_words
from accounts.services.earning.words import as_found
from compliance.pages.deliveries import notice_rows
from compliance.pages.door import staff_of
from compliance.pages.record import Panel, PanelRow, RecordPage
from compliance.pages.record_timeline import timeline_page
from compliance.ui.kit import Fact
from compliance.ui.pages import Crumb, register_page


class EarningApplicationPage(RecordPage):
    """An application for earning; nothing is done here, the rule decided on it."""

    permission = "accounts.view_earningapplication"
    template_name = "accounts/powers/earning.html"
    list_title = gettext_lazy("applications for earning")
    list_url_name = "admin:accounts_earningapplication_changelist"

    def find_record(self) -> EarningApplication:
        found = EarningApplication.objects.select_related("account", "rule")
        return get_object_or_404(found, pk=self.kwargs["pk"])

    def get_title(self) -> str:
        return str(self.record)

    def breadcrumbs(self) -> list[Crumb]:
        account = self.record.account
        first, *rest = super().breadcrumbs()
        return [first, Crumb(account.name, account_url(account)), *rest]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        record, staff = self.record, staff_of(self.request)
        return {
            "badge": earning_badge(record),
            "facts": facts_of(record),
            "panels": [
                Panel(
                    title=_("What stands against it"),
                    rows=[
                        PanelRow(label=obstacle_in_words(each))
                        for each in as_found(record.obstacles)
                    ],
                    empty=_("Nothing."),
                )
            ],
            "told": notice_rows([record], staff),
            "timeline": timeline_page(
                record,
                staff,
                kind=self.request.GET.get("kind", ""),
                position=self.request.GET.get("from", ""),
            ),
            **super().get_context_data(**kwargs),
        }

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        return self.http_method_not_allowed(request)


def facts_of(record: EarningApplication) -> list[Fact]:
    """Return what is known of an application for earning."""
    account, rule = record.account, record.rule
    facts = [
        Fact(_("Account"), account.name, hint=account.platform_uid, url=account_url(account)),
        Fact(_("By what"), record.get_behaviour_display()),
        Fact(_("Applied at"), instant(record.applied_at), hint=record.get_source_display()),
        Fact(
            _("Decided at"),
            instant(record.decided_at),
            hint=_("by the rule, version %(label)s") % {"label": rule.label if rule else ""},
        ),
    ]
    if record.ended_at is not None:
        facts.append(Fact(_("Ended at"), instant(record.ended_at), hint=record.lost_by))
    if record.possible_from is not None:
        facts.append(Fact(_("Possible from"), record.possible_from.isoformat()))
    return facts


def register() -> None:
    """Give the page its address; called when apps are ready."""
    register_page(
        "earning-applications/<int:pk>/", EarningApplicationPage, name="earning_application"
    )
