"""The queues of complaints, one for each team, and the pages on which their items are handled."""

from collections.abc import Sequence
from typing import Any, Final

from django.db import models

from compliance.models import WorkItem
from compliance.pages.overdue import register_clock_page
from compliance.ui.pages import register_page
from compliance.work import Queue, register_queue
from enforcement.complaint_words import ComplaintTeam
from enforcement.models import Complaint
from enforcement.pages.complaints.presentation import PAGES, complaint_url
from enforcement.pages.complaints.review import ComplaintReviewPage
from enforcement.services.complaints import review, submission

T = ComplaintTeam


class UrgentReviewPage(ComplaintReviewPage):
    """A complaint of what cannot wait."""

    queue = submission.queue_of(T.URGENT)


class RightsReviewPage(ComplaintReviewPage):
    """A complaint of somebody whose own right is touched."""

    queue = submission.queue_of(T.RIGHTS)


class PlatformReviewPage(ComplaintReviewPage):
    """A complaint about the platform, for the compliance officer alone."""

    queue = submission.queue_of(T.PLATFORM)


def complaints_in_words(items: Sequence[WorkItem]) -> dict[int, str]:
    """Return what the items of the queues are about; never who complains."""
    found = Complaint.objects.filter(work_item__in=items).select_related("account")
    return {
        each.work_item_id: " ".join(
            [
                each.number,
                each.account.name if each.account is not None else "",
                str(each.get_kind_display()),
            ]
        )
        for each in found
    }


def page_of_clock(clock: Any) -> str:
    """Return the page of the complaint that a clock belongs to, or ""."""
    found = Complaint.objects.filter(
        models.Q(acknowledgement_clock=clock)
        | models.Q(acceptance_clock=clock)
        | models.Q(decision_clock=clock)
        | models.Q(material_clock=clock)
        | models.Q(feedback_clock=clock)
        | models.Q(infringement__forward_clock=clock)
        | models.Q(infringement__counter_clock=clock)
        | models.Q(infringement__wait_clock=clock)
        | models.Q(infringement__work_item__clock=clock)
    ).first()
    return complaint_url(found) if found is not None else ""


# Address, page, key and place on the desk of each team.
_QUEUES: Final = (
    (T.URGENT, "urgent-complaints", UrgentReviewPage, "n u", 8),
    (T.GENERAL, "complaints", ComplaintReviewPage, "n x", 32),
    (T.RIGHTS, "rights-complaints", RightsReviewPage, "n w", 33),
    (T.PLATFORM, "platform-complaints", PlatformReviewPage, "n 5", 34),
)


def register() -> None:
    """Give the pages their addresses and the queues their places; called when apps are ready."""
    for team, address, page, key, order in _QUEUES:
        register_page(f"{address}/<int:pk>/work/", page, name=PAGES[team])
        is_ours = team == T.PLATFORM
        register_queue(
            Queue(
                code=submission.queue_of(team),
                label=team.label,
                permission=review.HANDLE_PLATFORM if is_ours else review.HANDLE,
                url_name=f"admin:{PAGES[team]}",
                key=key,
                describe=complaints_in_words,
            ),
            order=order,
        )
    register_clock_page(page_of_clock)
