"""Work items and proposals as the desk and its lists word them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from compliance import work
from compliance.desk.kinds import ProposalWords
from compliance.desk.kinds import describe as describe_proposals
from compliance.models import Approval, Proposal, StaffUser, Verdict, WorkItem
from compliance.pages.clock_panel import due_in_words


@dataclass(frozen=True)
class ItemRow:
    """One work item in words."""

    item: WorkItem
    title: str
    url: str
    queue: str
    due: str
    is_overdue: bool
    state: str
    is_free: bool


@dataclass(frozen=True)
class ProposalRow:
    """One proposal in words; `said` is the suggestion with which it came back."""

    proposal: Proposal
    words: ProposalWords
    kind: str
    proposed: str
    said: str = ""
    said_by: str = ""


def instant(at: datetime) -> str:
    """Return an instant as the screen says it."""
    return date_format(timezone.localtime(at), "SHORT_DATETIME_FORMAT")


def item_url(item: WorkItem) -> str:
    """Return the address of the page that shows a work item."""
    return reverse(work.get_queue(item.queue).url_name, args=[item.pk])


def titles_of(items: Sequence[WorkItem]) -> dict[int, str]:
    """Return what each item is about, one question for each way of finding it."""
    ways: dict[work.Describe, list[WorkItem]] = {}
    for item in items:
        describe = work.get_queue(item.queue).describe
        if describe is not None:
            ways.setdefault(describe, []).append(item)
    titles: dict[int, str] = {}
    for describe, found in ways.items():
        titles.update(describe(found))
    return titles


def item_rows(items: Iterable[WorkItem], staff: StaffUser, now: datetime) -> list[ItemRow]:
    """Return items (with lease and holder) in words."""
    found = list(items)
    titles = titles_of(found)
    return [
        ItemRow(
            item=item,
            title=titles.get(item.pk, f"#{item.pk}"),
            url=item_url(item),
            queue=str(work.get_queue(item.queue).label),
            due=due_in_words(item.due_at),
            is_overdue=item.due_at < now,
            state=_state(item, staff, now),
            is_free=_is_free(item, now),
        )
        for item in found
    ]


def _is_free(item: WorkItem, now: datetime) -> bool:
    lease = getattr(item, "lease", None)
    return lease is None or lease.until <= now


def _state(item: WorkItem, staff: StaffUser, now: datetime) -> str:
    if _is_free(item, now):
        return _("free")
    lease = item.lease
    if lease.holder_id == staff.person_id:
        return _("yours for %(time)s") % {"time": time_left(lease.until, now)}
    return _("held by %(name)s until %(time)s") % {
        "name": lease.holder.name,
        "time": instant(lease.until),
    }


def time_left(until: datetime, now: datetime) -> str:
    """Return how long is left, in minutes or hours."""
    minutes = max(int((until - now).total_seconds() // 60), 0)
    if minutes < 60:
        return ngettext("%(count)s minute", "%(count)s minutes", minutes) % {"count": minutes}
    hours = minutes // 60
    return ngettext("%(count)s hour", "%(count)s hours", hours) % {"count": hours}


def proposal_rows(proposals: Iterable[Proposal]) -> list[ProposalRow]:
    """Return proposals (with proposer) in words, and with what those that came back did."""
    found = list(proposals)
    words: Mapping[int, ProposalWords] = describe_proposals(found)
    returned = {
        each.proposal_id: each
        for each in Approval.objects.filter(
            proposal__in=[proposal.pk for proposal in found], verdict=Verdict.RETURN
        ).select_related("approver")
    }
    return [
        ProposalRow(
            proposal=proposal,
            words=words[proposal.pk],
            kind=proposal.kind_label,
            proposed=_("proposed by %(name)s at %(time)s")
            % {"name": proposal.proposer.name, "time": instant(proposal.proposed_at)},
            said=returned[proposal.pk].reason if proposal.pk in returned else "",
            said_by=returned[proposal.pk].approver.name if proposal.pk in returned else "",
        )
        for proposal in found
    ]
