"""Services for findings: what is noticed about an account, and what becomes of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.enums import FindingKind, FindingStatus
from accounts.models import Finding, PublicAccount
from compliance import audit, bulk_audit
from compliance.clocks import finish_clock, start_clocks
from compliance.errors import InvalidInput
from compliance.grounds import Grounds
from compliance.models import StaffUser, WorkItem
from compliance.provisions import Provision
from compliance.roles import require_permission
from compliance.work import close_item, require_lease

QUEUE: Final = "findings"
STEP: Final = "finding_review"
RECORD: Final = "accounts.record_finding"
HANDLE: Final = "accounts.handle_finding"

Figure = str | int | float | bool | None


@dataclass(frozen=True, kw_only=True)
class FindingDraft:
    """
    Something noticed about an account: of which kind, what in words, by which figures, resting on what.

    `facts` is in the language of the record and holds no identity data, as the figures do not;
    `ground_ref` names what it rests on, as "correction:5".
    """

    account: PublicAccount
    kind: FindingKind
    facts: str
    ground_ref: str
    figures: Mapping[str, Figure] = field(default_factory=dict)
    found_at: datetime | None = None


def record_finding(
    draft: FindingDraft, *, actor: StaffUser, provision: Provision, reason: str
) -> Finding:
    """
    Record something noticed about an account, for a person to look at; nobody is punished by it.

    Public Account Provisions, art. 19 §1: what goes against law or agreement is found in time. The
    same, recorded again while it is open, changes nothing and returns the open one.

    :raises NotPermitted: if the actor may not record findings.
    :raises InvalidInput: if it is not said what was found, or on what it rests.
    :raises MissingReason: if the reason is blank.
    """
    (finding,) = record_findings([draft], actor=actor, provision=provision, reason=reason)
    return finding


@transaction.atomic
def record_findings(
    drafts: Sequence[FindingDraft], *, actor: StaffUser, provision: Provision, reason: str
) -> list[Finding]:
    """
    Record many findings at once, in a few statements whatever their number, and return each.

    Public Account Provisions, art. 19 §1. As `record_finding`.

    :raises NotPermitted: if the actor may not record findings.
    :raises InvalidInput: if of one it is not said what was found, or on what it rests.
    :raises MissingReason: if the reason is blank.
    """
    require_permission(actor, RECORD)
    reason = audit.require_reason(reason)
    for draft in drafts:
        if not draft.facts.strip() or not draft.ground_ref.strip():
            raise InvalidInput(_("Say what was found, and what it rests on."))
    # Under the lock of the accounts nobody records the same meanwhile.
    accounts = {draft.account.pk for draft in drafts}
    locked = PublicAccount.objects.filter(pk__in=accounts).order_by("pk")
    list(locked.select_for_update(no_key=True, of=("self",)).values_list("pk", flat=True))
    known = {
        (each.account_id, each.kind, each.ground_ref): each
        for each in Finding.objects.open().filter(account__in=accounts)
    }
    fresh = {key: draft for draft in drafts if (key := _key(draft)) not in known}
    grounds = Grounds(actor=actor, provision=provision, reason=reason)
    now = timezone.now()
    clocks = start_clocks(step=STEP, count=len(fresh), at=now, **grounds)
    items = WorkItem.objects.bulk_create(
        WorkItem(queue=QUEUE, clock=clock, due_at=clock.due_at) for clock in clocks
    )
    made = [
        Finding(
            account=draft.account,
            kind=draft.kind,
            facts=draft.facts.strip(),
            figures=dict(draft.figures),
            ground_ref=draft.ground_ref.strip(),
            found_at=draft.found_at or now,
            work_item=item,
        )
        for draft, item in zip(fresh.values(), items, strict=True)
    ]
    bulk_audit.create_many(made, **grounds)
    known |= dict(zip(fresh, made, strict=True))
    return [known[_key(draft)] for draft in drafts]


def _key(draft: FindingDraft) -> tuple[int, str, str]:
    return (draft.account.pk, str(draft.kind), draft.ground_ref.strip())


@transaction.atomic
def take_up_finding(
    *,
    finding: Finding,
    taken_up_as: str,
    fence: int | None,
    expected_version: int | None = None,
    actor: StaffUser,
    provision: Provision,
    reason: str,
) -> None:
    """
    Take a finding up as a matter of its own, named by its reference ("case:7").

    Public Account Provisions, art. 19 §1. Part of the transaction that opens the matter.

    :raises NotPermitted: if the actor may not handle findings.
    :raises InvalidInput: if no matter is named.
    :raises StaleLease: if the actor does not hold the item.
    :raises StaleVersion: if the finding has moved on.
    :raises TransitionRefused: if it was taken up or set aside before.
    """
    if not taken_up_as.strip():
        raise InvalidInput(_("Name the matter as which the finding is taken up."))
    _decide(
        finding,
        "take_up",
        fence,
        expected_version,
        Grounds(actor=actor, provision=provision, reason=reason),
        taken_up_as=taken_up_as.strip(),
    )


@transaction.atomic
def set_aside_finding(
    *,
    finding: Finding,
    fence: int | None,
    expected_version: int | None = None,
    actor: StaffUser,
    provision: Provision,
    reason: str,
) -> None:
    """
    Set a finding aside, because nothing follows from it; the reason says why.

    Public Account Provisions, art. 19 §1.

    :raises NotPermitted: if the actor may not handle findings.
    :raises MissingReason: if the reason is blank.
    :raises StaleLease: if the actor does not hold the item.
    :raises StaleVersion: if the finding has moved on.
    :raises TransitionRefused: if it was taken up or set aside before.
    """
    grounds = Grounds(actor=actor, provision=provision, reason=reason)
    _decide(finding, "set_aside", fence, expected_version, grounds)


def _decide(
    finding: Finding,
    arrow: str,
    fence: int | None,
    expected_version: int | None,
    grounds: Grounds,
    **fields: str,
) -> None:
    actor = grounds["actor"]
    require_permission(actor, HANDLE)
    item = finding.work_item
    if finding.status == FindingStatus.OPEN and not actor.person.is_system:
        require_lease(work_item=item, actor=actor, fence=fence)
    audit.move(
        finding,
        arrow,
        **grounds,
        expected_version=expected_version,
        decided_by=actor.person,
        decided_at=timezone.now(),
        **fields,
    )
    close_item(item)
    finish_clock(clock=item.clock, **grounds)
