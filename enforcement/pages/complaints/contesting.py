"""What the tracking page shows of an appeal: whether one can be filed, and how one stands."""

from typing import Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.timezone import localtime

from compliance.public.pages import public_url
from enforcement.complaint_appeal_words import OPEN_COMPLAINT_APPEALS, ComplaintAppealStatus
from enforcement.models import Complaint, ComplaintAppeal
from enforcement.services.complaint_appeals.filing import complaint_appeal_possible
from enforcement.services.complaint_appeals.telling import next_way
from enforcement.services.complaints.promising import last_day_in_words

S = ComplaintAppealStatus


def appeal_of(complaint: Complaint) -> ComplaintAppeal | None:
    """Return the appeal about a complaint, or None."""
    found = complaint.appeals.select_related(
        "complaint__decision_clock", "decision_clock", "ruling", "work_item"
    )
    return found.first()


def state_of_appeal(complaint: Complaint) -> dict[str, Any]:
    """Return what a complainant sees of their appeal, and whether they can file one."""
    appeal = appeal_of(complaint)
    context: dict[str, Any] = {"appeal_act_url": public_url("track_appeal")}
    if appeal is None:
        possible = complaint_appeal_possible(complaint, timezone.now())
        until = possible.until
        return {
            **context,
            "appeal_until": last_day_in_words(until) if until is not None else "",
        }
    is_open = appeal.status in OPEN_COMPLAINT_APPEALS
    return {**context, "appeal": shown(appeal), "may_add_to_appeal": is_open}


def shown(appeal: ComplaintAppeal) -> dict[str, Any]:
    """Return an appeal as its complainant sees it: state, dates, what was asked, the outcome."""
    ruling = getattr(appeal, "ruling", None)
    question = None
    if appeal.status == S.WAITING:
        question = appeal.questions.select_related("clock").order_by("-pk").first()
    is_ours = appeal.status == S.FILED
    return {
        "number": appeal.number,
        "state": appeal.get_status_display(),
        "contested": appeal.get_contested_display(),
        "told_before": appeal.told_before,
        "filed_at": date_format(localtime(appeal.filed_at), "Y-m-d H:i"),
        "due": last_day_in_words(appeal.decision_clock.due_at) if is_ours else "",
        "is_late": is_ours and appeal.decision_clock.due_at < timezone.now(),
        "answer_by": last_day_in_words(question.clock.due_at) if question is not None else "",
        "outcome": ruling.get_outcome_display() if ruling is not None else "",
        "text": ruling.text if ruling is not None else "",
        "decided_at": date_format(localtime(ruling.at), "Y-m-d H:i") if ruling is not None else "",
        "next": next_way(ruling) if ruling is not None else "",
    }
