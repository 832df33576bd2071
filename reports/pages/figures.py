"""The frozen rows of a filing on screen, and from a figure of a statistic to its records."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, Final

from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _

from compliance.models import StaffUser
from compliance.numbers import read_number
from compliance.pages.door import staff_of
from compliance.ui.pages import ConsolePage, Crumb
from enforcement.complaint_words import ComplaintKind
from enforcement.models.appeals import APPEAL_PREFIX
from enforcement.models.complaints import COMPLAINT_PREFIX
from reports.exports.frozen import frozen_records, frozen_rows, manifest_of
from reports.exports.r05 import KINDS
from reports.exports.statistics import matches
from reports.models import Filing
from reports.pages.filing import VIEW
from reports.pages.presentation import filing_url

# Our choice: so many numbers on one page.
A_PAGE: Final = 200
_DECISION_PREFIX: Final = "CZ"
# Which records a number names: what shows them and which permission it takes.
_PLACES: Final = {
    COMPLAINT_PREFIX: ("admin:complaint", "enforcement.view_complaint"),
    APPEAL_PREFIX: ("admin:appeal", "enforcement.view_appeal"),
    _DECISION_PREFIX: ("admin:decision", "enforcement.view_decision"),
}
_PLATFORM: Final = "enforcement.view_platform_complaint"


@dataclass(frozen=True)
class Cell:
    """A frozen cell; a figure that counts records leads to them."""

    text: str
    url: str = ""


def statistic_of(filing: Filing) -> dict[str, Any]:
    """
    Return what the manifest of a filing says of its records.

    :raises Http404: if it is no statistic.
    """
    if filing.manifest_sha256 is None:
        raise Http404
    said: dict[str, Any] = manifest_of(filing).get("records", {})
    if not said:
        raise Http404
    return said


class FiguresPage(ConsolePage):
    """Every row of a statistic, each figure with the way to what it counts."""

    permission = VIEW
    template_name = "reports/figures.html"

    @property
    def filing(self) -> Filing:
        """The filing that the address names."""
        return get_object_or_404(Filing.objects.select_related("manifest"), pk=self.kwargs["pk"])

    def get_title(self) -> str:
        return _("Figures of filing %(number)s") % {"number": self.filing.number}

    def breadcrumbs(self) -> list[Crumb]:
        filing = self.filing
        return [
            Crumb(_("filings"), reverse("admin:reports_filing_changelist")),
            Crumb(filing.number, filing_url(filing)),
            Crumb(self.get_title()),
        ]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        filing = self.filing
        said, manifest = statistic_of(filing), manifest_of(filing)
        return {
            "columns": [each["title"] for each in manifest["columns"]],
            "rows": [
                self.cells(filing, row, manifest["columns"], said) for row in frozen_rows(filing)
            ],
            **super().get_context_data(**kwargs),
        }

    def cells(
        self,
        filing: Filing,
        row: dict[str, Any],
        columns: Sequence[dict[str, str]],
        said: dict[str, Any],
    ) -> list[Cell]:
        """Return the cells of a row."""
        traced = {*said["counts"], *said["sums"]}
        return [
            Cell(
                row[code],
                reverse("admin:filing_records", args=[filing.pk, row["row"], code])
                if code in traced and row[code] != "0"
                else "",
            )
            for code in (each["code"] for each in columns)
        ]


class RecordsPage(FiguresPage):
    """The numbers of the records that one figure counts; of those one may not see, how many."""

    template_name = "reports/records.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        filing, staff = self.filing, staff_of(self.request)
        said, columns = statistic_of(filing), manifest_of(filing)["columns"]
        place, column = self.kwargs["row"], self.kwargs["column"]
        row = next((each for each in frozen_rows(filing) if each["row"] == place), None)
        titles = {each["code"]: each["title"] for each in columns}
        if row is None or column not in {*said["counts"], *said["sums"]}:
            raise Http404
        first = self.first()
        counted = (
            each
            for each in frozen_records(filing)
            if matches(row, each, said["by"], said["every"])
            and (column in each["counts"] or column in each.get("sums", {}))
        )
        found = list(islice(counted, first, first + A_PAGE + 1))
        here = self.request.path
        return {
            **ConsolePage.get_context_data(self, **kwargs),
            "figure": titles[column],
            "value": row[column],
            "of": " · ".join(row[each] for each in said["by"]),
            "records": shown(found[:A_PAGE], staff),
            "unseen": sum(not may_see(each, staff) for each in found[:A_PAGE]),
            "previous": f"{here}?from={max(0, first - A_PAGE)}" if first else "",
            "following": f"{here}?from={first + A_PAGE}" if len(found) > A_PAGE else "",
            "figures_url": reverse("admin:filing_figures", args=[filing.pk]),
        }

    def first(self) -> int:
        """Return from which record on the page shows."""
        given = self.request.GET.get("from", "")
        return int(given) if given.isascii() and given.isdigit() and len(given) < 10 else 0

    def get_title(self) -> str:
        return _("Records behind a figure of %(number)s") % {"number": self.filing.number}


def may_see(record: dict[str, Any], staff: StaffUser) -> bool:
    """Return whether a colleague may see a record: complaints about the platform few may."""
    _page, permission = _PLACES[record["number"][:2]]
    about = {key[0] for key in record["keys"]}
    if record["number"].startswith(COMPLAINT_PREFIX) and KINDS[ComplaintKind.PLATFORM] in about:
        permission = _PLATFORM
    return staff.has_perm(permission)


def shown(records: Iterable[dict[str, Any]], staff: StaffUser) -> list[Cell]:
    """Return the records that a colleague may see, by number, each with the way to its page."""
    cells = []
    for record in records:
        if not may_see(record, staff):
            continue
        number = record["number"]
        page, _permission = _PLACES[number[:2]]
        cells.append(Cell(number, reverse(page, args=[read_number(number[:2], number)])))
    return cells
