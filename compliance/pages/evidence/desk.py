"""What evidence puts on the desk: files that wait for their check, erasures that wait for us."""

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from compliance import proposals
from compliance.evidence import access
from compliance.models import EvidenceFile, EvidenceStatus, StaffUser
from compliance.pages.door import staff_of
from compliance.ui.desk import CardData, CardRow

# Our choice; more lines than this are not read on a desk.
LINES = 6


def evidence_card(request: HttpRequest) -> CardData | None:
    """Return the card, for whoever looks at evidence or keeps the console running."""
    staff = staff_of(request)
    if not (staff.has_perm(access.LOOK) or staff.has_perm("compliance.change_staffuser")):
        return None
    quarantined = EvidenceFile.objects.filter(status=EvidenceStatus.QUARANTINED)
    waiting = quarantined.filter(is_waiting_for_scanner=True).count()
    count = quarantined.count()
    erasures = _erasures(staff)
    if not count and not erasures:
        return None
    rows = []
    if waiting:
        rows.append(
            CardRow(
                label=_("The virus scanner gives no answer; so many files wait for it"),
                value=waiting,
                hint=settings.CLAMD if staff.has_perm("compliance.change_staffuser") else "",
                tone="danger",
            )
        )
    return CardData(
        title=_("Evidence"),
        value=count,
        hint=_("being checked"),
        rows=[*rows, *erasures],
        tone="danger" if waiting else "warning" if erasures else "",
        icon="attach_file",
    )


def _erasures(staff: StaffUser) -> list[CardRow]:
    """Return the erasures that the person at the screen may decide on."""
    if not any(
        staff.has_perm(name)
        for name in ("compliance.approve_erasure", "compliance.approve_erasure_as_officer")
    ):
        return []
    proposed = EvidenceFile.objects.filter(
        erasure_proposal__isnull=False, erasure_proposal__outcome__isnull=True
    ).select_related("erasure_proposal")
    return [
        CardRow(
            label=_("Erasure of %(number)s waits for approval") % {"number": file.number},
            url=reverse("admin:evidence_file", args=[file.pk]),
        )
        for file in proposed.exclude(erasure_proposal__proposer=staff.person_id)[:LINES]
        if file.erasure_proposal is not None
        and proposals.next_slot(file.erasure_proposal, staff) is not None
    ]
