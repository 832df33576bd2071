"""The page of one dormancy, and what the page of an account shows of it."""

from typing import Any

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.dormancy_words import OPEN_DORMANCY, DormancyStatus
from accounts.enums import GroundKind
from accounts.models import Dormancy, DormancyBatch, PublicAccount, Restriction
from accounts.pages.account import profile_facts
from accounts.pages.addresses import account_url
from accounts.pages.grounds import register_ground_page
from accounts.pages.presentation import instant
from accounts.pages.references import register_reference
from accounts.services.dormancy import batches, returning
from accounts.services.dormancy.notices import clause_in_words
from compliance.grounds import Grounds
from compliance.models import Proposal, StaffUser
from compliance.numbers import read_number
from compliance.pages.clock_panel import due_in_words
from compliance.pages.deliveries import notice_rows
from compliance.pages.door import posted_number, staff_of
from compliance.pages.record import Panel, PanelRow, RecordPage, register_panel
from compliance.pages.record_timeline import (
    TimelineSource,
    register_timeline_source,
    timeline_page,
)
from compliance.provisions import Provision
from compliance.ui.kit import AllowedAction, Badge, Fact
from compliance.ui.pages import Crumb, register_page
from compliance.ui.search import Hit, register_search

ACCOUNT = "accounts.publicaccount"
DORMANCY = "accounts.dormancy"
VIEW = "accounts.view_dormancy"
SHOWN = 5
TONES = {
    DormancyStatus.NOTICED: "info",
    DormancyStatus.SUSPENDED: "warning",
    DormancyStatus.PROPOSED: "warning",
    DormancyStatus.TERMINATED: "danger",
    DormancyStatus.RETURNED: "good",
    DormancyStatus.UNDONE: "good",
    DormancyStatus.DROPPED: "",
}


def dormancy_badge(dormancy: Dormancy) -> Badge:
    """Return the state of a dormancy as a word with a colour."""
    status = DormancyStatus(dormancy.status)
    return Badge(text=status.label, tone=TONES[status])


def dormancy_url(dormancy: Dormancy) -> str:
    """Return the address of the page of a dormancy."""
    return reverse("admin:dormancy", args=[dormancy.pk])


def batch_url(batch: DormancyBatch) -> str:
    """Return the address of the page of a batch."""
    return reverse("admin:dormancy_batch", args=[batch.pk])


def dormancy_facts(dormancy: Dormancy, staff: StaffUser) -> list[Fact]:
    """Return since when the account lies idle, what it rests on, and its days."""
    batch = dormancy.batch
    facts = [
        Fact(_("Account"), str(dormancy.account), url=account_url(dormancy.account)),
        Fact(_("Kind"), dormancy.get_kind_display()),
        Fact(_("Not used since"), instant(dormancy.idle_since)),
        Fact(_("Allowed by"), clause_in_words(dormancy.clause), hint=dormancy.clause.text),
        Fact(
            _("Sweep"),
            dormancy.sweep.reference,
            hint=_("rule version %(number)s") % {"number": dormancy.sweep.rule.number},
        ),
        Fact(_("Operator told at"), instant(dormancy.noticed_at)),
        Fact(_("To return until"), due_in_words(dormancy.return_by)),
    ]
    # What has not happened yet is left out: an empty line would look like something missing.
    if dormancy.suspended_at is not None:
        facts.append(Fact(_("Suspended at"), instant(dormancy.suspended_at)))
    if dormancy.terminate_from is not None:
        facts.append(Fact(_("Termination from"), instant(dormancy.terminate_from)))
    if batch is not None:
        may_open = staff.has_perm("accounts.view_dormancybatch")
        url = batch_url(batch) if may_open else ""
        facts.append(Fact(_("Batch of terminations"), batch.reference, url=url))
    if dormancy.ended_at is not None:
        facts.append(Fact(_("Ended at"), instant(dormancy.ended_at)))
    return facts


