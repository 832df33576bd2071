"""The page of a decision on many accounts: what it does, the verdicts, how far it is, undoing it."""

import json
from collections.abc import Sequence
from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from compliance.desk.kinds import (
    ProposalKind,
    ProposalWords,
    came_back_lately,
    proposed_anew,
    register_kind,
)
from compliance.grounds import Grounds
from compliance.models import Proposal, StaffUser
from compliance.numbers import read_number
from compliance.pages.approving import ApprovingPage
from compliance.pages.door import staff_of
from compliance.pages.record import Panel, PanelRow, RecordPage, register_panel
from compliance.pages.record_timeline import TimelineSource, register_timeline_source, timeline_page
from compliance.proposals import may_decide
from compliance.provisions import Provision
from compliance.ui.kit import AllowedAction
from compliance.ui.pages import ConsolePage, register_page
from compliance.ui.search import Hit, register_search
from enforcement.bulk_words import BulkItemStatus, BulkStatus
from enforcement.models import BulkDecision, BulkItem, Decision
from enforcement.models.bulk import BULK_PREFIX
from enforcement.pages.bulk.presentation import (
    bulk_badge,
    bulk_facts,
    bulk_url,
    effect_facts,
    groups_of,
    items_url,
    left_out_facts,
    progress_facts,
)
from enforcement.pages.consequences import steps_of
from enforcement.pages.presentation import instant
from enforcement.services.bulk import carrying, figures, proposing, undoing
from enforcement.services.bulk.drafting import PROPOSE

VIEW = "enforcement.view_bulkdecision"
BULK = "enforcement.bulkdecision"
# Our choice; the list shows all of them.
FAILURES = 50
RUNNING = (BulkStatus.APPROVED, BulkStatus.UNDOING)


def _find(pk: int) -> BulkDecision:
    return get_object_or_404(
        BulkDecision.objects.select_related(
            "violation_type", "drafted_by", "undone_by", "lead_case", "proposal__matter"
        ),
        pk=pk,
    )


class BulkPage(RecordPage, ApprovingPage):
    """One decision on many accounts: what it does, who approves it, what became of each account."""

    permission = VIEW
    template_name = "enforcement/bulk/record.html"
    list_title = gettext_lazy("decisions on many accounts")
    list_url_name = "admin:enforcement_bulkdecision_changelist"
    provision = Provision.PUBLIC_ACCOUNT_19_2

    def proposals_here(self) -> Q:
        return Q(bulk_decision=self.kwargs["pk"])

    def find_record(self) -> BulkDecision:
        return _find(self.kwargs["pk"])

    def get_title(self) -> str:
        return _("Decision on many accounts %(number)s") % {"number": self.record.number}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        bulk, staff = self.record, staff_of(self.request)
        counted = figures.figures_of(bulk)
        dates = figures.dates_of(bulk, bulk.approved_at or timezone.now())
        return {
            "badge": bulk_badge(bulk),
            "facts": bulk_facts(bulk, staff),
            "content": json.loads(bulk.words),
            "effects": effect_facts(counted, dates),
            "groups": groups_of(counted),
            "left_out": left_out_facts(bulk, counted),
            "left_out_url": items_url(bulk, BulkItemStatus.LEFT_OUT) if counted.left_out else "",
            "items_url": items_url(bulk),
            "csv_url": reverse("admin:bulk_csv", args=[bulk.pk]),
            "approvals": steps_of(bulk.proposal) if bulk.proposal is not None else [],
            **progress_context(bulk),
            "timeline": timeline_page(
                bulk,
                staff,
                kind=self.request.GET.get("kind", ""),
                position=self.request.GET.get("from", ""),
            ),
            **super().get_context_data(**kwargs),
        }

    def allowed_actions(self) -> list[AllowedAction]:
        return [
            self.action(code, label, **more)
            for code, label, more in _offers(self.record, staff_of(self.request))
        ]

    def carry_out(self, act: str, actor: StaffUser, reason: str) -> str:
        grounds = Grounds(actor=actor, provision=self.provision, reason=reason)
        bulk = self.record
        if act == "propose":
            proposing.propose_bulk(bulk=bulk, **grounds)
            return _("Proposed; two others have to approve it.")
        if act == "approve":
            if proposing.approve_bulk(bulk=bulk, **grounds):
                return _("Approved; the worker carries it out now.")
            return _("Approved; another approval is needed.")
        if act == "return":
            proposing.return_bulk(bulk=bulk, **grounds)
            return _("Returned to the proposer.")
        if act == "withdraw":
            proposing.withdraw_bulk(bulk=bulk, **grounds)
            return _("Withdrawn.")
        if act == "stop":
            carrying.stop_bulk(bulk=bulk, **grounds)
            return _("Stopped; what is decided stands.")
        if act == "go_on":
            carrying.go_on_with_bulk(bulk=bulk, **grounds)
            return _("It goes on.")
        if act == "try_again":
            count = carrying.try_again(bulk=bulk, **grounds)
            return ngettext(
                "%(count)s account is tried again.", "%(count)s accounts are tried again.", count
            ) % {"count": count}
        if act == "undo":
            count = undoing.undo_bulk(
                bulk=bulk, actor=actor, provision=Provision.PUBLIC_ACCOUNT_20_2, reason=reason
            )
            return ngettext(
                "It is being undone; %(count)s notice was stopped.",
                "It is being undone; %(count)s notices were stopped.",
                count,
            ) % {"count": count}
        return super().carry_out(act, actor, reason)


