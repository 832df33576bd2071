"""The page of one work item: who holds it, what may be done, and what comes next."""

from abc import ABC, abstractmethod
from typing import Any, ClassVar

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from compliance import work
from compliance.eligibility import require_may_hold, require_may_take
from compliance.errors import ActionRefused, InvalidInput, NothingToClaim, StaleLease
from compliance.models import Lease, StaffUser, WorkItem
from compliance.pages import holding
from compliance.pages.clock_panel import clock_panel
from compliance.pages.desk_rows import item_url
from compliance.pages.door import posted_number, staff_of
from compliance.provisions import Provision
from compliance.refusals import refusals_logged
from compliance.ui.kit import AllowedAction
from compliance.ui.pages import ConsolePage, Crumb


class WorkItemPage(ConsolePage, ABC):
    """
    A page on which one item of a queue is read and decided.

    Subclasses name their `queue`, return their record from `find_record`, list what may be done in
    `allowed_actions` and carry it out in `carry_out`, one service call each. While somebody else
    holds the item the page only shows, except for `free_actions`, which need no holding; after a
    decision the next item of the queue is opened. A subclass that names a `permission` is read by
    whoever has it; otherwise only those see it who may take from the queue.
    """

    queue: ClassVar[str] = ""
    template_name = "work/item.html"

    @abstractmethod
    def find_record(self, item: WorkItem) -> Any:
        """Return what the work item is about."""

    @abstractmethod
    def allowed_actions(self) -> list[AllowedAction]:
        """Return what the holder may do now."""

    def free_actions(self) -> list[AllowedAction]:
        """Return what may be done now without holding the item."""
        return []

    def offered_acts(self) -> set[str]:
        """Return the codes of the acts that the page carries out when they are posted."""
        return {each.code for each in [*self.allowed_actions(), *self.free_actions()]}

    def may_take(self) -> bool:
        """Return whether the person at the screen may take the item, if nobody holds it."""
        return not self.why_not_take

    @cached_property
    def why_not_take(self) -> str:
        """Why the person at the screen may not take the item, or nothing."""
        staff = staff_of(self.request)
        try:
            require_may_take(staff, self.item, work.get_queue(self.item.queue).permission)
            require_may_hold(self.item, staff.person)
        except ActionRefused as refusal:
            return str(refusal)
        return ""

    @abstractmethod
    def carry_out(self, act: str, actor: StaffUser, fence: int, version: int, reason: str) -> str:
        """
        Call the service that the button stands for and return what to say about it.

        :raises InvalidInput: if the act is not one that this page offers.
        """

    def has_permission(self, request: HttpRequest) -> bool:
        return super().has_permission(request) and (
            bool(self.permission)
            or request.user.has_perm(work.get_queue(self.queue).permission)
            # Whoever assigns work has to see what it is.
            or request.user.has_perm(work.ASSIGN)
        )

    @cached_property
    def item(self) -> WorkItem:
        """The work item that the address names."""
        return get_object_or_404(
            WorkItem.objects.select_related("lease__holder"), pk=self.kwargs["pk"], queue=self.queue
        )

    @cached_property
    def record(self) -> Any:
        """What the item is about, read once for the page."""
        return self.find_record(self.item)

    @property
    def lease(self) -> Lease | None:
        """The running lease of the item, whoever has it."""
        lease = getattr(self.item, "lease", None)
        return lease if lease is not None and lease.until > timezone.now() else None

    @property
    def is_mine(self) -> bool:
        """Whether the person at the screen holds the item now."""
        lease = self.lease
        return lease is not None and lease.holder_id == staff_of(self.request).person_id

    def breadcrumbs(self) -> list[Crumb]:
        return [Crumb(work.get_queue(self.queue).label), Crumb(self.get_title())]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        lease = self.lease
        may_take = self.may_take()
        return {
            "item": self.item,
            "clock": clock_panel(self.item.clock),
            "record": self.record,
            "lease": lease,
            "is_mine": self.is_mine,
            "is_overdue": self.item.closed_at is None and self.item.due_at < timezone.now(),
            "may_take": may_take,
            "why_not_take": self.why_not_take,
            "why_changed": work.why_it_changed_hands(lease) if lease and not self.is_mine else "",
            "actions": [
                *(self.allowed_actions() if self.is_mine else []),
                *self.free_actions(),
            ],
            "holding_actions": holding.offered(
                self.item, lease, staff_of(self.request), may_take=may_take, url=self.request.path
            ),
            "take_url": reverse("admin:claim_item", args=[self.item.pk]),
            "heart_beat_url": reverse("admin:heart_beat", args=[self.item.pk]),
            **super().get_context_data(**kwargs),
        }

    def action(self, code: str, label: str, **more: Any) -> AllowedAction:
        """Return an allowed action of this page with fence and version filled in."""
        lease = self.lease
        return AllowedAction(
            code=code,
            label=label,
            url=self.request.path,
            fence=lease.fence if lease else "",
            version=self.record.version,
            **more,
        )

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        act, actor = request.POST.get("action", ""), staff_of(request)
        if act == "retake":
            return self.take_again()
        if act in holding.ACTS:
            return self.change_hands(act, actor)
        opts = self.record._meta
        with refusals_logged(
            action=f"{opts.label_lower}.{act or 'unknown'}",
            target=self.record,
            actor=actor,
            provision=Provision.PUBLIC_ACCOUNT_19_2,
        ):
            if act not in self.offered_acts():
                if self.item.closed_at is not None:
                    raise StaleLease(_("This item was closed in the meantime."))
                raise InvalidInput(_("This page does not offer that act."))
            said = self.carry_out(
                act,
                actor,
                posted_number(request, "fence"),
                posted_number(request, "version"),
                request.POST.get("reason", ""),
            )
        return self.go_on(actor, said)

    def change_hands(self, act: str, actor: StaffUser) -> HttpResponse:
        """Give the item back, to a colleague, or take it from one; then the desk or the item."""
        with refusals_logged(
            action=f"compliance.workitem.{act}",
            target=self.item,
            actor=actor,
            provision=Provision.PUBLIC_ACCOUNT_6_1,
        ):
            said = holding.carry_out(
                act,
                self.item,
                posted_number(self.request, "fence"),
                posted_number(self.request, "person"),
                {
                    "actor": actor,
                    "provision": Provision.PUBLIC_ACCOUNT_6_1,
                    "reason": self.request.POST.get("reason", ""),
                },
            )
        return self.redirect(
            item_url(self.item) if act == "take_over" else reverse("admin:index"), said
        )

    def go_on(self, actor: StaffUser, said: str) -> HttpResponse:
        """Open the next item of the queue, or the desk when nothing waits."""
        try:
            lease = work.claim_next(queue=self.queue, actor=actor)
        except NothingToClaim as nothing:
            return self.redirect(reverse("admin:index"), f"{said} {nothing}")
        return self.redirect(item_url(lease.work_item), said)

    def take_again(self) -> HttpResponse:
        """Take the item and show what was typed before the lease was lost."""
        actor = staff_of(self.request)
        with refusals_logged(
            action="compliance.workitem.claim",
            target=self.item,
            actor=actor,
            provision=Provision.PUBLIC_ACCOUNT_6_1,
        ):
            work.claim_item(work_item=self.item, actor=actor)
        self.read_again()
        typed = self.request.POST.copy()
        typed["action"] = typed.get("typed_for", "")
        return self.render_to_response({**self.get_context_data(**self.kwargs), "posted": typed})

    def read_again(self) -> None:
        """Forget what was read of the item: it has changed since."""
        for name in ("item", "record", "why_not_take"):
            self.__dict__.pop(name, None)

    def show_refusal(self, refusal: Any) -> HttpResponse:
        # What was read before the refusal may be what made it.
        self.read_again()
        return super().show_refusal(refusal)
