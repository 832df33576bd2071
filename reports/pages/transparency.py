"""
What everybody may read of our work: limits and how they were kept, complaints, appeals, measures.

The pages are drawn from what was published; nothing is counted because somebody asks.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import register_converter
from django.utils import timezone
from django.utils.functional import Promise, cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy

from compliance.csv_text import BYTE_ORDER_MARK, csv_line
from compliance.public.pages import PublicEntry, PublicPage, Text, public_url, register_public_page
from compliance.public.rules import Crumb
from compliance.rulebook.limits import published_limits
from enforcement.complaint_words import ComplaintKind
from enforcement.enums import MeasureCode
from reports.enums import PeriodKind
from reports.models import PublishedFigures
from reports.services.transparency.counting import STEPS, start_of

# Our choice; no article sets it.
MONTHS_SHOWN: Final = 12
# What stands in a cell that is left out; it is never nought.
LEFT_OUT: Final = pgettext_lazy("published figures", "not shown")
COMPLAINT_FIGURES: Final[dict[str, Promise]] = {
    "received": pgettext_lazy("figures of complaints", "Received"),
    "accepted": pgettext_lazy("figures of complaints", "Accepted"),
    "refused": pgettext_lazy("figures of complaints", "Not accepted"),
    "upheld": pgettext_lazy("figures of complaints", "Upheld"),
    "partly": pgettext_lazy("figures of complaints", "Upheld in part"),
    "not_upheld": pgettext_lazy("figures of complaints", "Not upheld"),
    "withdrawn": pgettext_lazy("figures of complaints", "Withdrawn"),
    "told": pgettext_lazy("figures of complaints", "Complainant told"),
}
APPEAL_FIGURES: Final[dict[str, Promise]] = {
    "filed": pgettext_lazy("figures of appeals", "Filed"),
    "accepted": pgettext_lazy("figures of appeals", "Accepted"),
    "refused": pgettext_lazy("figures of appeals", "Not accepted"),
    "confirmed": pgettext_lazy("figures of appeals", "Decision confirmed"),
    "reduced": pgettext_lazy("figures of appeals", "Decision reduced"),
    "revoked": pgettext_lazy("figures of appeals", "Decision revoked"),
    "remitted": pgettext_lazy("figures of appeals", "Sent back to be decided anew by others"),
    "withdrawn": pgettext_lazy("figures of appeals", "Withdrawn"),
    "second_level": pgettext_lazy("figures of appeals", "Filed on the second level"),
}
STEP_FIGURES: Final[dict[str, Promise]] = {
    "in_time": pgettext_lazy("figures of steps", "Done in time"),
    "late": pgettext_lazy("figures of steps", "Done too late"),
    "open_late": pgettext_lazy("figures of steps", "Overdue and not done at the end"),
}
# The columns of the table of months.
OVERVIEW: Final = (
    ("complaints.received", gettext_lazy("Complaints received")),
    ("complaints.accepted", gettext_lazy("Complaints accepted")),
    ("complaints.refused", gettext_lazy("Complaints not accepted")),
    ("appeals.filed", gettext_lazy("Appeals filed")),
)


class PeriodConverter:
    """A published period as a part of an address: 2026-10, or 2026-H1."""

    regex = r"20\d{2}-(?:0[1-9]|1[0-2]|H[12])"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


@dataclass(frozen=True)
class Cell:
    """A figure as it is shown, with the heading above it for narrow screens."""

    label: Text
    value: int | None

    @property
    def is_left_out(self) -> bool:
        """Whether the figure is not shown."""
        return self.value is None


@dataclass(frozen=True)
class Row:
    """A line of a table."""

    label: Text
    cells: Sequence[Cell]
    url: str = ""
    limit: str = ""


def some(rows: Sequence[Row]) -> list[Row]:
    """Return the lines of a table that say more than that there was nothing."""
    return [row for row in rows if any(cell.value != 0 for cell in row.cells)]


def period_of(code: str) -> tuple[str, date]:
    """Return the kind and the first day of a period that an address names."""
    year, _hyphen, part = code.partition("-")
    if part.startswith("H"):
        return PeriodKind.HALF_YEAR, date(int(year), 1 if part == "H1" else 7, 1)
    return PeriodKind.MONTH, date(int(year), int(part), 1)


def period_in_words(figures: PublishedFigures) -> str:
    """Return a period as people call it."""
    first = figures.period_from
    if figures.kind == PeriodKind.MONTH:
        return _("%(year)s-%(month)s") % {"year": first.year, "month": f"{first:%m}"}
    if first.month == 1:
        return _("first half of %(year)s") % {"year": first.year}
    return _("second half of %(year)s") % {"year": first.year}


def url_of(figures: PublishedFigures) -> str:
    """Return the address of a published period."""
    return public_url("transparency_period", figures.code)


class TransparencyPage(PublicPage):
    """The newest half-year that is published, or else the newest month, and the way to all others."""

    title = gettext_lazy("Transparency: how we work")
    template_name = "public/transparency.html"
    is_cacheable = True

    @cached_property
    def published(self) -> list[PublishedFigures]:
        """Every published period without its figures, the newest first; of two, the longer one."""
        found = PublishedFigures.objects.defer("content").order_by("-period_until", "period_from")
        return list(found)

    @cached_property
    def shown(self) -> PublishedFigures | None:
        """The period that is shown: of a half-year more is told."""
        halves = [each for each in self.published if each.kind == PeriodKind.HALF_YEAR]
        return next(iter([*halves, *self.published]), None)

    @cached_property
    def months(self) -> list[PublishedFigures]:
        """The latest months, with their figures, and the shown period if it is none of them."""
        found = PublishedFigures.objects.filter(kind=PeriodKind.MONTH)
        return list(found.order_by("-period_from")[:MONTHS_SHOWN])

    @cached_property
    def figures(self) -> Mapping[str, int | None]:
        """The figures of the period that is shown; a later addition is missing in earlier ones."""
        if self.shown is None:
            return {}
        content = PublishedFigures.objects.values_list("content", flat=True).get(pk=self.shown.pk)
        figures: dict[str, int | None] = content["figures"]
        return figures

    def get_context_data(self) -> dict[str, Any]:
        shown = self.shown
        return {
            **super().get_context_data(),
            "is_empty": shown is None,
            "left_out": LEFT_OUT,
            "months": [self.month_row(each) for each in self.months],
            "month_headings": [label for _name, label in OVERVIEW],
            "periods": [
                {"label": period_in_words(each), "url": url_of(each), "is_shown": each == shown}
                for each in self.published
                if each.kind == PeriodKind.HALF_YEAR
            ],
            "rules_url": public_url("rules"),
            "limits_url": public_url("time_limits"),
            **(self.shown_context(shown) if shown is not None else {}),
        }

    def month_row(self, month: PublishedFigures) -> Row:
        """Return the totals of a month with the way to its page."""
        figures = month.content["figures"]
        cells = [Cell(label, figures.get(name)) for name, label in OVERVIEW]
        return Row(period_in_words(month), cells, url=url_of(month))

    def shown_context(self, shown: PublishedFigures) -> dict[str, Any]:
        """Return the tables of the period that is shown."""
        is_half = shown.kind == PeriodKind.HALF_YEAR
        measures = self.rows("measures", MeasureCode.choices)
        return {
            "period": period_in_words(shown),
            "first_day": shown.period_from,
            "last_day": shown.last_day,
            "counted_at": timezone.localtime(shown.counted_at),
            "sha256": shown.sha256,
            "csv_url": public_url("transparency_csv", shown.code),
            "json_url": public_url("transparency_json", shown.code),
            "is_half": is_half,
            "steps": self.step_rows(shown),
            "step_headings": list(STEP_FIGURES.values()),
            "complaint_headings": list(COMPLAINT_FIGURES.values()),
            "complaints": self.complaint_rows(is_half),
            "nothing_about": self.nothing_about(is_half),
            "appeals": self.rows("appeals", APPEAL_FIGURES.items()),
            "measures": some(measures),
            "none_taken": _("; ").join(str(row.label) for row in measures if not some([row])),
            "heard_by_others": self.heard_by_others(),
        }

    def step_rows(self, shown: PublishedFigures) -> list[Row]:
        """Return each step with the limit published then, and how it was kept."""
        limits = {each.code: each for each in published_limits(start_of(shown.last_day))}
        rows = []
        for step in STEPS:
            if step not in limits:
                continue
            limit = limits[step].in_force
            cells = [
                Cell(label, self.figures.get(f"steps.{step}.{name}"))
                for name, label in STEP_FIGURES.items()
            ]
            amount = str(limit.amount_in_words) if limit is not None else ""
            rows.append(Row(limits[step].step, cells, limit=amount))
        return rows

    def complaint_rows(self, is_half: bool) -> list[Row]:
        """Return complaints by kind for a half-year, those of which there were any, and their totals."""
        kinds = ComplaintKind.choices if is_half else []
        rows = [Row(label, self.cells_of_complaints(f".{code}")) for code, label in kinds]
        return [*some(rows), Row(_("All complaints"), self.cells_of_complaints(""))]

    def nothing_about(self, is_half: bool) -> str:
        """Return of which kinds there was no complaint in a half-year."""
        kinds = ComplaintKind.choices if is_half else []
        none = [
            label
            for code, label in kinds
            if not some([Row(label, self.cells_of_complaints(f".{code}"))])
        ]
        return _("; ").join(str(label) for label in none)

    def cells_of_complaints(self, suffix: str) -> list[Cell]:
        """Return the figures of complaints of one kind, or of all."""
        return [
            Cell(label, self.figures.get(f"complaints.{name}{suffix}"))
            for name, label in COMPLAINT_FIGURES.items()
        ]

    def rows(self, group: str, names: Iterable[tuple[str, Text]]) -> list[Row]:
        """Return the figures of a group, one a line."""
        number = pgettext("published figures", "Number")
        return [
            Row(label, [Cell(number, self.figures.get(f"{group}.{name}"))]) for name, label in names
        ]

    def heard_by_others(self) -> str:
        """Return what is said of who heard the appeals; how many is said only where it is shown."""
        checked, independent = (
            self.figures.get(f"hearing.{name}") for name in ("checked", "independent")
        )
        if not checked or independent is None:
            return ""
        return _(
            "Of %(checked)s appeals taken up, %(independent)s were heard by people who had no part in "
            "the decision (%(share)s%%)."
        ) % {
            "checked": checked,
            "independent": independent,
            "share": f"{100 * independent / checked:g}",
        }

    def last_modified(self) -> datetime | None:
        return max((each.published_at for each in self.published), default=None)


class PeriodPage(TransparencyPage):
    """A published period at its own address."""

    @cached_property
    def shown(self) -> PublishedFigures | None:
        """
        The period that the address names.

        :raises Http404: if nothing was published of it.
        """
        kind, first = period_of(self.kwargs["period"])
        for each in self.published:
            if (each.kind, each.period_from) == (kind, first):
                return each
        raise Http404

    def get_title(self) -> Text:
        assert self.shown is not None
        return _("Transparency: %(period)s") % {"period": period_in_words(self.shown)}

    def get_context_data(self) -> dict[str, Any]:
        crumb = Crumb(_("Transparency: how we work"), public_url("transparency"))
        return {**super().get_context_data(), "crumbs": [crumb]}

    @property
    def whole(self) -> PublishedFigures:
        """The period with its figures."""
        assert self.shown is not None
        return PublishedFigures.objects.get(pk=self.shown.pk)


class PeriodCsvPage(PeriodPage):
    """The figures of a period as a table for people and programs."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        figures = self.whole
        lines = [csv_line([_("period"), _("figure"), _("in words"), _("value"), _("shown")])]
        words, values = words_of_figures(), figures.content["figures"]
        # As they are listed here; the database keeps them in an order of its own.
        named = [name for name in words if name in values]
        for name in [*named, *sorted(values.keys() - words.keys())]:
            value = values[name]
            lines.append(
                csv_line(
                    [
                        figures.code,
                        name,
                        words.get(name, name),
                        "" if value is None else str(value),
                        _("no") if value is None else _("yes"),
                    ]
                )
            )
        return _file(
            (BYTE_ORDER_MARK + "".join(lines)).encode(),
            "text/csv; charset=utf-8",
            f"transparency-{figures.code}.csv",
        )


