"""Subjects put on the blacklist, for the tests of what follows from it."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from django.utils import timezone

from accounts.models import BlacklistEntry, PublicAccount
from compliance import work
from compliance.identity import vault
from compliance.models import Proposal, StaffUser
from compliance.provisions import Provision
from enforcement.enums import MeasureCode
from enforcement.models import Case, Decision
from enforcement.services.blacklist import reviewing, reviews
from enforcement.services.decision_content import MeasureOrder
from tests.enforcement.conftest import REASON

P = Provision.PUBLIC_ACCOUNT_19_2
TOLD = "复核认为列入的理由已不存在，予以移出。"


def in_days(days: int) -> date:
    """Return the day so many days from today."""
    return timezone.localdate() + timedelta(days=days)


def listing(
    *codes: MeasureCode, days: int = 300, also: tuple[MeasureOrder, ...] = ()
) -> list[MeasureOrder]:
    """Order an entry on the blacklist, or what is named, with what else is given."""
    return [
        *also,
        *(
            MeasureOrder(code, review_date=in_days(days))
            for code in codes or (MeasureCode.BLACKLIST,)
        ),
    ]


def grounds(actor: StaffUser, reason: str = REASON) -> dict[str, Any]:
    """Return the grounds of an act."""
    return {"actor": actor, "provision": P, "reason": reason}


def entry_of(decision: Decision) -> BlacklistEntry:
    """Return the one entry of a decision."""
    return BlacklistEntry.objects.get(measure__decision=decision)


def number_of(account: PublicAccount) -> str:
    """Return the document number of an account's subject."""
    assert account.subject.id_number is not None
    return vault.read(account.subject.id_number)


def reviewed_by(entry: BlacklistEntry, actor: StaffUser) -> int:
    """Put an entry up for review and let somebody take it; the fence of the lease."""
    item = reviews.ask_for_review(entry=entry, **grounds(actor))
    return work.claim_item(work_item=item, actor=actor).fence


def proposed(entry: BlacklistEntry, reviewer: StaffUser) -> Proposal:
    """Propose the removal of an entry after a review."""
    fence = reviewed_by(entry, reviewer)
    return reviewing.propose_removal(entry=entry, told=TOLD, fence=fence, **grounds(reviewer))


Decide = Callable[..., Decision]
OpenCase = Callable[..., Case]
