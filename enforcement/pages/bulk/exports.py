"""The list of a decision on many accounts as CSV, for whoever checks it elsewhere."""

from collections.abc import Iterator
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from compliance.csv_text import BYTE_ORDER_MARK, csv_line
from compliance.ui.pages import ConsolePage, register_page
from enforcement.models import BulkDecision, BulkItem
from enforcement.pages.bulk.record import VIEW


def csv_lines(bulk: BulkDecision) -> Iterator[str]:
    """Yield the list of accounts, with what stands against each and what became of it."""
    headings = [
        _("Place"),
        _("Account number of the platform"),
        _("Account name"),
        _("Nature of the subject"),
        _("Followers"),
        _("Offence"),
        _("Points taken"),
        _("State"),
        _("What stands against it"),
        _("Decision"),
        _("Facts of this account"),
    ]
    yield BYTE_ORDER_MARK + csv_line(headings)
    items = BulkItem.objects.filter(bulk=bulk).select_related("account", "decision")
    for each in items.order_by("place").iterator(chunk_size=2000):
        yield csv_line(
            [
                str(each.place),
                each.account.platform_uid,
                each.account.name,
                str(each.get_nature_display()),
                str(each.followers),
                str(each.offence_number or ""),
                str(each.points),
                str(each.get_status_display()),
                each.problem,
                each.decision.number if each.decision is not None else "",
                each.line,
            ]
        )


class ListPage(ConsolePage):
    """Sends the list as a file."""

    permission = VIEW

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        bulk = get_object_or_404(BulkDecision, pk=self.kwargs["pk"])
        content = "".join(csv_lines(bulk))
        response = HttpResponse(content.encode(), content_type="text/csv; charset=utf-8")
        response["Content-Disposition"] = f'attachment; filename="{bulk.number}.csv"'
        response["X-Content-Type-Options"] = "nosniff"
        response["Cache-Control"] = "no-store"
        return response


def register() -> None:
    """Give the file its address; called when apps are ready."""
    register_page("bulk-decisions/<int:pk>/list.csv", ListPage, name="bulk_csv")
