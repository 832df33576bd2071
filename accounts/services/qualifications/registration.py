"""The qualifications that came with applications, put up for review once those are approved."""

from collections.abc import Sequence
from datetime import datetime

from accounts.models import Application, PublicAccount, Qualification
from accounts.services.qualifications.catalogue import rules_in_force
from accounts.services.qualifications.cover import keep_fields_shut
from accounts.services.qualifications.submission import MATTER, QUEUE, REVIEW_STEP, index_numbers
from compliance import bulk_audit
from compliance.bulk_audit import Move
from compliance.clocks import start_clocks
from compliance.grounds import Grounds
from compliance.models import Matter, Side, WorkItem


def submit_with_registration(
    accounts: Sequence[PublicAccount],
    applications: Sequence[Application],
    grounds: Grounds,
    *,
    at: datetime,
) -> list[Qualification]:
    """
    Put what applications showed into the queue of qualifications to review.

    Public Account Provisions, art. 9 §1: whoever approved an account read a number, not a document.
    Until the qualification is verified like any other (checklist, look-up at the issuer, term) the
    account has no mark, and publishing in the field is off.
    """
    rules = rules_in_force(at)
    shown = [
        (account, application)
        for account, application in zip(accounts, applications, strict=True)
        if application.qualification_type in rules
    ]
    if not shown:
        return []
    matters = [Matter(kind=MATTER) for _each in shown]
    Matter.objects.bulk_create(matters)
    clocks = start_clocks(step=REVIEW_STEP, count=len(shown), at=at, **grounds)
    items = [
        WorkItem(queue=QUEUE, clock=clock, due_at=clock.due_at, matter=matter, side=Side.DECIDED)
        for clock, matter in zip(clocks, matters, strict=True)
    ]
    WorkItem.objects.bulk_create(items)
    rows = [
        Qualification(
            account=account,
            application=application,
            subject_id=application.subject_id,
            type=application.qualification_type,
            rule=rules[application.qualification_type],
            number=application.qualification_number,
            holder_name=None if application.organisation_name else application.subject_name,
            holder_organisation=application.organisation_name,
            issuer=application.qualification_issuer,
            valid_until=application.qualification_valid_until,
            source=application.source,
            received_at=at,
            matter=item.matter,
            work_item=item,
        )
        for (account, application), item in zip(shown, items, strict=True)
    ]
    bulk_audit.create_many(rows, **grounds)
    bulk_audit.move_many([Move(row, "take_in", {}) for row in rows], **grounds)
    index_numbers(rows)
    keep_fields_shut(rows, grounds)
    return rows