class DormancyPage(RecordPage):
    """One dormancy as it stands, and what a person may do about it."""

    permission = VIEW
    template_name = "accounts/dormancy/record.html"
    list_title = gettext_lazy("dormant accounts")
    list_url_name = "admin:accounts_dormancy_changelist"
    provision = Provision.PUBLIC_ACCOUNT_10_2

    def find_record(self) -> Dormancy:
        found = Dormancy.objects.select_related(
            "account__activity",
            "account__application",
            "clause__rule_version__document",
            "sweep__rule",
            "batch",
            "restriction",
        )
        return get_object_or_404(found, pk=self.kwargs["pk"])

    def get_title(self) -> str:
        return _("Dormant account %(name)s") % {"name": self.record.account.name}

    def breadcrumbs(self) -> list[Crumb]:
        account = self.record.account
        first, *rest = super().breadcrumbs()
        return [first, Crumb(account.name, account_url(account)), *rest]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        record, staff = self.record, staff_of(self.request)
        return {
            "badge": dormancy_badge(record),
            "facts": dormancy_facts(record, staff),
            "account_facts": profile_facts(record.account),
            "told": notice_rows([record], staff),
            "timeline": timeline_page(
                record,
                staff,
                kind=self.request.GET.get("kind", ""),
                position=self.request.GET.get("from", ""),
            ),
            **super().get_context_data(**kwargs),
        }

    def allowed_actions(self) -> list[AllowedAction]:
        record, staff = self.record, staff_of(self.request)
        status = record.status
        actions = []
        if status in OPEN_DORMANCY and staff.has_perm(returning.HANDLE):
            actions.append(
                self.action(
                    "resume",
                    _("End the dormancy"),
                    hint=_("The account goes on at once, and its operator is told."),
                    key="e",
                )
            )
        may_take_out = any(
            staff.has_perm(each)
            for each in (batches.APPROVE, batches.APPROVE_AS_OFFICER, returning.HANDLE)
        )
        if status == DormancyStatus.PROPOSED and may_take_out:
            actions.append(
                self.action(
                    "take_out",
                    _("Take it out of the batch"),
                    hint=_("It stays suspended for another whole term."),
                    key="k",
                )
            )
        if status == DormancyStatus.TERMINATED and staff.has_perm(batches.UNDO):
            is_taken = batches.is_name_taken(record.account)
            actions.append(
                self.action(
                    "undo",
                    _("Undo the termination"),
                    hint=_("Its name has been taken since: it is opened under its account number.")
                    if is_taken
                    else _("The account is opened again under its name."),
                    tone="danger",
                    key="u",
                )
            )
        return actions

    def carry_out(self, act: str, actor: StaffUser, reason: str) -> str:
        on: dict[str, Any] = {
            "dormancy": self.record,
            "expected_version": posted_number(self.request, "version"),
            **Grounds(actor=actor, provision=self.provision, reason=reason),
        }
        if act == "resume":
            returning.resume_account(**on)
            return _("The account is no longer dormant.")
        if act == "take_out":
            batches.take_out(**on)
            return _("Taken out of the batch.")
        if act == "undo":
            former = self.record.account.name
            name = batches.undo_termination(**on)
            if name != former:
                return _("Opened again as “%(name)s”: “%(former)s” has been taken since.") % {
                    "name": name,
                    "former": former,
                }
            return _("Opened again as “%(name)s”.") % {"name": name}
        return super().carry_out(act, actor, reason)


def dormancies_panel(account: PublicAccount, staff: StaffUser) -> Panel | None:
    """Return when the account was found dormant, where it was."""
    if not staff.has_perm(VIEW):
        return None
    found = list(account.dormancies.order_by("-pk")[:SHOWN])
    if not found:
        return None
    return Panel(
        title=_("Dormancy"),
        rows=[
            PanelRow(
                label=each.reference,
                hint=_("not used since %(time)s") % {"time": instant(each.idle_since)},
                url=dormancy_url(each),
                badge=dormancy_badge(each),
            )
            for each in found
        ],
    )


def find_dormancies(words: str) -> QuerySet | None:
    """Return the dormancy of a number."""
    number = read_number("DM", words)
    if number is None:
        return None
    return Dormancy.objects.select_related("account").filter(pk=number).order_by("pk")


def dormancy_hit(dormancy: Dormancy) -> Hit:
    """Return how a dormancy is shown among what was found."""
    return Hit(
        title=dormancy.reference,
        hint=dormancy.account.name,
        url=dormancy_url(dormancy),
        badge=dormancy_badge(dormancy),
    )


def _page_of_ground(reference: str, staff: StaffUser) -> str:
    kind, _colon, key = reference.partition(":")
    if kind != "dormancy" or not key.isdecimal() or not staff.has_perm(VIEW):
        return ""
    return reverse("admin:dormancy", args=[key])


def register() -> None:
    """Give page, panel, timeline and search their places; called when apps are ready."""
    register_page("dormancies/<int:pk>/", DormancyPage, name="dormancy")
    register_panel(ACCOUNT, dormancies_panel, order=50)
    register_ground_page(GroundKind.DORMANCY, _page_of_ground)
    register_reference(
        "dormancy",
        words=lambda key: f"DM{key:0>8}",
        url=lambda key, staff: _page_of_ground(f"dormancy:{key}", staff),
    )
    label = gettext_lazy("Dormancy")
    for record_type, records in (
        (ACCOUNT, lambda accounts: Dormancy.objects.filter(account__in=accounts)),
        (DORMANCY, lambda dormancies: dormancies),
    ):
        register_timeline_source(
            record_type,
            TimelineSource(
                kind="dormancy",
                label=label,
                permission=VIEW,
                records=records,
                name=lambda dormancy: dormancy.reference,
                page=dormancy_url,
            ),
        )
    register_timeline_source(
        DORMANCY,
        TimelineSource(
            kind="restriction",
            label=gettext_lazy("Restrictions"),
            permission="accounts.view_restriction",
            records=lambda dormancies: Restriction.objects.filter(dormancy__in=dormancies),
        ),
    )
    register_timeline_source(
        DORMANCY,
        TimelineSource(
            kind="proposal",
            label=gettext_lazy("Proposals"),
            permission="accounts.view_dormancybatch",
            records=lambda dormancies: Proposal.objects.filter(
                dormancy_batch__dormancies__in=dormancies
            ),
        ),
    )
    register_search(
        "dormancy",
        gettext_lazy("Dormant accounts"),
        VIEW,
        find_dormancies,
        hit=dormancy_hit,
        by=gettext_lazy("DM and the number"),
        icon="bedtime",
        order=33,
    )
