"""Which items are missing for whom: found a thousand accounts at a time."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db import connection
from django.db.models import Q, QuerySet
from django.utils import timezone

from accounts.enums import AccountStatus, DisclosureItem
from accounts.models import Disclosure, PublicAccount
from accounts.rules.disclosure import forms_for, missing_items
from accounts.services.disclosure.sheets import contacts_of, given_items, standing_of

# Our choices; no article sets them.
BATCH: Final = 1_000
CHECKED_EVERY: Final = timedelta(days=1)
_FIGURES: Final = """
SELECT s.nature, count(*), count(*) FILTER (WHERE d.is_complete),
    count(*) FILTER (WHERE 'category' = ANY(d.missing)),
    count(*) FILTER (WHERE 'operator' = ANY(d.missing)),
    count(*) FILTER (WHERE 'region' = ANY(d.missing)),
    count(*) FILTER (WHERE 'uscc' = ANY(d.missing)),
    count(*) FILTER (WHERE 'contact' = ANY(d.missing))
FROM accounts_disclosure d
JOIN accounts_publicaccount a ON a.id = d.account_id AND a.status = %s
JOIN accounts_subject s ON s.id = a.subject_id
GROUP BY s.nature ORDER BY s.nature
"""


def check_due_disclosures(*, now: datetime) -> int:
    """
    Check the accounts that were not checked within a day, and return how many there were.

    Public Account Provisions, art. 9 §2: what has to be public is public.
    """
    checked = 0
    due = Q(disclosure__isnull=True) | Q(disclosure__checked_at__lt=now - CHECKED_EVERY)
    after = 0
    while True:
        batch = list(_readable().filter(due, pk__gt=after).order_by("pk")[:BATCH])
        if not batch:
            return checked
        _check(batch, now)
        checked += len(batch)
        after = batch[-1].pk


def check_disclosures(accounts: Iterable[int]) -> None:
    """Check some accounts now, by their keys."""
    _check(list(_readable().filter(pk__in=list(accounts))), timezone.now())


def _readable() -> QuerySet[PublicAccount]:
    return PublicAccount.objects.select_related(
        "application", "transfer", "subject__name", "subject__key"
    )


def _check(accounts: Sequence[PublicAccount], now: datetime) -> None:
    contacts = contacts_of(accounts)
    rows = []
    for account in accounts:
        # Consent changes only whether a person's name is shown, and that is never due.
        forms = forms_for(standing_of(account, has_consent=False))
        given = given_items(account, forms, contacts.get(account.pk, ""))
        missing = missing_items(forms, given)
        rows.append(
            Disclosure(
                account=account, missing=list(missing), is_complete=not missing, checked_at=now
            )
        )
    Disclosure.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["account"],
        update_fields=["missing", "is_complete", "checked_at"],
    )


@dataclass(frozen=True)
class NatureFigures:
    """How many active accounts of one nature show everything, and how many lack which item."""

    nature: str
    accounts: int
    complete: int
    missing: dict[DisclosureItem, int]


def disclosure_figures() -> list[NatureFigures]:
    """
    Return the figures of the disclosure of active accounts, by nature, as last checked.

    Public Account Provisions, art. 9 §2.
    """
    with connection.cursor() as cursor:
        cursor.execute(_FIGURES, [AccountStatus.ACTIVE])
        rows = cursor.fetchall()
    return [
        NatureFigures(nature, count, complete, dict(zip(DisclosureItem, missing, strict=True)))
        for nature, count, complete, *missing in rows
    ]
