"""The page on which an entry of the blacklist is reviewed: kept until a new date, or to be removed."""

from collections.abc import Sequence
from datetime import date
from typing import Any, Final

from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.blacklist_words import EntryStatus
from accounts.models import BlacklistEntry
from accounts.pages.blacklist.presentation import (
    entry_badge,
    entry_facts,
    entry_url,
    matches_of,
)
from accounts.services.blacklist.listing import latest_review_date
from compliance.errors import InvalidInput
from compliance.grounds import Grounds
from compliance.models import StaffUser, WorkItem
from compliance.pages.door import staff_of
from compliance.pages.timeline import timeline_of
from compliance.pages.work_item import WorkItemPage
from compliance.provisions import Provision
from compliance.ui.kit import AllowedAction, Input
from compliance.ui.pages import register_page
from compliance.work import Queue, register_queue
from enforcement.pages.presentation import decision_url
from enforcement.services.blacklist import reviewing, reviews

URL_NAME: Final = "review_blacklist_entry"
SHOWN: Final = 10


class EntryReviewPage(WorkItemPage):
    """One entry with the decision that it rests on, and who met it since."""

    queue = reviews.QUEUE
    template_name = "enforcement/blacklist/review.html"

    def find_record(self, item: WorkItem) -> BlacklistEntry:
        # An item of an earlier review belongs to the entry no more: its history has it.
        versions = BlacklistEntry.history.model.objects.filter(review_item_id=item.pk)
        found = BlacklistEntry.objects.select_related(
            "account",
            "subject__id_number",
            "subject__name",
            "measure__decision__violation_type",
            "proposal__matter",
        ).prefetch_related("bars")
        return get_object_or_404(found, pk__in=versions.values("id"))

    def get_title(self) -> str:
        return _("Review of blacklist entry %(reference)s") % {"reference": self.record.reference}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        entry, staff = self.record, staff_of(self.request)
        decision = entry.measure.decision
        return {
            "badge": entry_badge(entry),
            "page_url": entry_url(entry),
            "facts": entry_facts(entry, staff),
            "decision": decision,
            "decision_url": decision_url(decision),
            "panel": matches_of(entry, staff, shown=SHOWN),
            "steps": timeline_of(entry),
            **super().get_context_data(**kwargs),
        }

    def allowed_actions(self) -> list[AllowedAction]:
        if self.record.status != EntryStatus.LISTED:
            return []
        latest = latest_review_date(timezone.localdate()).isoformat()
        told = _("Reason told to the operator")
        return [
            self.action(
                "keep",
                _("Keep it"),
                inputs=[
                    Input(
                        name="review_date",
                        label=_("Review again by, %(day)s at the latest") % {"day": latest},
                        suggestions=[latest],
                        longest=10,
                    )
                ],
                reason_label=told,
                tone="primary",
                key="a",
            ),
            self.action(
                "propose_removal",
                _("Propose its removal"),
                reason_label=told,
                hint=_("Two others approve it, a supervisor and a compliance officer."),
                tone="danger",
                key="r",
            ),
        ]

    def carry_out(self, act: str, actor: StaffUser, fence: int, version: int, reason: str) -> str:
        on: dict[str, Any] = {
            "entry": self.record,
            "told": reason,
            "fence": fence,
            "expected_version": version,
            **Grounds(actor=actor, provision=Provision.OPINIONS_3, reason=reason),
        }
        if act == "keep":
            reviewing.keep_entry(**on, review_date=_day(self.request.POST.get("review_date", "")))
            return _("The entry is kept.")
        if act != "propose_removal":
            raise InvalidInput
        reviewing.propose_removal(**on)
        return _("The removal is proposed.")


def _day(text: str) -> date | None:
    try:
        return parse_date(text.strip())
    except ValueError:
        raise InvalidInput(_("Write the day as 2027-12-31.")) from None


def reviews_in_words(items: Sequence[WorkItem]) -> dict[int, str]:
    """Return what the items of the queue are about."""
    found = BlacklistEntry.objects.filter(review_item__in=items).select_related("account")
    return {
        each.review_item_id: f"{each.reference} {each.account.name}"
        for each in found
        if each.review_item_id is not None
    }


def register() -> None:
    """Give the page its address and the queue its place; called when apps are ready."""
    register_page("blacklist-entries/<int:pk>/review/", EntryReviewPage, name=URL_NAME)
    register_queue(
        Queue(
            code=reviews.QUEUE,
            label=gettext_lazy("Reviews of blacklist entries"),
            permission=reviews.REVIEW,
            url_name=f"admin:{URL_NAME}",
            key="n v",
            describe=reviews_in_words,
        ),
        order=22,
    )