Offer = tuple[str, str, dict[str, Any]]


def _offers(bulk: BulkDecision, staff: StaffUser) -> list[Offer]:
    """Return the acts that the person may do now, each with its label and what its form shows."""
    is_own = bulk.drafted_by_id == staff.person_id
    if bulk.status == BulkStatus.DRAFT and is_own and staff.has_perm(PROPOSE):
        hint = _("Two others approve it, a compliance officer among them.")
        drop: Offer = ("withdraw", _("Drop the draft"), {"key": "w"})
        if not figures.figures_of(bulk).to_decide:
            return [drop]
        return [("propose", _("Propose"), {"tone": "good", "key": "y", "hint": hint}), drop]
    if bulk.status == BulkStatus.PROPOSED and bulk.proposal is not None:
        if is_own:
            return [("withdraw", _("Withdraw"), {"key": "w"})]
        if not may_decide(bulk.proposal, staff):
            return []
        label = _("What the proposer should change")
        hint = _("You answer for the list and the words exactly as they stand on this page.")
        return [
            ("approve", _("Approve"), {"tone": "good", "key": "a", "hint": hint}),
            ("return", _("Return"), {"tone": "danger", "key": "r", "reason_label": label}),
        ]
    return [*_while_carried_out(bulk, staff, is_own=is_own), *_undoing(bulk, staff)]


def _while_carried_out(bulk: BulkDecision, staff: StaffUser, *, is_own: bool) -> list[Offer]:
    if not is_own and not staff.has_perm(carrying.UNDO):
        return []
    offers: list[Offer] = []
    if bulk.status == BulkStatus.APPROVED:
        hint = _("After the account that is under way; what is decided stands.")
        offers.append(("stop", _("Stop"), {"tone": "danger", "key": "s", "hint": hint}))
    if bulk.status == BulkStatus.STOPPED:
        offers.append(("go_on", _("Go on"), {"tone": "good", "key": "o"}))
    is_tried = bulk.status in (BulkStatus.APPROVED, BulkStatus.DONE)
    if is_tried and bulk.items.filter(status=BulkItemStatus.FAILED).exists():
        hint = _("Only the accounts that could not be carried out.")
        offers.append(("try_again", _("Try again"), {"key": "t", "hint": hint}))
    return offers


def _undoing(bulk: BulkDecision, staff: StaffUser) -> list[Offer]:
    if not _can_be_undone(bulk) or not staff.has_perm(carrying.UNDO):
        return []
    hint = _(
        "Until %(time)s nobody is told: every decision is reversed exactly, and no notice goes out."
    ) % {"time": instant(bulk.held_until)}
    return [("undo", _("Undo everything"), {"tone": "danger", "key": "u", "hint": hint})]


def _can_be_undone(bulk: BulkDecision) -> bool:
    """Return whether what was decided is still told to nobody, and was not undone."""
    is_taken = bulk.status in (BulkStatus.APPROVED, BulkStatus.STOPPED, BulkStatus.DONE)
    return is_taken and bulk.held_until is not None and bulk.held_until > timezone.now()


