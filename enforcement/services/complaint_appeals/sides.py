"""Who may act in a complaint: its handlers, those who hear its appeal, those who handle it anew."""

from datetime import datetime
from typing import Final

from django.utils.translation import gettext as _

from compliance.clocks import start_clock
from compliance.errors import SamePerson
from compliance.grounds import Grounds
from compliance.models import Clock, Participation, Side, StaffUser
from enforcement.complaint_appeal_words import (
    CONTESTED_OUTCOMES,
    ComplaintAppealOutcome,
)
from enforcement.complaint_words import ComplaintKind
from enforcement.models import (
    Case,
    Complaint,
    ComplaintAppeal,
    ComplaintAppealRuling,
    EmergencyHold,
)

HEAR: Final = "enforcement.hear_complaint_appeal"
HANDLE_PLATFORM: Final = "enforcement.handle_platform_complaint"
WINDOW_STEP: Final = "complaint_appeal_window"


def permission_to_hear(complaint: Complaint) -> str:
    """Return what somebody has to be allowed who hears the appeal about a complaint."""
    return HANDLE_PLATFORM if complaint.kind == ComplaintKind.PLATFORM else HEAR


def is_taken_up_again(complaint: Complaint) -> bool:
    """Return whether an appeal let a complaint be handled anew."""
    return ComplaintAppealRuling.objects.filter(
        appeal__complaint=complaint, outcome=ComplaintAppealOutcome.TAKEN_UP
    ).exists()


def handling_side(complaint: Complaint) -> Side:
    """
    Return on which side those take part who handle a complaint now.

    Our choice, no article: what an appeal takes up again is handled by others, so that they need a
    side on which nobody stands who handled it before.
    """
    return Side.DECIDED_ANEW if is_taken_up_again(complaint) else Side.DECIDED


def open_window(complaint: Complaint, outcome: str, grounds: Grounds) -> Clock | None:
    """
    Return the time in which an answer may be appealed against that is told now, or None.

    Public Account Provisions, art. 20 §2. `outcome` is empty where a complaint is not accepted. What
    was upheld leaves nothing to contest, and an appeal is heard once.
    """
    if outcome and outcome not in CONTESTED_OUTCOMES:
        return None
    if ComplaintAppeal.objects.filter(complaint=complaint).exists():
        return None
    return start_clock(step=WINDOW_STEP, **grounds)


def keep_out_of_appeal(complaint: Complaint, at: datetime) -> None:
    """
    Let all who had a part in the case of a complaint stand where its handlers stand.

    Our choice, no article: whoever decided the case that a complaint had joined, or collected
    evidence in it, does not hear its complainant. Who stands somewhere already stays there.
    """
    case = complaint.case
    if case is None:
        return
    standing = set(complaint.matter.participations.values_list("person", flat=True))
    Participation.objects.bulk_create(
        Participation(matter=complaint.matter, person_id=each, side=Side.DECIDED, at=at)
        for each in sorted(had_a_part_in_case(case) - standing)
    )


def had_a_part_in_case(case: Case) -> set[int]:
    """Return the persons who opened, prepared, decided or heard a case."""
    holds = EmergencyHold.objects.filter(case=case)
    return {
        case.opened_by_id,
        *case.matter.participations.values_list("person", flat=True),
        *case.evidence.values_list("attached_by", flat=True),
        *holds.values_list("placed_by", flat=True),
    } - {None}


def require_no_part(appeal: ComplaintAppeal, actor: StaffUser) -> None:
    """
    Refuse that somebody hears an appeal who joined the case after it was filed.

    :raises SamePerson: if the actor had a part in it, under whichever login.
    """
    if appeal.case is not None and actor.person_id in had_a_part_in_case(appeal.case):
        raise SamePerson(
            _("You had a part in the case that the complaint had joined. Somebody else hears this.")
        )
