"""The page on which a person looks at a finding about an account."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.enums import FindingKind, FindingStatus
from accounts.models import Finding
from accounts.models.findings import FINDING_PREFIX, name_figure
from accounts.pages.account import limits_panel, profile_facts, subject_panel
from accounts.pages.addresses import account_url, finding_url
from accounts.pages.presentation import instant, state_in_words
from accounts.pages.references import reference_in_words, reference_url, register_reference
from accounts.services import findings
from compliance.errors import InvalidInput
from compliance.grounds import Grounds
from compliance.models import StaffUser, WorkItem
from compliance.pages.door import staff_of
from compliance.pages.record import panels_of
from compliance.pages.timeline import timeline_of
from compliance.pages.work_item import WorkItemPage
from compliance.provisions import Provision
from compliance.ui.kit import AllowedAction, Badge, Fact
from compliance.ui.pages import ConsolePage, register_page
from compliance.work import Queue, register_queue

VIEW = "accounts.view_finding"
LOOK_AT = "look_at_finding"
_TONES = {
    FindingStatus.OPEN: "info",
    FindingStatus.TAKEN_UP: "warning",
    FindingStatus.SET_ASIDE: "",
}


@dataclass(frozen=True, kw_only=True)
class FindingAct:
    """
    Something that a package above does with a finding, offered on its page.

    `carry_out` calls one service with the finding, the fence of its item and the grounds; it
    returns what to say about it and where to go on.
    """

    code: str
    label: str | Promise
    permission: str
    carry_out: Callable[[Finding, int, Grounds], tuple[str, str]]
    hint: str | Promise = ""
    key: str = ""
    tone: str = ""
    # For which kinds of findings; empty for all.
    kinds: frozenset[FindingKind] = frozenset()

    def is_for(self, finding: Finding) -> bool:
        """Return whether the act is offered for a finding."""
        return not self.kinds or finding.kind in self.kinds


_acts: dict[str, FindingAct] = {}


def register_finding_act(act: FindingAct) -> None:
    """Offer an act on the page of findings; called when apps are ready."""
    _acts[act.code] = act


def finding_badge(finding: Finding) -> Badge:
    """Return the state of a finding as a word with a colour."""
    status = FindingStatus(finding.status)
    return Badge(text=status.label, tone=_TONES[status])


def finding_facts(finding: Finding, staff: StaffUser) -> list[Fact]:
    """Return what was found, by which figures, and what became of it."""
    facts = [
        Fact(_("Facts that were found"), finding.facts),
        *(Fact(label, value) for label, value in finding.shown_figures),
        Fact(
            _("Rests on"),
            reference_in_words(finding.ground_ref),
            url=reference_url(finding.ground_ref, staff),
        ),
        Fact(_("Found at"), instant(finding.found_at)),
    ]
    if finding.taken_up_as:
        facts.append(
            Fact(
                _("Taken up as"),
                reference_in_words(finding.taken_up_as),
                url=reference_url(finding.taken_up_as, staff),
            )
        )
    if finding.decided_by is not None:
        facts.append(
            Fact(
                _("Decided"),
                _("%(time)s by %(name)s")
                % {"time": instant(finding.decided_at), "name": finding.decided_by.name},
            )
        )
    return facts


class FindingDoor(ConsolePage):
    """Leads from the number of a finding to its page."""

    permission = VIEW

    def get(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        finding = get_object_or_404(Finding, pk=self.kwargs["pk"])
        return redirect(finding_url(finding))


class FindingPage(WorkItemPage):
    """One finding beside what is known of the account: taken up as a matter, or set aside."""

    queue = findings.QUEUE
    permission = VIEW
    template_name = "accounts/finding.html"
    _next_url = ""

    def find_record(self, item: WorkItem) -> Finding:
        return get_object_or_404(
            Finding.objects.select_related(
                "account__activity",
                "account__application",
                "account__subject__id_number",
                "account__subject__name",
                "decided_by",
                "work_item__clock",
            ).prefetch_related("account__restrictions"),
            work_item=item,
        )

    def get_title(self) -> str:
        return _("Finding %(number)s: %(kind)s") % {
            "number": self.record.number,
            "kind": self.record.get_kind_display(),
        }

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        staff, now = staff_of(self.request), timezone.now()
        account = self.record.account
        return {
            "badge": finding_badge(self.record),
            "facts": finding_facts(self.record, staff),
            "account": account,
            "account_url": account_url(account),
            "state": state_in_words(account, now),
            "account_facts": profile_facts(account),
            "panels": [
                limits_panel(account, staff, now),
                subject_panel(account, staff),
                *panels_of(account, staff),
            ],
            "steps": timeline_of(self.record),
            **super().get_context_data(**kwargs),
        }

    def allowed_actions(self) -> list[AllowedAction]:
        if self.record.status != FindingStatus.OPEN:
            return []
        acts = [
            self.action(each.code, str(each.label), hint=each.hint, key=each.key, tone=each.tone)
            for each in _acts.values()
            if each.is_for(self.record) and self.request.user.has_perm(each.permission)
        ]
        return [
            *acts,
            self.action(
                "set_aside",
                _("Set aside"),
                hint=_("Nothing follows from it; the reason stays on record."),
                key="z",
            ),
        ]

    def carry_out(self, act: str, actor: StaffUser, fence: int, version: int, reason: str) -> str:
        grounds = Grounds(actor=actor, provision=Provision.PUBLIC_ACCOUNT_19_1, reason=reason)
        if act == "set_aside":
            findings.set_aside_finding(
                finding=self.record, fence=fence, expected_version=version, **grounds
            )
            return _("Set aside.")
        if act not in _acts or not _acts[act].is_for(self.record):
            raise InvalidInput
        said, self._next_url = _acts[act].carry_out(self.record, fence, grounds)
        return said

    def go_on(self, actor: StaffUser, said: str) -> HttpResponse:
        if self._next_url:
            return self.redirect(self._next_url, said)
        return super().go_on(actor, said)


def finding_in_words(key: str) -> str:
    """Return the number by which people call a finding."""
    return f"{FINDING_PREFIX}{key:0>8}"


def finding_page(key: str, staff: StaffUser) -> str:
    """Return the page of a finding, for whoever may read it."""
    if not key.isdecimal() or not staff.has_perm(VIEW):
        return ""
    return reverse("admin:finding", args=[int(key)])


def findings_in_words(items: Sequence[WorkItem]) -> dict[int, str]:
    """Return what the items of the findings' queue are about."""
    found = Finding.objects.filter(work_item__in=items).select_related("account")
    return {
        each.work_item_id: f"{each.number} {each.get_kind_display()} {each.account.name}"
        for each in found
    }


def register() -> None:
    """Give the pages their addresses and the queue its place; called when apps are ready."""
    for code, label in (
        ("before", gettext_lazy("before")),
        ("after", gettext_lazy("after")),
        ("days", gettext_lazy("days")),
        ("share", gettext_lazy("share")),
    ):
        name_figure(code, label)
    register_reference("finding", words=finding_in_words, url=finding_page)
    register_page("findings/<int:pk>/", FindingDoor, name="finding")
    register_page("findings/<int:pk>/look/", FindingPage, name=LOOK_AT)
    register_queue(
        Queue(
            code=findings.QUEUE,
            label=gettext_lazy("Findings"),
            permission=findings.HANDLE,
            url_name=f"admin:{LOOK_AT}",
            key="n f",
            describe=findings_in_words,
        ),
        order=15,
    )
