"""The page of one batch of terminations: what is proposed, a sample, and the verdict."""

from collections.abc import Sequence
from dataclasses import replace
from random import Random
from typing import Any

from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.dormancy_words import BatchStatus, DormancyKind, DormancyStatus
from accounts.models import Dormancy, DormancyBatch
from accounts.pages.dormancy.record import batch_url, dormancy_badge, dormancy_url
from accounts.pages.presentation import instant
from accounts.services.dormancy import batches
from accounts.services.dormancy.notices import clause_in_words
from compliance.desk.kinds import ProposalKind, ProposalWords, register_kind
from compliance.errors import InvalidInput
from compliance.grounds import Grounds
from compliance.models import Clause, Proposal
from compliance.pages.approving import ApprovingPage
from compliance.pages.door import staff_of
from compliance.pages.limits import verdicts
from compliance.pages.record import Panel, PanelRow
from compliance.pages.timeline import timeline_of
from compliance.provisions import Provision
from compliance.refusals import refusals_logged
from compliance.ui.kit import Badge, Fact
from compliance.ui.pages import Crumb, register_page

VIEW = "accounts.view_dormancybatch"
SAMPLE = 20
TONES = {
    BatchStatus.PROPOSED: "info",
    BatchStatus.APPROVED: "warning",
    BatchStatus.DONE: "good",
    BatchStatus.RETURNED: "",
}

# What a verdict brings about, and the key that opens it. The system proposes: nobody withdraws.
_HINTS = {
    "approve": gettext_lazy(
        "The worker ends the services one after the other and tells each operator. Who has come back "
        "until then is left as it is."
    ),
    "return": gettext_lazy("Nothing is ended; the accounts stay suspended for another term."),
}
_KEYS = {"approve": "a", "return": "r"}


class BatchPage(ApprovingPage):
    """A batch of terminations: approved or returned as a whole, single accounts taken out before."""

    permission = VIEW
    template_name = "accounts/dormancy/batch.html"

    @cached_property
    def batch(self) -> DormancyBatch:
        """The batch that the address names."""
        found = DormancyBatch.objects.select_related("sweep__rule", "proposal__proposer", "matter")
        return get_object_or_404(found, pk=self.kwargs["pk"])

    def proposals_here(self) -> Q:
        return Q(dormancy_batch=self.kwargs["pk"])

    def get_title(self) -> str:
        return _("Terminations %(number)s") % {"number": self.batch.reference}

    def breadcrumbs(self) -> Sequence[Crumb]:
        return [
            Crumb(
                gettext_lazy("batches of terminations"),
                reverse("admin:accounts_dormancybatch_changelist"),
            ),
            Crumb(self.get_title()),
        ]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        batch, staff = self.batch, staff_of(self.request)
        status = BatchStatus(batch.status)
        rows = batch.dormancies.all()
        return {
            "batch": batch,
            "badge": Badge(text=status.label, tone=TONES[status]),
            "facts": batch_facts(batch),
            "sample": Panel(
                title=_("Sample of what is left in the batch"),
                hint=_("The same accounts whenever the page is opened."),
                rows=[
                    PanelRow(
                        label=f"{each.reference} {each.account}",
                        hint=_("not used since %(time)s") % {"time": instant(each.idle_since)},
                        url=dormancy_url(each),
                        badge=dormancy_badge(each),
                    )
                    for each in _sample(batch)
                ],
                empty=_("Nothing is left in it."),
                more_url=f"{reverse('admin:accounts_dormancy_changelist')}?batch__id__exact={batch.pk}",
                more_label=_("All accounts of the batch"),
            ),
            "by_kind": [
                Fact(DormancyKind(kind).label, f"{count:,}")
                for kind, count in rows.values_list("kind").annotate(n=Count("pk")).order_by("kind")
            ],
            "actions": [
                replace(each, hint=_HINTS[each.code], key=_KEYS.get(each.code, ""))
                for each in verdicts(batch.proposal, staff, self.request.path)
                if each.code in _HINTS
            ],
            "steps": timeline_of(batch, batch.proposal),
            **super().get_context_data(**kwargs),
        }

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        act, actor = request.POST.get("action", ""), staff_of(request)
        grounds = Grounds(
            actor=actor,
            provision=Provision.PUBLIC_ACCOUNT_10_2,
            reason=request.POST.get("reason", ""),
        )
        with refusals_logged(
            action=f"accounts.dormancybatch.{act if act in ('approve', 'return') else 'unknown'}",
            target=self.batch,
            actor=actor,
            provision=Provision.PUBLIC_ACCOUNT_10_2,
        ):
            if act == "approve":
                is_last = batches.approve_batch(batch=self.batch, **grounds)
                said = (
                    _("Approved; the worker ends the services now.")
                    if is_last
                    else _("Approved; another approval is needed.")
                )
            elif act == "return":
                batches.return_batch(batch=self.batch, **grounds)
                said = _("Returned; the accounts stay suspended for another term.")
            else:
                raise InvalidInput(_("This page does not offer that act."))
        return self.redirect(request.path, said)


