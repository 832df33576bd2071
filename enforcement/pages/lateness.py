"""What is late of complaints and appeals: the two questions, and the filter of their lists."""

from typing import Any, Final

from django.contrib import admin
from django.db.models import Model, Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from compliance.models import Clock, ClockBreach, ClockState
from enforcement.models import Appeal, Complaint

PARAMETER: Final = "deadline"
OVERDUE: Final = "overdue"
MISSED: Final = "missed"
# By which columns a record has its clocks; those that somebody outside is given are windows.
CLOCKS: Final[dict[type[Model], tuple[str, ...]]] = {
    Complaint: (
        "acknowledgement_clock",
        "acceptance_clock",
        "decision_clock",
        "feedback_clock",
    ),
    Appeal: ("acceptance_clock", "decision_clock"),
}


def overdue(records: QuerySet) -> QuerySet:
    """Return the complaints or appeals of which a step is overdue now."""
    return records.filter(_by_clocks(records.model, _late()))


def missed(records: QuerySet) -> QuerySet:
    """
    Return the complaints or appeals of which a limit ever passed unmet.

    By the breaches on record, of clocks that they have no more as well: what was taken up again has
    another clock, and was late all the same.
    """
    model = records.model
    breached = ClockBreach.objects.values("clock")
    versions = model.history.model.objects.filter(_by_clocks(model, breached))
    return records.filter(Q(pk__in=versions.values("id")) | _by_clocks(model, _late()))


def _late() -> QuerySet:
    running = Clock.objects.filter(state=ClockState.RUNNING, is_window=False)
    return running.filter(due_at__lt=timezone.now()).values("pk")


def _by_clocks(model: type[Model], clocks: QuerySet) -> Q:
    found = Q()
    for column in CLOCKS[model]:
        found |= Q(**{f"{column}__in": clocks})
    return found


class DeadlineFilter(admin.SimpleListFilter):
    """What is overdue now, and what was ever late."""

    title = gettext_lazy("time limits")
    parameter_name = PARAMETER

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(OVERDUE, _("overdue now")), (MISSED, _("a limit passed unmet"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        if self.value() == OVERDUE:
            return overdue(queryset)
        return missed(queryset) if self.value() == MISSED else queryset
