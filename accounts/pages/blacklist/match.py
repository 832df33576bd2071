"""The page on which a person says whether who met a blacklist entry is the same subject."""

from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.blacklist_words import MatchStatus
from accounts.models import BlacklistMatch
from accounts.pages.blacklist.presentation import (
    VIEW_MATCH,
    entry_badge,
    entry_facts,
    entry_url,
    match_badge,
    subject_met,
    who_met,
)
from accounts.pages.presentation import instant
from accounts.services.blacklist import matches
from compliance.errors import InvalidInput
from compliance.grounds import Grounds
from compliance.models import StaffUser, WorkItem
from compliance.pages.door import staff_of
from compliance.pages.timeline import timeline_of
from compliance.pages.work_item import WorkItemPage
from compliance.provisions import Provision
from compliance.ui.kit import AllowedAction, Fact
from compliance.ui.pages import ConsolePage, register_page
from compliance.work import Queue, register_queue

URL_NAME = "decide_blacklist_match"


class MatchDoor(ConsolePage):
    """Leads from the number of a match to its page."""

    permission = VIEW_MATCH

    def get(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        match = get_object_or_404(BlacklistMatch, pk=self.kwargs["pk"])
        return redirect(reverse(f"admin:{URL_NAME}", args=[match.work_item_id]))


class MatchPage(WorkItemPage):
    """One match: who met which entry by what, side by side; never what was equal itself."""

    queue = matches.QUEUE
    permission = VIEW_MATCH
    template_name = "accounts/blacklist/match.html"

    def find_record(self, item: WorkItem) -> BlacklistMatch:
        return get_object_or_404(
            BlacklistMatch.objects.select_related(
                "application__subject__name",
                "application__subject__id_number",
                "decided_by",
                "entry__account",
                "entry__subject__name",
                "entry__subject__id_number",
                "transfer__account",
                "transfer__subject__id_number",
                "transfer__subject__name",
                "work_item__clock",
            ).prefetch_related("entry__bars"),
            work_item=item,
        )

    def get_title(self) -> str:
        return _("Match with the blacklist %(reference)s") % {"reference": self.record.reference}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        staff, match = staff_of(self.request), self.record
        return {
            "badge": match_badge(match),
            "facts": self.facts(),
            "what_follows": self.what_follows(),
            "entry": match.entry,
            "entry_url": entry_url(match.entry),
            "entry_badge": entry_badge(match.entry),
            "entry_facts": entry_facts(match.entry, staff),
            "steps": timeline_of(match),
            **super().get_context_data(**kwargs),
        }

    def facts(self) -> list[Fact]:
        """Return who met the entry, by what, and what a person said of it."""
        match = self.record
        facts = [
            who_met(match),
            *subject_met(match, staff_of(self.request)),
            Fact(
                _("Equal"),
                match.shown_fields,
                hint=_("told by keyed digests; the values are not kept here"),
            ),
            Fact(_("Found at"), instant(match.found_at)),
        ]
        if match.decided_by is not None:
            facts.append(
                Fact(
                    _("Decided"),
                    _("%(time)s by %(name)s")
                    % {"time": instant(match.decided_at), "name": match.decided_by.name},
                    hint=match.decision_reason,
                )
            )
        return facts

    def what_follows(self) -> str:
        """Return what each answer leads to, before one is given."""
        if self.record.transfer is not None:
            return _(
                "The transfer cannot be approved while this is open, nor when it is the same subject."
            )
        if self.record.is_exact:
            return _(
                "The document number is the same, so the application was refused. Whatever is said "
                "here, that stands while the entry is in force: where it is wrong, have the entry "
                "reviewed."
            )
        return _(
            "This alone refuses nobody. The application cannot be approved while this is open, nor "
            "when it is the same subject."
        )

    def allowed_actions(self) -> list[AllowedAction]:
        if self.record.status != MatchStatus.OPEN:
            return []
        return [
            self.action(
                "dismiss",
                _("Not the same"),
                hint=_("Say by what it is told apart; no document number in the reason."),
                tone="good",
                key="z",
            ),
            self.action(
                "confirm",
                _("The same subject"),
                hint=_("Say what it rests on; no document number in the reason."),
                tone="danger",
                key="r",
            ),
        ]

    def carry_out(self, act: str, actor: StaffUser, fence: int, version: int, reason: str) -> str:
        if act not in ("confirm", "dismiss"):
            raise InvalidInput
        grounds = Grounds(actor=actor, provision=Provision.OPINIONS_3, reason=reason)
        matches.decide_match(
            match=self.record,
            is_same=act == "confirm",
            fence=fence,
            expected_version=version,
            **grounds,
        )
        return _("On record: %(answer)s.") % {"answer": self.record.get_status_display()}


def matches_in_words(items: Sequence[WorkItem]) -> dict[int, str]:
    """Return what the items of the queue are about."""
    found = BlacklistMatch.objects.filter(work_item__in=items).select_related(
        "application", "transfer__account"
    )
    return {
        each.work_item_id: f"{each.reference} "
        + (
            (each.application.account_name or each.application.platform_uid)
            if each.application is not None
            else str(each.transfer)
        )
        for each in found
    }


def register() -> None:
    """Give the pages their addresses and the queue its place; called when apps are ready."""
    register_page("blacklist-matches/<int:pk>/", MatchDoor, name="blacklist_match")
    register_page("blacklist-matches/<int:pk>/look/", MatchPage, name=URL_NAME)
    register_queue(
        Queue(
            code=matches.QUEUE,
            label=gettext_lazy("Matches with the blacklist"),
            permission=matches.DECIDE,
            url_name=f"admin:{URL_NAME}",
            key="n m",
            describe=matches_in_words,
        ),
        order=11,
    )
