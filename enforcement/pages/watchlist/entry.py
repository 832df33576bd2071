"""The page of one entry of the watch list; whoever opens it is on record."""

from collections.abc import Sequence
from typing import Any

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from compliance.desk.kinds import (
    ProposalKind,
    ProposalWords,
    came_back_lately,
    proposed_anew,
    register_kind,
)
from compliance.errors import InvalidInput
from compliance.grounds import Grounds
from compliance.models import Proposal, StaffUser
from compliance.pages.approving import ApprovingPage
from compliance.pages.door import posted_number, staff_of
from compliance.pages.limits import named_proposal, verdicts
from compliance.pages.record import RecordPage
from compliance.pages.timeline import timeline_of
from compliance.proposals import is_open
from compliance.provisions import Provision
from compliance.ui.kit import AllowedAction
from compliance.ui.pages import register_page
from enforcement.models import WatchEntry
from enforcement.pages.consequences import steps_of
from enforcement.pages.watchlist.presentation import (
    is_over,
    watch_badge,
    watch_facts,
    watch_url,
)
from enforcement.services.watchlist import looks, watching
from enforcement.watch_words import WatchPlace, WatchStatus


class WatchEntryPage(RecordPage, ApprovingPage):
    """An entry as it stands: why, how, by whom, until when."""

    permission = watching.VIEW
    template_name = "enforcement/watchlist/entry.html"
    list_title = gettext_lazy("watch list")
    list_url_name = "admin:enforcement_watchentry_changelist"
    provision = Provision.OPINIONS_3

    def proposals_here(self) -> Q:
        return Q(watch_entry=self.kwargs["pk"])

    def find_record(self) -> WatchEntry:
        found = WatchEntry.objects.select_related("account", "owner", "proposal__proposer")
        return get_object_or_404(found, pk=self.kwargs["pk"])

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        looks.note_look(place=WatchPlace.PAGE, actor=staff_of(request), entries=[self.record])
        return super().get(request, *args, **kwargs)

    def get_title(self) -> str:
        return _("Watch list %(reference)s") % {"reference": self.record.reference}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        entry, staff = self.record, staff_of(self.request)
        proposal = entry.proposal if is_open(entry.proposal) else None
        return {
            "badge": watch_badge(entry),
            "facts": watch_facts(entry),
            "proposal": proposal,
            "approvals": steps_of(entry.proposal),
            "verdicts": verdicts(proposal, staff, self.request.path) if proposal else [],
            "steps": timeline_of(entry),
            **super().get_context_data(**kwargs),
        }

    def allowed_actions(self) -> list[AllowedAction]:
        entry = self.record
        may = staff_of(self.request).has_perm(watching.PROPOSE)
        if entry.status != WatchStatus.LISTED or is_over(entry) or not may:
            return []
        return [
            self.action(
                "keep",
                _("Looked at; go on"),
                hint=_("The next review is set by the published time, never past the last day."),
                tone="primary",
                key="a",
            ),
            self.action("remove", _("Take off the watch list"), key="r"),
        ]

    def carry_out(self, act: str, actor: StaffUser, reason: str) -> str:
        grounds = Grounds(actor=actor, provision=self.provision, reason=reason)
        if act in ("approve", "return", "withdraw"):
            return self.give_verdict(act, grounds)
        version = posted_number(self.request, "version")
        if act == "keep":
            watching.keep_watch(entry=self.record, expected_version=version, **grounds)
            return _("The account stays on the watch list.")
        if act == "remove":
            watching.remove_watch(entry=self.record, expected_version=version, **grounds)
            return _("The account is off the watch list.")
        return super().carry_out(act, actor, reason)

    def give_verdict(self, act: str, grounds: Grounds) -> str:
        """Approve, return or withdraw the proposal that the form names."""
        proposal = named_proposal(self.request, watching.KIND)
        if proposal.pk != self.record.proposal_id:
            raise InvalidInput
        if act == "approve":
            watching.approve_watch(proposal=proposal, **grounds)
            return _("The account is on the watch list.")
        watching.end_watch_proposal(act=act, proposal=proposal, **grounds)
        return _("It is not on the watch list.")


def words_of(found: Sequence[Proposal]) -> dict[int, ProposalWords]:
    """Return which entry each proposal is about; by its number alone, as desks are read by many."""
    entries = WatchEntry.objects.filter(proposal__in=found)
    return {
        each.proposal_id: ProposalWords(
            each.reference, watch_url(each), _("propose it anew, or leave it as it is")
        )
        for each in entries
    }


def register() -> None:
    """Give the page its address and the proposals their words; called when apps are ready."""
    register_page("watch-list/<int:pk>/", WatchEntryPage, name="watch_entry")
    register_kind(
        ProposalKind(
            code=watching.KIND,
            label=gettext_lazy("entry of the watch list"),
            still_waits=Q(came_back_lately(), ~proposed_anew(watching.KIND, "account")),
            describe=words_of,
        )
    )
