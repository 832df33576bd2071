"""What the desk shows of each queue, and how the next item is taken from it."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from compliance import work
from compliance.errors import ActionRefused, NothingToClaim
from compliance.models import StaffUser, WorkItem
from compliance.provisions import Provision
from compliance.refusals import refusals_logged
from compliance.ui.desk import CardData, CardRow, register_card
from compliance.ui.pages import ConsolePage, register_page


def staff_of(request: HttpRequest) -> StaffUser:
    """Return the login at the screen; pages of the console are for logged-in staff alone."""
    if not isinstance(request.user, StaffUser):
        raise TypeError("A console page was reached without a login.")
    return request.user


def item_url(item: WorkItem) -> str:
    """Return the address of the page that shows a work item."""
    return reverse(work.get_queue(item.queue).url_name, args=[item.pk])


def queue_card(request: HttpRequest, queue: work.Queue) -> CardData | None:
    """Return the card of one queue for the person at the screen, or None without permission."""
    staff = staff_of(request)
    if not staff.has_perm(queue.permission):
        return None
    now = timezone.now()
    items = WorkItem.objects.open().filter(queue=queue.code)
    waiting = items.count()
    overdue = WorkItem.objects.overdue(now).filter(queue=queue.code).count()
    first = items.order_by("due_at", "-weight", "id").first()
    held = WorkItem.objects.held_by(staff.person, now).filter(queue=queue.code).order_by("due_at")
    rows = [
        CardRow(
            label=_("You hold %(item)s") % {"item": f"#{item.pk}"},
            url=item_url(item),
            value=date_format(timezone.localtime(item.due_at), "SHORT_DATETIME_FORMAT"),
            hint=_("due"),
            tone="danger" if item.due_at < now else "",
        )
        for item in held
    ]
    if overdue:
        rows.append(CardRow(label=_("Overdue"), value=overdue, tone="danger"))
    if first is not None:
        rows.append(
            CardRow(
                label=_("Next is due"),
                value=date_format(timezone.localtime(first.due_at), "SHORT_DATETIME_FORMAT"),
            )
        )
    return CardData(
        title=queue.label,
        value=waiting,
        hint=_("waiting"),
        rows=rows,
        empty=_("Nothing is waiting."),
        action_url=reverse("admin:claim_next", args=[queue.code]) if waiting else "",
        action_label=_("Take the next"),
        key=queue.key,
        tone="danger" if overdue else "",
    )


class ClaimNextPage(ConsolePage):
    """Takes the next item of a queue and opens its page; an empty queue leads back to the desk."""

    title = gettext_lazy("Take the next item")

    def get(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        return self.redirect(reverse("admin:index"))

    def post(self, request: HttpRequest, queue: str) -> HttpResponse:
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
    """Extends the lease of the item on the screen; answers 409 with who has it now."""

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        item = get_object_or_404(WorkItem, pk=pk)
        try:
            lease = work.renew_lease(
                work_item=item, actor=staff_of(request), fence=posted_number(request, "fence")
            )
        except ActionRefused as refusal:
            return JsonResponse({"message": str(refusal)}, status=409)
        return JsonResponse({"until": lease.until.isoformat()})


class LeaveItemPage(ConsolePage):
    """Gives an item back, or passes it over with a reason, and goes on to the desk."""

    title = gettext_lazy("Give the item back")

    def get(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        return self.redirect(reverse("admin:index"))

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        item = get_object_or_404(WorkItem, pk=pk)
        actor, fence = staff_of(request), posted_number(request, "fence")
        is_skip = request.POST.get("action") == "skip"
        with refusals_logged(
            action=f"compliance.workitem.{'skip' if is_skip else 'release'}",
            target=item,
            actor=actor,
            provision=Provision.PUBLIC_ACCOUNT_6_1,
        ):
            if is_skip:
                work.skip_item(
                    work_item=item,
                    actor=actor,
                    fence=fence,
                    provision=Provision.PUBLIC_ACCOUNT_6_1,
                    reason=request.POST.get("reason", ""),
                )
            else:
                work.release_item(
                    work_item=item,
                    actor=actor,
                    fence=fence,
                    provision=Provision.PUBLIC_ACCOUNT_6_1,
                    reason=request.POST.get("reason", ""),
                )
        return self.redirect(reverse("admin:index"), _("The item is back in its queue."))


def posted_number(request: HttpRequest, name: str) -> int:
    """Return a whole number that a form posted, or 0, which no lease and no version has."""
    text = request.POST.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 0


def register() -> None:
    """Give the pages their addresses and every queue its card; called when apps are ready."""
    register_page("work/next/<slug:queue>/", ClaimNextPage, name="claim_next")
    register_page("work/<int:pk>/take/", ClaimItemPage, name="claim_item")
    register_page("work/<int:pk>/heart-beat/", HeartBeat, name="heart_beat")
    register_page("work/<int:pk>/leave/", LeaveItemPage, name="leave_item")


def register_queue(queue: work.Queue, *, order: int) -> None:
    """Add a queue to the product and its card to the desk; called when apps are ready."""
    work.register_queue(queue)

    def card(request: HttpRequest) -> CardData | None:
        return queue_card(request, queue)

    register_card(card, order=order)
