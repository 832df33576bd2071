"""Services by which many complaints about one account are answered in one act, told or undone."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from compliance import audit
from compliance.clocks import finish_clock, start_clock, start_clocks
from compliance.eligibility import require_may_hold
from compliance.errors import ActionRefused, InvalidInput
from compliance.grounds import Grounds
from compliance.models import Clock, Lease, StaffUser, WorkItem
from compliance.proposals import take_part
from compliance.provisions import Provision
from compliance.roles import require_permission
from compliance.work import claim_item, close_item
from enforcement.complaint_words import (
    ENDED,
    NOTICES,
    BatchStatus,
    ComplaintStatus,
    ComplaintTeam,
)
from enforcement.enums import CaseStatus
from enforcement.models import Complaint, ComplaintBatch, ComplaintBatchItem
from enforcement.models.complaint_batches import BEFORE
from enforcement.services.complaint_appeals.sides import handling_side
from enforcement.services.complaints.answers import require_outcome, require_told
from enforcement.services.complaints.review import HANDLE, next_item, tell_result
from enforcement.services.complaints.sealing import require_sealed
from enforcement.services.complaints.submission import FEEDBACK

# Our choices; no article sets them.
HELD_FOR: Final = timedelta(minutes=30)
MOST: Final = 100
# Kept as it is, whichever language a screen has.
_TOLD: Final = "合并办结的暂缓期已过，反馈投诉人"
S = ComplaintStatus


@dataclass(frozen=True, kw_only=True)
class BatchDraft:
    """One outcome for complaints about the account of `lead`, and what each is told."""

    lead: Complaint
    numbers: frozenset[int]
    outcome: str
    told: str
    is_abusive: bool = False


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """A complaint about the account, and why it is not answered with the others, or nothing."""

    complaint: Complaint
    why_not: str = ""


@dataclass(frozen=True, kw_only=True)
class BatchPreview:
    """What an act on several complaints would do, and the digest of exactly that."""

    answered: tuple[Candidate, ...]
    left_out: tuple[Candidate, ...]
    digest: str


def candidates(lead: Complaint, staff: StaffUser) -> list[Candidate]:
    """
    Return the complaints about the account of another, each with why it cannot be answered with it.

    Public Account Provisions, art. 20 §2.
    """
    found = (
        Complaint.objects.about_accounts()
        .filter(account=lead.account_id)
        .exclude(status__in=list(ENDED))
        .select_related("case", "complainant", "work_item__lease__holder")
        .order_by("pk")
    )
    return [Candidate(complaint=each, why_not=_why_not(each, lead, staff)) for each in found[:MOST]]


def _is_of_decided_case(complaint: Complaint, lead: Complaint) -> bool:
    case = lead.case
    return case is not None and complaint.case_id == case.pk and case.status != CaseStatus.OPEN


def _why_not(complaint: Complaint, lead: Complaint, staff: StaffUser) -> str:
    if complaint.status in ENDED or complaint.status == S.DECIDED:
        return _("answered already")
    if complaint.status == S.WAITING_MATERIAL:
        return _("waits for its complainant")
    if complaint.status not in BEFORE:
        return _("its complainant has no number yet")
    if complaint.kind in NOTICES:
        return _("a notice of infringement has a way of its own")
    if complaint.repudiation_id is not None:
        return _("is joined to a claim of a disputed identity")
    if complaint.team == ComplaintTeam.PLATFORM:
        return _("is about the platform")
    if not _is_of_decided_case(complaint, lead):
        if complaint.kind != lead.kind:
            return _("is of another kind")
        if complaint.team != lead.team:
            return _("waits in another queue")
    lease: Lease | None = getattr(complaint.work_item, "lease", None)
    if lease is not None and lease.until > timezone.now() and lease.holder_id != staff.person_id:
        return _("held by %(name)s") % {"name": lease.holder.name}
    try:
        require_may_hold(complaint.work_item, staff.person)
    except ActionRefused as refusal:
        return str(refusal)
    return ""


def _checked(draft: BatchDraft) -> str:
    require_outcome(draft.outcome, is_abusive=draft.is_abusive)
    return require_told(draft.told)


def preview_batch(*, draft: BatchDraft, actor: StaffUser) -> BatchPreview:
    """
    Return what answering several complaints at once would do; nothing is done.

    Public Account Provisions, art. 20 §2: whoever complains is told; nobody confirms what was not seen.

    :raises NotPermitted: if the actor may not handle complaints.
    :raises InvalidInput: if nothing is chosen, or what is told is missing or holds somebody's contact.
    """
    require_permission(actor, HANDLE)
    told = _checked(draft)
    found = [each for each in _chosen(draft, actor) if each.complaint.pk in draft.numbers]
    answered = tuple(each for each in found if not each.why_not)
    left_out = tuple(each for each in found if each.why_not)
    if not answered:
        raise InvalidInput(_("Choose at least one complaint that can be answered now."))
    for each in answered:
        require_sealed(each.complaint, told)
    shown = {
        "outcome": draft.outcome,
        "told": told,
        "is_abusive": draft.is_abusive,
        "answered": [
            [each.complaint.pk, each.complaint.version, each.complaint.status] for each in answered
        ],
        "left_out": [[each.complaint.pk, each.why_not] for each in left_out],
    }
    content = json.dumps(shown, ensure_ascii=False, sort_keys=True).encode()
    return BatchPreview(
        answered=answered, left_out=left_out, digest=hashlib.sha256(content).hexdigest()
    )


def _chosen(draft: BatchDraft, actor: StaffUser) -> Sequence[Candidate]:
    if len(draft.numbers) > MOST:
        raise InvalidInput(_("Choose at most %(count)s complaints at once.") % {"count": MOST})
    found = (
        Complaint.objects.about_accounts()
        .filter(account=draft.lead.account_id, pk__in=draft.numbers)
        .select_related("case", "complainant__contact__key", "work_item__lease__holder")
        .order_by("pk")
    )
    return [Candidate(complaint=each, why_not=_why_not(each, draft.lead, actor)) for each in found]


@transaction.atomic
def answer_together(
    *, draft: BatchDraft, digest: str, actor: StaffUser, provision: Provision, reason: str
) -> ComplaintBatch:
    """
    Decide several complaints about one account alike; whoever complained is told half an hour later.

    Public Account Provisions, art. 20 §2. Each complaint keeps its own history, clocks and answer. What
    is confirmed is what the preview showed: where anything of it has changed, nothing is done.

    :raises NotPermitted: if the actor may not handle complaints.
    :raises InvalidInput: as `preview_batch` does.
    :raises ActionRefused: if something has changed since the preview.
    :raises StaleLease: if somebody took one of them meanwhile.
    :raises SamePerson: if the actor stands on another side of one of them.
    :raises MissingReason: if the reason is blank.
    """
    grounds = Grounds(actor=actor, provision=provision, reason=audit.require_reason(reason))
    require_permission(actor, HANDLE)
    _lock(draft)
    preview = preview_batch(draft=draft, actor=actor)
    if preview.digest != digest:
        raise ActionRefused(
            _("Something has changed since the preview. Look at it once more, then confirm.")
        )
    assert draft.lead.account is not None
    now = timezone.now()
    batch = audit.create(
        ComplaintBatch(
            account=draft.lead.account,
            outcome=draft.outcome,
            told=draft.told.strip(),
            is_abusive=draft.is_abusive,
            preview=bytes.fromhex(digest),
            made_by=actor.person,
            made_at=now,
            held_until=now + HELD_FOR,
        ),
        **grounds,
    )
    answered = [each.complaint for each in preview.answered]
    ComplaintBatchItem.objects.bulk_create(
        ComplaintBatchItem(batch=batch, complaint=each, stood_as=each.status) for each in answered
    )
    clocks = start_clocks(step=FEEDBACK, count=len(answered), **grounds)
    for complaint, clock in zip(answered, clocks, strict=True):
        require_sealed(complaint, grounds["reason"])
        _answer(complaint, batch, clock, grounds)
    return batch


def _lock(draft: BatchDraft) -> None:
    """Lock all complaints of a draft, then all their items, each in one order, before a look at them."""
    theirs = Complaint.objects.filter(pk__in=draft.numbers, account=draft.lead.account_id)
    list(theirs.select_for_update(no_key=True, of=("self",)).order_by("pk"))
    items = WorkItem.objects.filter(pk__in=theirs.values("work_item")).order_by("pk")
    list(items.select_for_update(no_key=True).values_list("pk", flat=True))


def _answer(complaint: Complaint, batch: ComplaintBatch, clock: Clock, grounds: Grounds) -> None:
    actor = grounds["actor"]
    claim_item(work_item=complaint.work_item, actor=actor)
    take_part(complaint.matter, actor, handling_side(complaint))
    if complaint.status == S.ACKNOWLEDGED:
        audit.move(complaint, "accept", **grounds)
        finish_clock(clock=complaint.acceptance_clock, **grounds)
        audit.move(complaint, "investigate", **grounds)
    audit.move(
        complaint,
        "decide",
        **grounds,
        outcome=batch.outcome,
        told=batch.told,
        is_abusive=batch.is_abusive,
        decided_by=actor.person,
        decided_at=timezone.now(),
        feedback_clock=clock,
    )
    # Nobody tells one of them earlier than the others.
    close_item(complaint.work_item)
    finish_clock(clock=complaint.decision_clock, **grounds)


@transaction.atomic
def undo_batch(
    *, batch: ComplaintBatch, actor: StaffUser, provision: Provision, reason: str
) -> None:
    """
    Undo an answer to several complaints before anybody was told: each is as it was, due when it was.

    Our choice, no article: one person with the right is enough as long as nobody was told.

    :raises NotPermitted: if the actor may not handle complaints.
    :raises MissingReason: if the reason is blank.
    :raises TransitionRefused: if it was undone or told before.
    :raises ActionRefused: if its time is over.
    """
    require_permission(actor, HANDLE)
    grounds = Grounds(actor=actor, provision=provision, reason=audit.require_reason(reason))
    audit.lock(batch)
    now = timezone.now()
    if batch.status == BatchStatus.HELD and batch.held_until <= now:
        raise ActionRefused(_("The complainants are being told already."))
    audit.move(batch, "undo", **grounds, undone_at=now)
    for item in _items(batch):
        complaint = item.complaint
        audit.lock(complaint)
        feedback = complaint.feedback_clock
        fields: dict[str, Any] = {
            "decision_clock": _again(complaint.decision_clock, grounds),
        }
        due = fields["decision_clock"]
        if item.stood_as == S.ACKNOWLEDGED:
            due = fields["acceptance_clock"] = _again(complaint.acceptance_clock, grounds)
        fields["work_item"] = next_item(complaint, due)
        audit.move(
            complaint,
            "take_back_unaccepted" if item.stood_as == S.ACKNOWLEDGED else "take_back",
            **grounds,
            **fields,
            outcome="",
            told="",
            is_abusive=False,
            decided_by=None,
            decided_at=None,
            feedback_clock=None,
        )
        finish_clock(clock=feedback, **grounds)


def _again(clock: Clock, grounds: Grounds) -> Clock:
    """Return a clock that runs again as one that was stopped: since when it did, due when it was."""
    step, at, due = clock.step, clock.started_at, clock.due_at
    again = start_clock(step=step, at=at, **grounds)
    if again.due_at == due:
        return again
    # It stood still meanwhile, or was given more time: only the date is left of that.
    finish_clock(clock=again, **grounds)
    return start_clock(step=step, at=at, due_at=due, **grounds)


def _items(batch: ComplaintBatch) -> Sequence[ComplaintBatchItem]:
    found = batch.items.select_related(
        "complaint__acceptance_clock",
        "complaint__acknowledgement_clock",
        "complaint__complainant",
        "complaint__decision_clock",
        "complaint__feedback_clock",
        "complaint__matter",
        "complaint__material_clock",
        "complaint__work_item",
    )
    return list(found.order_by("complaint"))


def tell_batches(*, now: datetime, actor: StaffUser) -> int:
    """
    Tell the complainants of every batch whose time for undoing was over at `now`; return how many.

    Public Account Provisions, art. 20 §2: 反馈. One batch a transaction.

    :raises InvalidInput: if `now` is still to come.
    """
    if now > timezone.now():
        raise InvalidInput(_("Give a past instant: what is held can be undone until then."))
    due = ComplaintBatch.objects.filter(status=BatchStatus.HELD, held_until__lte=now)
    grounds = Grounds(actor=actor, provision=Provision.PUBLIC_ACCOUNT_20_2, reason=_TOLD)
    return sum(_tell(each, grounds) for each in due.order_by("pk"))


@transaction.atomic
def _tell(batch: ComplaintBatch, grounds: Grounds) -> int:
    audit.lock(batch)
    if batch.status != BatchStatus.HELD:
        return 0
    audit.move(batch, "tell", **grounds, told_at=timezone.now())
    items = _items(batch)
    for item in items:
        tell_result(item.complaint, grounds)
    return len(items)
