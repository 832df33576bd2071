"""The page of one entry of the blacklist: read, asked about, its removal approved by two."""

import json
from collections.abc import Sequence
from typing import Any

from django.db.models import Q
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.blacklist_words import EntryStatus
from accounts.models import BlacklistEntry
from accounts.pages.blacklist.presentation import (
    VIEW,
    entry_badge,
    entry_facts,
    entry_url,
    matches_of,
)
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
from compliance.pages.deliveries import notice_rows
from compliance.pages.door import posted_number, staff_of
from compliance.pages.limits import named_proposal, verdicts
from compliance.pages.record import RecordPage
from compliance.pages.record_timeline import timeline_page
from compliance.provisions import Provision
from compliance.ui.kit import AllowedAction, Fact
from compliance.ui.pages import register_page
from enforcement.pages.blacklist.review import URL_NAME
from enforcement.pages.consequences import steps_of
from enforcement.services.blacklist import reviewing, reviews

SHOWN = 20


class EntryPage(RecordPage, ApprovingPage):
    """An entry as it stands, with whoever met it."""

    permission = VIEW
    template_name = "enforcement/blacklist/entry.html"
    list_title = gettext_lazy("blacklist entries")
    list_url_name = "admin:accounts_blacklistentry_changelist"
    provision = Provision.OPINIONS_3

    def proposals_here(self) -> Q:
        return Q(kind=reviews.REMOVAL_KIND, content__contains=f'"{self.record.reference}"')

    def find_record(self) -> BlacklistEntry:
        found = BlacklistEntry.objects.select_related(
            "account", "subject__id_number", "subject__name", "proposal__matter"
        ).prefetch_related("bars")
        return get_object_or_404(found, pk=self.kwargs["pk"])

    def get_title(self) -> str:
        return _("Blacklist entry %(reference)s") % {"reference": self.record.reference}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        entry, staff = self.record, staff_of(self.request)
        proposal, item = reviews.removal_of(entry), reviews.open_review_item(entry)
        return {
            "badge": entry_badge(entry),
            "facts": entry_facts(entry, staff),
            "proposal": proposal,
            "proposed": _proposed(proposal) if proposal is not None else [],
            "approvals": steps_of(proposal) if proposal is not None else [],
            "verdicts": verdicts(proposal, staff, self.request.path) if proposal else [],
            "review_url": (
                reverse(f"admin:{URL_NAME}", args=[item.pk])
                if item is not None and staff.has_perm(reviews.REVIEW)
                else ""
            ),
            "told": notice_rows([entry], staff),
            "panel": matches_of(entry, staff, shown=SHOWN),
            "timeline": timeline_page(
                entry,
                staff,
                kind=self.request.GET.get("kind", ""),
                position=self.request.GET.get("from", ""),
            ),
            **super().get_context_data(**kwargs),
        }

    def allowed_actions(self) -> list[AllowedAction]:
        entry, staff = self.record, staff_of(self.request)
        under_review = (
            reviews.open_review_item(entry) is not None or reviews.removal_of(entry) is not None
        )
        if entry.status != EntryStatus.LISTED or under_review or not staff.has_perm(reviews.REVIEW):
            return []
        return [
            self.action(
                "ask_review",
                _("Have it reviewed now"),
                reason_label=_("Who asked for it, and why"),
                hint=_("The operator may ask at any time; who took part in listing is not asked."),
                key="m",
            )
        ]

    def carry_out(self, act: str, actor: StaffUser, reason: str) -> str:
        grounds = Grounds(actor=actor, provision=self.provision, reason=reason)
        if act in ("approve", "return", "withdraw"):
            return self.give_verdict(act, grounds)
        if act == "ask_review":
            reviews.ask_for_review(
                entry=self.record,
                expected_version=posted_number(self.request, "version"),
                **grounds,
            )
            return _("The entry waits for its review.")
        return super().carry_out(act, actor, reason)

    def give_verdict(self, act: str, grounds: Grounds) -> str:
        """Approve, return or withdraw the proposal that the form names."""
        proposal = named_proposal(self.request, reviews.REMOVAL_KIND)
        if reviewing.entry_of_proposal(proposal).pk != self.record.pk:
            raise InvalidInput
        if act != "approve":
            reviewing.end_removal_proposal(act=act, proposal=proposal, **grounds)
            return _("The entry waits for its review again.")
        if reviewing.approve_removal(proposal=proposal, **grounds):
            return _("The entry is removed, and its digests are erased.")
        return _("Approved. One more approval is needed.")


def _proposed(proposal: Proposal) -> list[Fact]:
    return [Fact(_("Reason told to the operator"), json.loads(proposal.content)["told"])]


def words_of(found: Sequence[Proposal]) -> dict[int, ProposalWords]:
    """Return which entry each proposal would remove."""
    numbers = {each.pk: json.loads(each.content)["entry"] for each in found}
    entries = BlacklistEntry.objects.select_related("account").in_bulk(set(numbers.values()))
    return {
        each.pk: ProposalWords(
            f"{entries[numbers[each.pk]].reference} {entries[numbers[each.pk]].account.name}",
            f"{entry_url(entries[numbers[each.pk]])}#proposal-{each.pk}",
            _("take it from the queue of reviews: keep it, or propose anew"),
        )
        for each in found
    }


def register() -> None:
    """Give the page its address and the proposals their words; called when apps are ready."""
    register_page("blacklist-entries/<int:pk>/", EntryPage, name="blacklist_entry")
    register_kind(
        ProposalKind(
            code=reviews.REMOVAL_KIND,
            label=gettext_lazy("removal from the blacklist"),
            still_waits=Q(came_back_lately(), ~proposed_anew(reviews.REMOVAL_KIND, "entry")),
            describe=words_of,
        )
    )
