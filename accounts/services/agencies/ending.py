"""Ending agreements before their time: of one account, or all of an agency."""

from typing import Final

from django.db.models import QuerySet
from django.utils import timezone

from accounts.models import AgencyContract
from accounts.services.agencies.telling import tell_all
from compliance import bulk_audit
from compliance.bulk_audit import Move
from compliance.grounds import Grounds

TERMINATE: Final = "accounts.terminate_contract"


def terminate_all(found: QuerySet[AgencyContract], *, told: str, grounds: Grounds) -> int:
    """End agreements in force at once and tell the operators why; part of the caller's transaction."""
    now = timezone.now()
    rows = list(
        found.select_related("account", "agency")
        .order_by("pk")
        .select_for_update(of=("self",), no_key=True)
    )
    bulk_audit.move_many(
        [
            Move(
                each,
                "terminate",
                {
                    "decided_by": grounds["actor"].person,
                    "decided_at": now,
                    "decision_reason": told,
                    "ended_at": now,
                },
            )
            for each in rows
        ],
        **grounds,
    )
    tell_all(rows, actor=grounds["actor"])
    return len(rows)
