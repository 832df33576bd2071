"""Services for the lists of names that nobody, or only their holder, may use."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.enums import GroundKind, ListedNameKind
from accounts.models import ListedName
from accounts.rules.names import fold
from accounts.services.name_keys import index_listed
from compliance import audit, bulk_audit
from compliance.errors import InvalidInput
from compliance.models import StaffUser
from compliance.provisions import Provision
from compliance.roles import require_permission

NAME_LENGTH = 200
FOLDED_LENGTH = 400
REASON_LENGTH = 200
# One loader at a time: any number that no other advisory lock has.
_LOCK = 7_304_301


@dataclass(frozen=True)
class NameRow:
    """A name to be listed and why."""

    name: str
    reason: str


class NameOutcome(StrEnum):
    """What came of one name."""

    ADDED = "added"
    ALREADY_LISTED = "already_listed"


def name_problem(row: NameRow) -> str:
    """Return in words why a name cannot be listed, "" if it can."""
    if not row.name.strip():
        return _("The name is empty.")
    folded = fold(row.name)
    if not folded:
        return _("Nothing is left of the name once punctuation and symbols are removed.")
    if len(row.name.strip()) > NAME_LENGTH or len(folded) > FOLDED_LENGTH:
        return _("The name has more than %(limit)s characters.") % {"limit": NAME_LENGTH}
    if "\x00" in row.name + row.reason:
        return _("The row holds a NUL character.")
    if not row.reason.strip():
        return _("The reason is empty.")
    if len(row.reason.strip()) > REASON_LENGTH:
        return _("The reason has more than %(limit)s characters.") % {"limit": REASON_LENGTH}
    return ""


@transaction.atomic
def add_names(
    *,
    kind: ListedNameKind,
    rows: Sequence[NameRow],
    ground_kind: GroundKind = GroundKind.LIST,
    ground_ref: str = "",
    actor: StaffUser,
    provision: Provision,
    reason: str,
) -> list[NameOutcome]:
    """
    List names as barred or reserved, a few statements for all, and say what came of each.

    Public Account Provisions, art. 8 §2 and §3. A name that is listed on the same ground stays as
    it is, so that a list can be loaded again. One log entry stands for all; each name has its
    history.

    :raises NotPermitted: if the actor may not load lists.
    :raises MissingReason: if the reason is blank.
    :raises InvalidInput: if a row cannot be listed; `name_problem` says beforehand.
    """
    require_permission(actor, "accounts.add_names")
    reason = audit.require_reason(reason)
    for row in rows:
        if problem := name_problem(row):
            raise InvalidInput(problem)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
    names = [row.name.strip() for row in rows]
    listed = set(
        ListedName.objects.in_force()
        .filter(kind=kind, ground_kind=ground_kind, ground_ref=ground_ref, name__in=names)
        .values_list("name", flat=True)
    )
    now = timezone.now()
    outcomes: list[NameOutcome] = []
    drafts: list[ListedName] = []
    for row, name in zip(rows, names, strict=True):
        if name in listed:
            outcomes.append(NameOutcome.ALREADY_LISTED)
            continue
        listed.add(name)
        outcomes.append(NameOutcome.ADDED)
        drafts.append(
            ListedName(
                kind=kind,
                name=name,
                folded_name=fold(name),
                reason=row.reason.strip(),
                ground_kind=ground_kind,
                ground_ref=ground_ref,
                listed_at=now,
            )
        )
    if drafts:
        bulk_audit.create_many(
            drafts, actor=actor, provision=provision, reason=reason, is_logged_each=False
        )
        index_listed(drafts)
        audit.record(
            action="accounts.listedname.add_names",
            target=drafts[0],
            actor=actor,
            provision=provision,
            reason=reason,
            changes={"kind": kind.value, "count": len(drafts), "last": drafts[-1].pk},
        )
    return outcomes
