"""How the next item is taken from a queue, held, and given back."""

from dataclasses import asdict

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy

from compliance import work
from compliance.desk import waiting
from compliance.errors import ActionRefused, NothingToClaim
from compliance.models import WorkItem
from compliance.pages.desk_rows import item_url
from compliance.pages.door import posted_number, staff_of
from compliance.provisions import Provision
from compliance.refusals import refusals_logged
from compliance.ui.pages import ConsolePage, register_page


class ClaimNextPage(ConsolePage):
    """Takes the next item of a queue and opens its page; an empty queue leads back to the desk."""

    title = gettext_lazy("Take the next item")

    def get(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        return self.redirect(reverse("admin:index"))

    def post(self, request: HttpRequest, queue: str) -> HttpResponse:
        if all(known.code != queue for known in work.queues()):
            raise Http404
        try:
            lease = work.claim_next(queue=queue, actor=staff_of(request))
        except NothingToClaim as nothing:
            return self.redirect(reverse("admin:index"), str(nothing))
        return self.redirect(item_url(lease.work_item))


class ClaimItemPage(ConsolePage):
    """Takes one chosen item, if nobody else holds it."""

    title = gettext_lazy("Take this item")

    def get(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        return self.redirect(reverse("admin:index"))

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        item = get_object_or_404(WorkItem, pk=pk)
        actor = staff_of(request)
        with refusals_logged(
            action="compliance.workitem.claim",
            target=item,
            actor=actor,
            provision=Provision.PUBLIC_ACCOUNT_6_1,
        ):
            work.claim_item(work_item=item, actor=actor)
        return self.redirect(item_url(item))


class HeartBeat(ConsolePage):
    """
    Extends the lease of the item on the screen; answers 409 with who has it now, and why.

    The first beat of a page that was just opened accepts what was handed over.
    """

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        item = get_object_or_404(WorkItem, pk=pk)
        beat = work.accept_item if request.POST.get("opened") else work.renew_lease
        try:
            lease = beat(
                work_item=item, actor=staff_of(request), fence=posted_number(request, "fence")
            )
        except ActionRefused as refusal:
            return JsonResponse({"message": str(refusal)}, status=409)
        return JsonResponse({"until": lease.until.isoformat()})


class CountsPage(ConsolePage):
    """Answers how much waits for the person at the screen, for pages that stay open."""

    def get(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        counts = waiting.counts_of(staff_of(request), timezone.now())
        return JsonResponse({"total": counts.for_me, "counts": asdict(counts)})


def register() -> None:
    """Give the pages their addresses; called when apps are ready."""
    register_page("work/next/<slug:queue>/", ClaimNextPage, name="claim_next")
    register_page("work/<int:pk>/take/", ClaimItemPage, name="claim_item")
    register_page("work/<int:pk>/heart-beat/", HeartBeat, name="heart_beat")
    register_page("work/counts/", CountsPage, name="work_counts")
