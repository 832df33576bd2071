"""How appeals of complainants are worded for the pages that show them; never who complains."""

from datetime import datetime
from typing import Final

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.pages.presentation import instant
from compliance.models import StaffUser
from compliance.pages.clock_panel import due_in_words
from compliance.ui.kit import Badge, Fact
from enforcement.complaint_appeal_words import OPEN_COMPLAINT_APPEALS, ComplaintAppealStatus
from enforcement.models import Complaint, ComplaintAppeal
from enforcement.pages.complaints.presentation import VIEW_PLATFORM, complaint_url
from enforcement.pages.presentation import case_url
from enforcement.services.complaint_appeals.filing import PLATFORM_QUEUE, QUEUE

VIEW: Final = "enforcement.view_complaintappeal"
TONES: Final = {
    ComplaintAppealStatus.FILED: "warning",
    ComplaintAppealStatus.WAITING: "",
    ComplaintAppealStatus.DECIDED: "good",
    ComplaintAppealStatus.WITHDRAWN: "",
}
# The page on which an item of each queue is heard.
PAGES: Final = {QUEUE: "hear_complaint_appeal", PLATFORM_QUEUE: "hear_platform_complaint_appeal"}


def complaint_appeal_url(appeal: ComplaintAppeal) -> str:
    """Return the address of the page on which an appeal of a complainant is heard."""
    return reverse(f"admin:{PAGES[appeal.work_item.queue]}", args=[appeal.work_item_id])


def is_late(appeal: ComplaintAppeal, now: datetime) -> bool:
    """Return whether an appeal that waits for us should be decided by now."""
    return appeal.status == ComplaintAppealStatus.FILED and appeal.decision_clock.due_at < now


def complaint_appeal_badge(appeal: ComplaintAppeal) -> Badge:
    """Return how an appeal stands as a word with a colour; a late one says so."""
    status = ComplaintAppealStatus(appeal.status)
    if is_late(appeal, timezone.now()):
        return Badge(text=_("%(state)s, overdue") % {"state": status.label}, tone="danger")
    ruling = getattr(appeal, "ruling", None)
    if ruling is not None:
        return Badge(text=ruling.get_outcome_display(), tone=TONES[status])
    return Badge(text=status.label, tone=TONES[status])


def complaint_appeal_facts(appeal: ComplaintAppeal) -> list[Fact]:
    """Return what is known of an appeal of a complainant and how far it has come."""
    complaint = appeal.complaint
    facts = [
        Fact(
            _("Complaint"),
            complaint.number,
            hint=str(complaint.get_kind_display()),
            url=complaint_url(complaint),
        ),
        Fact(_("Contested"), appeal.get_contested_display()),
        Fact(_("What the complainant was told"), appeal.told_before),
        Fact(_("Appealed at"), instant(appeal.filed_at)),
    ]
    if appeal.status in OPEN_COMPLAINT_APPEALS:
        facts.append(Fact(_("To be decided by"), due_in_words(appeal.decision_clock.due_at)))
    if appeal.case is not None:
        facts.append(Fact(_("Case"), appeal.case.number, url=case_url(appeal.case)))
    if appeal.handler is not None:
        facts.append(Fact(_("Taken up by"), appeal.handler.name))
    return facts + ruling_facts(appeal)


def ruling_facts(appeal: ComplaintAppeal) -> list[Fact]:
    """Return what became of the answer by an appeal, or nothing."""
    ruling = getattr(appeal, "ruling", None)
    if ruling is None:
        return []
    return [
        Fact(_("Outcome"), ruling.get_outcome_display()),
        Fact(_("Heard by"), f"{ruling.person.name}, {instant(ruling.at)}"),
        Fact(_("Told to the complainant"), ruling.text),
    ]


def may_see_appeal(complaint: Complaint, staff: StaffUser) -> bool:
    """Return whether a colleague may see appeals about a complaint: about the platform only few may."""
    return staff.has_perm(VIEW_PLATFORM if complaint.kind == "platform" else VIEW)
