"""What evidence puts on the desk: files that wait for their check, proposals to erase one."""

from collections.abc import Sequence

from django.conf import settings
from django.db.models import Exists, OuterRef, Q
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from compliance.desk.kinds import (
    ProposalKind,
    ProposalWords,
    came_back_lately,
    register_kind,
)
from compliance.evidence import access
from compliance.evidence.erasure import ERASURE_KIND
from compliance.models import EvidenceFile, EvidenceStatus, Proposal
from compliance.pages.door import staff_of
from compliance.ui.desk import CardData, CardRow, register_card


def evidence_card(request: HttpRequest) -> CardData | None:
    """Return the card, for whoever looks at evidence or keeps the console running."""
    staff = staff_of(request)
    if not (staff.has_perm(access.LOOK) or staff.has_perm("compliance.change_staffuser")):
        return None
    quarantined = EvidenceFile.objects.filter(status=EvidenceStatus.QUARANTINED)
    waiting = quarantined.filter(is_waiting_for_scanner=True).count()
    count = quarantined.count()
    if not count:
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
        rows=rows,
        tone="danger" if waiting else "",
        icon="attach_file",
    )


def words_of(found: Sequence[Proposal]) -> dict[int, ProposalWords]:
    """Return which file each proposal erases."""
    return {
        each.erasure_proposal_id: ProposalWords(
            each.number,
            reverse("admin:evidence_file", args=[each.pk]),
            _("propose it with other reasons, or let the file stay"),
        )
        for each in EvidenceFile.objects.filter(erasure_proposal__in=found)
        if each.erasure_proposal_id is not None
    }


def register() -> None:
    """Put the card on the desk and describe erasures to it; called when apps are ready."""
    register_card(evidence_card, order=60)
    # A file names the newest proposal to erase it.
    still_there = EvidenceFile.objects.filter(
        erasure_proposal=OuterRef("pk"),
        status__in=[EvidenceStatus.AVAILABLE, EvidenceStatus.REFUSED],
    )
    register_kind(
        ProposalKind(
            code=ERASURE_KIND,
            label=gettext_lazy("erasure of evidence"),
            still_waits=Q(came_back_lately(), Exists(still_there)),
            describe=words_of,
        )
    )
