"""The page on which a moderator works on a case and proposes a decision."""

from typing import Any

from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from compliance.errors import InvalidInput
from compliance.models import Clause, StaffUser, WorkItem
from compliance.pages.desk import posted_number, register_queue
from compliance.pages.timeline import timeline_of
from compliance.pages.work_item import WorkItemPage
from compliance.provisions import Provision
from compliance.ui.kit import AllowedAction
from compliance.ui.pages import register_page
from compliance.work import Queue
from enforcement.enums import CaseStatus, ContentKind
from enforcement.models import Case, CatalogueVersion, MeasureType, ViolationType
from enforcement.pages.presentation import (
    case_facts,
    earlier_decisions,
    returned_with,
    snapshot_text,
)
from enforcement.services import decisions
from enforcement.services.cases import CASES
from enforcement.services.decision_content import MeasureOrder


class CasePage(WorkItemPage):
    """One case: what is known, what was decided before, and the form for a decision."""

    queue = CASES
    template_name = "enforcement/case.html"

    def find_record(self, item: WorkItem) -> Case:
        return get_object_or_404(
            Case.objects.select_related("account__subject", "opened_by", "work_item"),
            work_item=item,
        )

    def get_title(self) -> str:
        return _("Case %(number)s") % {"number": self.record.number}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        catalogue = CatalogueVersion.objects.in_force(timezone.now())
        context = super().get_context_data(**kwargs)
        # The act has a form of its own, above what every item page offers.
        forms = [each for each in context.pop("actions") if each.code == "propose"]
        return {
            "facts": case_facts(self.record),
            "snapshot": snapshot_text(self.record),
            "earlier": earlier_decisions(self.record),
            "returned": returned_with(self.record),
            "steps": timeline_of(self.record),
            "propose": forms[0] if forms else None,
            "violations": ViolationType.objects.filter(
                version=catalogue, needs_subtype=False
            ).order_by("code"),
            "severities": range(1, 5),
            "content_kinds": ContentKind.choices,
            "clauses": Clause.objects.select_related("rule_version__document")
            .filter(rule_version__effective_date__lte=timezone.localdate())
            .order_by("rule_version__document__code", "pk"),
            "measure_types": MeasureType.objects.filter(version=catalogue).order_by("number"),
            "posted_clauses": self.request.POST.getlist("clauses"),
            "posted_measures": self.request.POST.getlist("measures"),
            **context,
        }

    def allowed_actions(self) -> list[AllowedAction]:
        if self.record.status != CaseStatus.OPEN or not self.request.user.has_perm(
            "enforcement.propose_decision"
        ):
            return []
        return [self.action("propose", _("Propose a decision"))]

    def carry_out(self, act: str, actor: StaffUser, fence: int, version: int, reason: str) -> str:
        posted = self.request.POST
        violation = ViolationType.objects.filter(pk=posted_number(self.request, "violation"))
        if not violation:
            raise InvalidInput(_("Choose the violation."))
        decision = decisions.propose_decision(
            case=self.record,
            fence=fence,
            violation_type=violation[0],
            severity=posted_number(self.request, "severity"),
            facts=posted.get("facts", ""),
            reasoning=posted.get("reasoning", ""),
            private_note=posted.get("private_note", ""),
            statute=posted.get("statute", ""),
            content_kind=posted.get("content_kind", ""),
            content_ref=posted.get("content_ref", ""),
            clauses=self._posted_clauses(),
            measures=self._posted_orders(),
            actor=actor,
            provision=Provision.PUBLIC_ACCOUNT_19_2,
            reason=reason,
        )
        return _("%(number)s was proposed and waits for approval.") % {"number": decision.number}

    def _posted_clauses(self) -> list[Clause]:
        numbers = [text for text in self.request.POST.getlist("clauses") if text.isdecimal()]
        clauses = Clause.objects.select_related("rule_version__document")
        return list(clauses.filter(pk__in=numbers).order_by("pk"))

    def _posted_orders(self) -> list[MeasureOrder]:
        days = posted_number(self.request, "term_days") or None
        with_term = set(
            MeasureType.objects.filter(
                version=CatalogueVersion.objects.in_force(timezone.now()), has_term=True
            ).values_list("measure", flat=True)
        )
        return [
            MeasureOrder(measure, days if measure in with_term else None)
            for measure in self.request.POST.getlist("measures")
        ]


def register() -> None:
    """Give the page its address and the queue its place on the desk; called when apps are ready."""
    register_page("cases/<int:pk>/work/", CasePage, name="work_on_case")
    register_queue(
        Queue(
            code=CASES,
            label=gettext_lazy("Cases"),
            permission="enforcement.open_case",
            url_name="admin:work_on_case",
        ),
        order=20,
    )
