"""The page on which a supervisor concludes on a second look that came out otherwise."""

from collections.abc import Sequence
from typing import Any, Final

from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from compliance.errors import InvalidInput
from compliance.models import StaffUser, WorkItem
from compliance.pages.door import staff_of
from compliance.pages.timeline import timeline_of
from compliance.pages.work_item import WorkItemPage
from compliance.provisions import Provision
from compliance.ui.kit import AllowedAction, Choice
from compliance.ui.pages import register_page
from compliance.work import Queue, register_queue
from enforcement.consistency_words import LookConclusion, SecondLookStatus
from enforcement.enums import DecisionStatus
from enforcement.models import SecondLook
from enforcement.pages.consistency.presentation import (
    decided_facts,
    look_badge,
    look_url,
    outcome_in_words,
    seen_facts,
)
from enforcement.services.consistency import looking

URL_NAME: Final = "conclude_second_look"
_REVERSE: Final = "enforcement.reverse_decision"


class ConclusionPage(WorkItemPage):
    """What was decided and what somebody else would have decided, beside each other."""

    queue = looking.REVIEW_QUEUE
    template_name = "enforcement/consistency/conclusion.html"

    def find_record(self, item: WorkItem) -> SecondLook:
        return get_object_or_404(
            SecondLook.objects.select_related(
                "decision__violation_type",
                "decision__case",
                "matter",
                "review_item",
                "reviewer",
                "violation_type",
            ),
            review_item=item,
        )

    def get_title(self) -> str:
        return _("Second look %(reference)s") % {"reference": self.record.reference}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        look = self.record
        return {
            "badge": look_badge(look),
            "page_url": look_url(look),
            "outcome": outcome_in_words(look),
            "decided": decided_facts(look),
            "seen": seen_facts(look),
            "case_facts": look.decision.facts,
            "steps": timeline_of(look),
            **super().get_context_data(**kwargs),
        }

    def allowed_actions(self) -> list[AllowedAction]:
        if self.record.status != SecondLookStatus.IN_REVIEW:
            return []
        may_reverse = (
            staff_of(self.request).has_perm(_REVERSE)
            and self.record.decision.status != DecisionStatus.REVERSED
        )
        return [
            self.action(
                "review",
                _("Conclude"),
                choices_name="conclusion",
                choices_label=_("Conclusion"),
                choices=[
                    Choice(value, str(label))
                    for value, label in LookConclusion.choices
                    if may_reverse or value != LookConclusion.REVERSED
                ],
                reason_label=_("What follows from it"),
                hint=_(
                    "“Reversed” undoes the decision at once: its measures end and the operator is "
                    "told."
                )
                if may_reverse
                else "",
                tone="primary",
                key="a",
            )
        ]

    def carry_out(self, act: str, actor: StaffUser, fence: int, version: int, reason: str) -> str:
        if act != "review":
            raise InvalidInput
        looking.review_second_look(
            look=self.record,
            conclusion=self.request.POST.get("conclusion", ""),
            fence=fence,
            expected_version=version,
            actor=actor,
            provision=Provision.OPINIONS_2,
            reason=reason,
        )
        return _("Your conclusion is recorded.")


def reviews_in_words(items: Sequence[WorkItem]) -> dict[int, str]:
    """Return what the items of the queue are about."""
    found = SecondLook.objects.filter(review_item__in=items)
    return {
        each.review_item_id: f"{each.reference} {outcome_in_words(each)}"
        for each in found
        if each.review_item_id is not None
    }


def register() -> None:
    """Give the page its address and the queue its place; called when apps are ready."""
    register_page("second-looks/<int:pk>/conclude/", ConclusionPage, name=URL_NAME)
    register_queue(
        Queue(
            code=looking.REVIEW_QUEUE,
            label=gettext_lazy("Second looks that came out otherwise"),
            permission=looking.REVIEW,
            url_name=f"admin:{URL_NAME}",
            key="n 3",
            describe=reviews_in_words,
        ),
        order=46,
    )
