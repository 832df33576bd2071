"""The page on which a second person approves that identity data of a minor is shown."""

from collections.abc import Sequence
from typing import Any

from django.db.models import Count, Prefetch, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from compliance.desk import waiting
from compliance.desk.kinds import (
    ProposalKind,
    ProposalWords,
    came_back_lately,
    proposed_anew,
    register_kind,
)
from compliance.evidence import access
from compliance.grounds import Grounds
from compliance.identity import minors
from compliance.minor_reveals import REVEAL, approve_reveal
from compliance.models import Proposal, ProposalResult, RequestedPicture, RequestedReveal, StaffUser
from compliance.pages.approving import ApprovingPage
from compliance.pages.door import staff_of
from compliance.pages.limits import end_proposal, named_proposal, verdicts
from compliance.pages.whose import label_of, whose
from compliance.provisions import Provision
from compliance.refusals import refusals_logged
from compliance.ui.kit import Fact
from compliance.ui.navigation import register_link
from compliance.ui.pages import register_page

VIEW = "compliance.view_reveal"
# Our choice: enough to look back over some weeks.
SHOWN = 50


class MinorRevealsPage(ApprovingPage):
    """What was asked for of minors, masked; whoever may decides, and sees what was decided before."""

    title = gettext_lazy("Identity data of minors")
    permission = VIEW
    template_name = "identity/minor_reveals.html"

    def proposals_here(self) -> Q:
        return Q(kind=minors.KIND)

    def has_permission(self, request: HttpRequest) -> bool:
        # Whoever asks finds here what became of it, and nothing of others.
        return super().has_permission(request) or bool(staff_of(request).has_perm(REVEAL))

    def seen(self) -> QuerySet[Proposal]:
        """Return the requests that the person at the screen may read."""
        staff = staff_of(self.request)
        asked = RequestedReveal.objects.select_related("value").order_by("value__field", "pk")
        known = (
            Proposal.objects.filter(kind=minors.KIND)
            .select_related("proposer", "outcome")
            .prefetch_related(
                Prefetch("requested_reveals", asked),
                Prefetch("requested_pictures", RequestedPicture.objects.select_related("file")),
            )
        )
        if staff.has_perm(VIEW):
            return known
        awaiting = waiting.awaiting_approval(staff, timezone.now()).values("pk")
        return known.filter(Q(proposer=staff.person) | Q(pk__in=awaiting))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        staff, known = staff_of(self.request), self.seen()
        past = known.filter(outcome__isnull=False).annotate(
            shown=Count("reveals", distinct=True) + Count("evidence_views", distinct=True)
        )
        return {
            "proposed": [
                {
                    "proposal": each,
                    "facts": [*asked_facts(each, staff), *whose_facts(each, staff)],
                    "actions": verdicts(each, staff, self.request.path),
                }
                for each in known.filter(outcome__isnull=True).order_by("pk")
            ],
            "past": [
                {
                    "proposal": each,
                    "fields": _(", ").join(
                        dict.fromkeys(str(fact.label) for fact in asked_facts(each, staff))
                    ),
                    "result": ProposalResult(each.outcome.result).label,
                    "shown": each.shown,
                }
                for each in past.order_by("-pk")[:SHOWN]
            ],
            **super().get_context_data(**kwargs),
        }

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        act, actor = request.POST.get("action", ""), staff_of(request)
        proposal = named_proposal(request, minors.KIND)
        said = end_request(act, proposal, actor, request.POST.get("reason", ""))
        return self.redirect(request.path, said)


def end_request(act: str, proposal: Proposal, actor: StaffUser, reason: str) -> str:
    """Carry out what somebody does with a request, and return what to say of it."""
    grounds = Grounds(actor=actor, provision=Provision.MINORS_36, reason=reason)
    with refusals_logged(
        action=f"compliance.minor_reveal.{act or 'unknown'}",
        target=proposal,
        actor=actor,
        provision=Provision.MINORS_36,
    ):
        if act != "approve":
            return end_proposal(act, proposal, grounds)
        approve_reveal(proposal=proposal, **grounds)
        return _("Approved: whoever asked may look once at each value, until %(time)s.") % {
            "time": timezone.localtime(timezone.now() + minors.APPROVED_FOR).strftime("%H:%M")
        }


def asked_facts(proposal: Proposal, staff: StaffUser) -> list[Fact]:
    """Return what a request asks to be shown, masked, and on whose side each of it stands."""
    return [
        *(
            Fact(label_of(each.value, staff), each.value.masked)
            for each in proposal.requested_reveals.all()
        ),
        *(
            Fact(
                _("Picture of a document"),
                each.file.number,
                hint=str(access.owner_of(each.file).label(each.file)),
            )
            for each in proposal.requested_pictures.all()
        ),
    ]


def whose_facts(proposal: Proposal, staff: StaffUser) -> list[Fact]:
    """Return who that is and which accounts they run, with links: all of a request is of one person."""
    first = next(iter(proposal.requested_reveals.all()), None)
    known = whose(first.value, staff) if first is not None else None
    return [*known.facts] if known is not None else []


def _counted(
    asked: type[RequestedReveal | RequestedPicture], found: Sequence[Proposal]
) -> dict[int, int]:
    rows = asked._default_manager.filter(proposal__in=found).values_list("proposal")
    return dict(rows.annotate(count=Count("pk")).order_by())


def _values_in_words(count: int) -> str:
    words = ngettext("%(count)s value of a minor", "%(count)s values of a minor", count)
    return words % {"count": count}


def _pictures_in_words(count: int) -> str:
    words = ngettext(
        "%(count)s picture of a document of a minor",
        "%(count)s pictures of documents of a minor",
        count,
    )
    return words % {"count": count}


def words_of(found: Sequence[Proposal]) -> dict[int, ProposalWords]:
    """Return how many values each request asks for; never whose."""
    url = reverse("admin:minor_reveals")
    values = _counted(RequestedReveal, found)
    pictures = _counted(RequestedPicture, found)
    return {
        each.pk: ProposalWords(
            _values_in_words(values[each.pk])
            if each.pk in values
            else _pictures_in_words(pictures[each.pk]),
            f"{url}#proposal-{each.pk}",
            _("ask again on the page of the value, or leave it"),
        )
        for each in found
    }


def register() -> None:
    """Give the page its address and its place; called when apps are ready."""
    register_page("identity/minors/", MinorRevealsPage, name="minor_reveals")
    register_link(
        "records",
        gettext_lazy("Identity data of minors"),
        view="admin:minor_reveals",
        permission=VIEW,
        icon="child_care",
        order=31,
    )
    register_kind(
        ProposalKind(
            code=minors.KIND,
            label=gettext_lazy("reveal of identity data of a minor"),
            still_waits=Q(came_back_lately(), ~proposed_anew(minors.KIND, "values")),
            describe=words_of,
        )
    )
