"""Services for the working-day calendar: enter a year's notice, with a second person's approval."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from compliance import audit, proposals
from compliance.clocks.calendar import stored_calendar
from compliance.clocks.calendar_files import Day, check_days
from compliance.clocks.reprojection import Moved, clocks_of_year, moved_by, reproject
from compliance.clocks.rules import WorkingDays
from compliance.errors import ActionRefused, InvalidInput, NotPermitted
from compliance.grounds import Grounds
from compliance.models import (
    CalendarDay,
    CalendarNotice,
    CalendarSource,
    Proposal,
    ProposalResult,
    Side,
    StaffUser,
)
from compliance.provisions import Provision
from compliance.roles import require_permission

CALENDAR_KIND = "calendar_notice"
CALENDAR_SLOTS = ("compliance.approve_limit",)
# Our choices; no article sets them.
FIRST_YEAR = 2021
YEARS_AHEAD = 2
LONGEST_TITLE = 200
# As many moved dates as the record of a proposal names one by one.
MOST_NAMED = 200


@dataclass(frozen=True)
class NoticeDraft:
    """A year's notice as it is handed in."""

    year: int
    title: str
    days: Sequence[Day]
    published_on: date | None = None


def check_notice(draft: NoticeDraft) -> NoticeDraft:
    """
    Return a draft with its words trimmed and its days in order.

    :raises InvalidInput: if year, title, date or days cannot be.
    """
    title = draft.title.strip()
    last = timezone.localdate().year + YEARS_AHEAD
    if not FIRST_YEAR <= draft.year <= last:
        raise InvalidInput(
            _("The calendar is kept from %(first)s to %(last)s.")
            % {"first": FIRST_YEAR, "last": last}
        )
    if not title or len(title) > LONGEST_TITLE or audit.UNSEEN.search(title):
        raise InvalidInput(
            _("Give the number or the title of the notice, with at most %(count)s characters.")
            % {"count": LONGEST_TITLE}
        )
    if draft.published_on is not None and draft.published_on > timezone.localdate():
        raise InvalidInput(_("The notice cannot have been published later than today."))
    days = check_days(draft.days, draft.year)
    return NoticeDraft(draft.year, title, days, draft.published_on)


def preview_notice(draft: NoticeDraft) -> list[Moved]:
    """Return the clocks that would be due at another instant by a notice; nothing is written."""
    known = stored_calendar()
    kept = {day: worked for day, worked in known.exceptions.items() if day.year != draft.year}
    calendar = WorkingDays(
        exceptions={**kept, **{each.date: each.is_working_day for each in draft.days}},
        years=known.years | {draft.year},
    )
    return list(moved_by(calendar, clocks_of_year(draft.year)))


@transaction.atomic
def import_notice(
    *,
    draft: NoticeDraft,
    source: CalendarSource,
    actor: StaffUser,
    provision: Provision,
    reason: str,
) -> tuple[CalendarNotice, list[Moved]]:
    """
    Enter a year's notice from the command line and move every due date that follows from it.

    Public Account Provisions, art. 20 §2: time limits are kept. Whoever may run commands on the
    machine answers for the file; in the console a second person approves it (`propose_notice`).

    :raises NotPermitted: if it is not the system that acts.
    :raises InvalidInput: if the draft cannot be a notice.
    """
    if not actor.person.is_system:
        raise NotPermitted(
            _("In the console a notice is proposed and approved by a second person.")
        )
    draft = check_notice(draft)
    grounds = Grounds(actor=actor, provision=provision, reason=reason)
    return _enter(draft, CalendarSource(source), None, grounds)


@transaction.atomic
def propose_notice(
    *, draft: NoticeDraft, actor: StaffUser, provision: Provision, reason: str
) -> Proposal:
    """
    Propose a year's notice, with the due dates that would move by it.

    Opinions on Platform Responsibility, point 2: procedure is laid down, and changed by two.

    :raises NotPermitted: if the actor may not propose changes of the calendar.
    :raises InvalidInput: if the draft cannot be a notice.
    :raises ActionRefused: if one for the same year waits for approval.
    """
    require_permission(actor, "compliance.propose_limit")
    draft = check_notice(draft)
    if any(json.loads(each.content)["year"] == draft.year for each in open_notices()):
        raise ActionRefused(
            _("A notice for %(year)s waits for approval already.") % {"year": draft.year}
        )
    moved = preview_notice(draft)
    return proposals.submit_proposal(
        matter=proposals.open_matter(CALENDAR_KIND),
        kind=CALENDAR_KIND,
        content=_content(draft, moved),
        slots=CALENDAR_SLOTS,
        proposer_side=Side.DECIDED,
        approver_side=Side.DECIDED,
        actor=actor,
        provision=provision,
        reason=reason,
    )


