"""The qualifications that came with applications, once a person has approved those."""

from collections.abc import Sequence
from datetime import datetime

from django.utils import timezone

from accounts.models import Application, PublicAccount, Qualification
from accounts.qualification_words import ValidityRule
from accounts.rules.qualifications import months_later
from accounts.services.qualifications.catalogue import rules_in_force
from accounts.services.qualifications.cover import follow_verified
from accounts.services.qualifications.submission import index_numbers
from compliance import bulk_audit
from compliance.bulk_audit import Move
from compliance.grounds import Grounds


def record_with_registration(
    accounts: Sequence[PublicAccount],
    applications: Sequence[Application],
    grounds: Grounds,
    *,
    at: datetime,
) -> list[Qualification]:
    """
    Record what applications showed as verified by whoever approved them.

    Public Account Provisions, art. 9 §1: a person looked at background and qualification before the
    account was approved. What the checks approved by themselves showed nothing that a person saw.
    """
    rules = rules_in_force(at)
    shown = [
        (account, application)
        for account, application in zip(accounts, applications, strict=True)
        if application.qualification_type in rules and not application.is_automated
    ]
    if not shown:
        return []
    today = timezone.localdate(at)
    rows = []
    for account, application in shown:
        rule = rules[application.qualification_type]
        is_again = rule.validity == ValidityRule.RECHECK and rule.months is not None
        rows.append(
            Qualification(
                account=account,
                application=application,
                subject_id=application.subject_id,
                type=application.qualification_type,
                rule=rule,
                number=application.qualification_number,
                holder_name=None if application.organisation_name else application.subject_name,
                holder_organisation=application.organisation_name,
                issuer=application.qualification_issuer,
                valid_until=application.qualification_valid_until,
                next_check_on=months_later(today, rule.months or 0) if is_again else None,
                source=application.source,
                received_at=at,
            )
        )
    bulk_audit.create_many(rows, **grounds)
    bulk_audit.move_many(
        [
            Move(
                row,
                "verify_with_registration",
                {
                    "decided_by": application.decided_by,
                    "decided_at": application.decided_at,
                    "decision_reason": application.decision_reason,
                },
            )
            for row, (_account, application) in zip(rows, shown, strict=True)
        ],
        **grounds,
    )
    index_numbers(rows)
    follow_verified(rows, grounds)
    return rows