def progress_context(bulk: BulkDecision) -> dict[str, Any]:
    """Return how far a list is, for its page and for what the page asks for again."""
    counted = figures.progress_of(bulk)
    to_do = bulk.count - counted[BulkItemStatus.LEFT_OUT]
    waiting = counted[BulkItemStatus.WAITING]
    if bulk.status == BulkStatus.UNDOING:
        waiting = counted[BulkItemStatus.CARRIED_OUT]
        to_do = waiting + counted[BulkItemStatus.UNDONE]
    failed = bulk.items.filter(status=BulkItemStatus.FAILED).select_related("account")
    return {
        "bulk": bulk,
        "is_begun": bulk.approved_at is not None,
        "is_running": bulk.status in RUNNING,
        "progress_badge": bulk_badge(bulk),
        "done": to_do - waiting,
        "to_do": to_do,
        "progress": progress_facts(bulk, counted),
        "failed": failed.order_by("place")[:FAILURES],
        "failed_url": items_url(bulk, BulkItemStatus.FAILED),
        "progress_url": reverse("admin:bulk_progress", args=[bulk.pk]),
        "told_from": instant(bulk.held_until) if _can_be_undone(bulk) else "",
    }


class ProgressPage(ConsolePage):
    """How far a list is, as the page of the list asks for it again and again."""

    permission = VIEW

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        bulk = _find(self.kwargs["pk"])
        return render(request, "enforcement/bulk/progress.html", progress_context(bulk))


def bulk_panel(decision: Decision, staff: StaffUser) -> Panel | None:
    """Return of which list a decision is part, where it is."""
    item = BulkItem.objects.filter(decision=decision).select_related("bulk").first()
    if item is None or not staff.has_perm(VIEW):
        return None
    return Panel(
        title=_("Decided with other accounts"),
        rows=[
            PanelRow(
                label=item.bulk.number,
                hint=_("account %(place)s of %(count)s")
                % {"place": item.place, "count": item.of_count},
                url=bulk_url(item.bulk),
                badge=bulk_badge(item.bulk),
            )
        ],
    )


def words_of(found: Sequence[Proposal]) -> dict[int, ProposalWords]:
    """Return which list each proposal is about."""
    return {
        each.proposal_id: ProposalWords(
            _("%(number)s: %(count)s accounts")
            % {"number": each.number, "count": f"{each.count:,}"},
            bulk_url(each),
            _("draft it anew, or leave it as it is"),
        )
        for each in BulkDecision.objects.filter(proposal__in=found)
        if each.proposal_id is not None
    }


def find_bulk(words: str) -> QuerySet | None:
    """Return the decision on many accounts of a number."""
    number = read_number(BULK_PREFIX, words)
    if number is None:
        return None
    return BulkDecision.objects.select_related("violation_type").filter(pk=number).order_by("pk")


def bulk_hit(bulk: BulkDecision) -> Hit:
    """Return how it is shown among what was found."""
    return Hit(
        title=bulk.number,
        hint=str(bulk.violation_type),
        url=bulk_url(bulk),
        badge=bulk_badge(bulk),
    )


def register() -> None:
    """Give page, panel, timeline, search and proposals their places; called when apps are ready."""
    register_page("bulk-decisions/<int:pk>/", BulkPage, name="bulk_decision")
    register_page("bulk-decisions/<int:pk>/progress/", ProgressPage, name="bulk_progress")
    register_panel("enforcement.decision", bulk_panel, order=60)
    register_timeline_source(
        BULK,
        TimelineSource(
            kind="bulk",
            label=gettext_lazy("Decisions on many accounts"),
            permission=VIEW,
            records=lambda found: found,
            name=lambda bulk: bulk.number,
            page=bulk_url,
        ),
    )
    register_timeline_source(
        BULK,
        TimelineSource(
            kind="proposal",
            label=gettext_lazy("Proposals"),
            permission=VIEW,
            records=lambda found: Proposal.objects.filter(bulk_decision__in=found),
        ),
    )
    register_search(
        "bulk",
        gettext_lazy("Decisions on many accounts"),
        VIEW,
        find_bulk,
        hit=bulk_hit,
        by=gettext_lazy("PL and the number"),
        icon="playlist_add_check",
        order=26,
    )
    register_kind(
        ProposalKind(
            code=proposing.BULK_KIND,
            label=gettext_lazy("decision on many accounts"),
            still_waits=Q(
                came_back_lately(), ~proposed_anew(proposing.BULK_KIND, "drafted_by", "violation")
            ),
            describe=words_of,
        )
    )