def batch_facts(batch: DormancyBatch) -> list[Fact]:
    """Return how many accounts a batch was proposed with, how many are left, and by what."""
    states = dict(
        Dormancy.objects.filter(batch=batch)
        .values_list("status")
        .annotate(n=Count("pk"))
        .order_by("status")
    )
    clauses = Clause.objects.filter(
        pk__in=batch.dormancies.order_by().values("clause").distinct()
    ).select_related("rule_version__document")
    left = states.get(DormancyStatus.PROPOSED, 0)
    ended = states.get(DormancyStatus.TERMINATED, 0)
    return [
        Fact(_("Proposed accounts"), f"{batch.count:,}"),
        Fact(_("Left in the batch"), f"{left:,}"),
        Fact(_("Service terminated"), f"{ended:,}"),
        Fact(
            _("Taken out or in use again"),
            f"{batch.count - left - ended - states.get(DormancyStatus.UNDONE, 0):,}",
        ),
        Fact(_("Proposed at"), instant(batch.proposed_at)),
        Fact(
            _("Sweep"),
            batch.sweep.reference,
            hint=_("rule version %(number)s") % {"number": batch.sweep.rule.number},
        ),
        *(Fact(_("Allowed by"), clause_in_words(each), hint=each.text) for each in clauses),
        Fact(
            _("Approvals needed"),
            str(batch.proposal.approvals_needed),
            hint=_("More than ten terminations need two persons, one a compliance officer."),
        ),
    ]


def _sample(batch: DormancyBatch) -> list[Dormancy]:
    """Return some of the accounts, drawn at random but the same for one batch."""
    numbers = list(batch.dormancies.order_by("pk").values_list("pk", flat=True))
    drawn = Random(batch.pk).sample(numbers, min(SAMPLE, len(numbers)))  # noqa: S311
    return list(
        Dormancy.objects.filter(pk__in=drawn).select_related("account").order_by("idle_since")
    )


def words_of(found: Sequence[Proposal]) -> dict[int, ProposalWords]:
    """Return which batch each proposal is about."""
    known = DormancyBatch.objects.filter(proposal__in=found)
    return {
        each.proposal_id: ProposalWords(
            _("%(number)s: %(count)s accounts")
            % {"number": each.reference, "count": f"{each.count:,}"},
            batch_url(each),
        )
        for each in known
    }


def register() -> None:
    """Give the page its address and the proposals their words; called when apps are ready."""
    register_page("dormancy-batches/<int:pk>/", BatchPage, name="dormancy_batch")
    register_kind(
        ProposalKind(
            code=batches.TERMINATION_KIND,
            label=gettext_lazy("terminations for dormancy"),
            # The next sweep proposes anew what still lies idle: nobody has to wait for it.
            still_waits=Q(pk__in=[]),
            describe=words_of,
        )
    )