class PeriodJsonPage(PeriodPage):
    """The figures of a period for programs, with their digest; null is not shown."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        figures = self.whole
        content = {
            "platform": settings.PLATFORM_NAME,
            "published_at": timezone.localtime(figures.published_at).isoformat(),
            "sha256": figures.sha256,
            "content": figures.content,
        }
        body = json.dumps(content, ensure_ascii=False, indent=1, sort_keys=True) + "\n"
        return _file(body.encode(), "application/json", f"transparency-{figures.code}.json")


def _file(body: bytes, content_type: str, name: str) -> HttpResponse:
    response = HttpResponse(body, content_type=content_type)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["X-Content-Type-Options"] = "nosniff"
    return response


def words_of_figures() -> dict[str, str]:
    """Return what each figure is called, in the language of whoever asks."""
    steps = {each.code: each.step for each in published_limits(timezone.now())}
    of_complaints, of_appeals = _("Complaints"), _("Appeals")
    words = {
        **{
            f"complaints.{name}": f"{of_complaints}: {label}"
            for name, label in COMPLAINT_FIGURES.items()
        },
        **{
            f"complaints.{name}.{code}": f"{of_complaints}: {label}: {kind}"
            for name, label in COMPLAINT_FIGURES.items()
            for code, kind in ComplaintKind.choices
        },
        **{f"appeals.{name}": f"{of_appeals}: {label}" for name, label in APPEAL_FIGURES.items()},
        **{f"measures.{code}": str(label) for code, label in MeasureCode.choices},
        "hearing.checked": _("Appeals taken up"),
        "hearing.independent": _("Heard by people who had no part in the decision"),
    }
    for step in STEPS:
        for name, label in STEP_FIGURES.items():
            words[f"steps.{step}.{name}"] = f"{steps.get(step, step)}: {label}"
    return words


def register() -> None:
    """Give the pages their addresses; called when apps are ready."""
    register_converter(PeriodConverter, "published_period")
    register_public_page(
        "transparency/",
        TransparencyPage,
        name="transparency",
        entry=PublicEntry(
            title=gettext_lazy("Transparency"),
            text=gettext_lazy(
                "How we keep our time limits, and what became of complaints and appeals, by month and "
                "half-year."
            ),
            order=30,
        ),
    )
    for route, view, name in (
        ("", PeriodPage, "transparency_period"),
        ("csv/", PeriodCsvPage, "transparency_csv"),
        ("json/", PeriodJsonPage, "transparency_json"),
    ):
        register_public_page(f"transparency/<published_period:period>/{route}", view, name=name)