@transaction.atomic
def approve_notice(
    *, proposal: Proposal, actor: StaffUser, provision: Provision, reason: str
) -> tuple[CalendarNotice, list[Moved]]:
    """
    Approve a proposed notice; it counts at once, and every due date that follows from it moves.

    Opinions on Platform Responsibility, point 2. Each moved clock has an event with this reason.

    :raises SamePerson: if the actor proposed it.
    :raises NotPermitted: if the actor may not approve it.
    :raises ProposalClosed: if it was approved, returned or withdrawn.
    :raises ActionRefused: if the year got another notice since it was proposed.
    """
    _require_kind(proposal)
    grounds = Grounds(actor=actor, provision=provision, reason=reason)
    proposals.approve_proposal(proposal=proposal, **grounds)
    draft, replaces = _read(proposal)
    if replaces != _newest_number(draft.year):
        raise ActionRefused(
            _("%(year)s got another notice in the meantime. Return this one and propose it anew.")
            % {"year": draft.year}
        )
    return _enter(draft, CalendarSource.NOTICE, proposal, grounds)


def open_notices() -> list[Proposal]:
    """Return the proposed notices on which nobody has decided."""
    waiting = Proposal.objects.filter(kind=CALENDAR_KIND, outcome__isnull=True)
    return list(waiting.select_related("proposer").order_by("pk"))


def _enter(
    draft: NoticeDraft, source: CalendarSource, proposal: Proposal | None, grounds: Grounds
) -> tuple[CalendarNotice, list[Moved]]:
    notice = CalendarNotice.objects.create(
        year=draft.year,
        source=source,
        title=draft.title,
        published_on=draft.published_on,
        entered_by=grounds["actor"].person,
        reason=audit.require_reason(grounds["reason"]),
        proposal=proposal,
        approved_result=ProposalResult.APPROVED if proposal is not None else None,
    )
    CalendarDay.objects.bulk_create(
        CalendarDay(
            notice=notice,
            year=draft.year,
            date=each.date,
            is_working_day=each.is_working_day,
            name=each.name,
        )
        for each in draft.days
    )
    moved = reproject(stored_calendar(), clocks_of_year(draft.year), grounds)
    audit.record(
        action="compliance.calendarnotice.import_calendar",
        target=notice,
        changes={"year": draft.year, "days": len(draft.days), "clocks_moved": len(moved)},
        **grounds,
    )
    return notice, moved


def _newest_number(year: int) -> int | None:
    return (
        CalendarNotice.objects.filter(year=year)
        .order_by("-pk")
        .values_list("pk", flat=True)
        .first()
    )


def _content(draft: NoticeDraft, moved: Sequence[Moved]) -> dict[str, Any]:
    return {
        "year": draft.year,
        "title": draft.title,
        "published_on": draft.published_on,
        "replaces": _newest_number(draft.year),
        "days": [
            {"date": each.date, "is_working_day": each.is_working_day, "name": each.name}
            for each in draft.days
        ],
        "clocks_moved": len(moved),
        "moved": [
            {
                "clock": each.clock.pk,
                "step": each.clock.step,
                "from": each.before.due_at,
                "to": each.after.due_at,
            }
            for each in moved[:MOST_NAMED]
        ],
    }


def _require_kind(proposal: Proposal) -> None:
    if proposal.kind != CALENDAR_KIND:
        raise InvalidInput(_("This proposal is not about the calendar."))


def _read(proposal: Proposal) -> tuple[NoticeDraft, int | None]:
    content = json.loads(proposal.content)
    published = content["published_on"]
    draft = NoticeDraft(
        year=content["year"],
        title=content["title"],
        published_on=date.fromisoformat(published) if published else None,
        days=[
            Day(date.fromisoformat(each["date"]), each["is_working_day"], each["name"])
            for each in content["days"]
        ],
    )
    return draft, content["replaces"]
