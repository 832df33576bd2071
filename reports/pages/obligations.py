"""The obligation matrix on screen, for whoever reads the rules."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.apps import apps
from django.contrib import admin
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy

from compliance import work
from compliance.ui.kit import Badge
from compliance.ui.navigation import register_link
from compliance.ui.pages import ConsolePage, register_page, registered_pages
from reports.enums import FilingCode
from reports.obligations.matrix import Duty, DutyState, Instrument, Matrix, read_matrix

# Whoever reads the rules that the platform follows reads what it owes, too.
PERMISSION = "compliance.view_ruledocument"
TONES = {
    DutyState.KEPT: "good",
    DutyState.PARTLY: "info",
    DutyState.PLANNED: "warning",
    DutyState.OUTSIDE: "",
}


@dataclass(frozen=True)
class Keeper:
    """Something of the product that keeps a duty, as people call it."""

    label: str
    url: str = ""


@dataclass(frozen=True)
class Row:
    """A duty as the page shows it."""

    duty: Duty
    badge: Badge
    keepers: list[Keeper]


@dataclass(frozen=True)
class Article:
    """A choice of the filter."""

    value: str
    label: str
    is_chosen: bool


@cache
def matrix() -> Matrix:
    """Return the matrix, read once: it changes with a release only."""
    return read_matrix()


class ObligationsPage(ConsolePage):
    """Lists every duty with what keeps it, by article and by state."""

    title = gettext_lazy("Obligations")
    subtitle = gettext_lazy(
        "What the law asks of platform and operator, and what of it is kept here"
    )
    permission = PERMISSION
    template_name = "reports/obligations.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        article = self.request.GET.get("article", "")
        state = self.request.GET.get("state", "")
        chosen = [
            duty
            for duty in matrix().duties
            if article in ("", article_of(duty)) and state in ("", duty.state.value)
        ]
        return {
            "sections": [
                (instrument.title, [row_of(duty, self.request) for duty in duties])
                for instrument in matrix().instruments
                if (duties := [duty for duty in chosen if duty.instrument == instrument])
            ],
            "articles": [
                (instrument.title, list(articles_of(instrument, article)))
                for instrument in matrix().instruments
            ],
            "states": [
                (each.value, each.label, count, each.value == state, TONES[each])
                for each, count in matrix().count().items()
            ],
            "shown": len(chosen),
            "total": len(matrix().duties),
            "is_filtered": bool(article or state),
            **super().get_context_data(**kwargs),
        }


def article_of(duty: Duty) -> str:
    """Return the code of a duty's article, without paragraph and part."""
    return f"{duty.instrument.code}:{duty.article}"


def articles_of(instrument: Instrument, chosen: str) -> Iterator[Article]:
    """Return the articles of an instrument that hold duties, each once."""
    numbers = dict.fromkeys(
        duty.article for duty in matrix().duties if duty.instrument == instrument
    )
    for number in numbers:
        value = f"{instrument.code}:{number}"
        yield Article(value, instrument.name_of(number), value == chosen)


def row_of(duty: Duty, request: HttpRequest) -> Row:
    """Return a duty with all that people have a word for; code is shown as code."""
    keepers = [
        *(record_keeper(name, request) for name in duty.models),
        *(Keeper(str(work.get_queue(code).label)) for code in duty.queues),
        *(Keeper(title) for name in duty.pages if (title := title_of_page(name))),
        *(Keeper(str(FilingCode(code).label)) for code in duty.reports),
    ]
    return Row(duty, Badge(text=duty.state.label, tone=TONES[duty.state]), keepers)


def record_keeper(name: str, request: HttpRequest) -> Keeper:
    """Return a kind of record, with its list where the person at the screen may open that."""
    model = apps.get_model(name)
    page = dict(admin.site._registry).get(model)
    url = ""
    if page is not None and page.has_view_permission(request):
        url = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
    return Keeper(str(model._meta.verbose_name), url)


def title_of_page(name: str) -> str:
    """Return how a page of the console is headed, or nothing where each of its pages differs."""
    for page in registered_pages():
        if f"admin:{page.name}" == name:
            return str(page.view.title)
    return ""


def register() -> None:
    """Give the page its address and its place; called when apps are ready."""
    register_page("obligations/", ObligationsPage, name="obligations")
    register_link(
        "records",
        gettext_lazy("Obligations"),
        view="admin:obligations",
        permission=PERMISSION,
        icon="checklist",
        order=45,
    )
