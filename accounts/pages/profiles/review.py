"""The page on which a moderator decides about a change of a profile, old and new side by side."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import ProfileChange
from accounts.pages.profiles.presentation import change_context, change_url
from accounts.profile_words import ProfileChangeStatus
from accounts.services.profiles import review
from accounts.services.profiles.submission import QUEUE, provision_of
from accounts.services.reason_templates import reason_templates
from compliance.models import StaffUser, WorkItem
from compliance.pages.door import staff_of
from compliance.pages.timeline import timeline_of
from compliance.pages.work_item import WorkItemPage
from compliance.ui.kit import AllowedAction, Input, ReasonTemplate
from compliance.ui.pages import register_page
from compliance.work import Queue, register_queue

URL_NAME: Final = "review_profile_change"
NOTE: Final = "note"
LONGEST_NOTE: Final = 400


def templates_for(act: str) -> list[ReasonTemplate]:
    """Return the ready-made reasons for an act about a change."""
    return [ReasonTemplate(each.label, each.text) for each in reason_templates(f"profile_{act}")]


class ProfileChangeReviewPage(WorkItemPage):
    """One change: what was and what is to be, what the checks found, what may be decided."""

    queue = QUEUE
    template_name = "accounts/profiles/review.html"

    def find_record(self, item: WorkItem) -> ProfileChange:
        return ProfileChange.objects.shown().get(work_item=item)

    def get_title(self) -> str:
        return str(self.record)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return {
            **change_context(self.record, staff_of(self.request)),
            "page_url": change_url(self.record),
            "steps": timeline_of(self.record),
            **super().get_context_data(**kwargs),
        }

    def allowed_actions(self) -> list[AllowedAction]:
        if self.record.status != ProfileChangeStatus.IN_REVIEW:
            return []
        told = _("Reason told to the operator")
        note = Input(
            name=NOTE,
            label=_("Note for colleagues, where it differs from what is told"),
            longest=LONGEST_NOTE,
            is_needed=False,
        )
        return [
            self.action(
                "approve",
                _("Approve"),
                reason_label=told,
                reason_templates=templates_for("approve"),
                hint=_("The account gets it at once, and the platform is told."),
                inputs=[note],
                tone="primary",
                key="a",
            ),
            self.action(
                "refuse",
                _("Refuse"),
                reason_label=told,
                reason_templates=templates_for("refuse"),
                hint=_(
                    "The way to appeal is added to what you write, and a link to send another "
                    "version."
                ),
                inputs=[note],
                tone="danger",
                key="r",
            ),
            self.action(
                "withdraw",
                _("Withdrawn by the operator"),
                reason_templates=templates_for("withdraw"),
            ),
        ]

    def carry_out(self, act: str, actor: StaffUser, fence: int, version: int, reason: str) -> str:
        # What is told is the reason on record too, unless a note for colleagues was given.
        note = self.request.POST.get(NOTE, "").strip()[:LONGEST_NOTE] or reason
        acts: dict[str, tuple[Callable[..., object], str]] = {
            "approve": (
                partial(review.approve_profile_change, fence=fence, told=reason),
                _("Approved."),
            ),
            "refuse": (
                partial(review.refuse_profile_change, fence=fence, told=reason),
                _("Refused."),
            ),
            "withdraw": (review.withdraw_profile_change, _("Withdrawn.")),
        }
        service, said = acts[act]
        service(
            change=self.record,
            expected_version=version,
            actor=actor,
            provision=provision_of(self.record.parts),
            reason=note,
        )
        return said


def changes_in_words(items: Sequence[WorkItem]) -> dict[int, str]:
    """Return what the items of the queue are about."""
    found = ProfileChange.objects.filter(work_item__in=items).select_related("account")
    return {
        each.work_item_id: f"{each} · {_(', ').join(each.parts_in_words)}"
        for each in found
        if each.work_item_id is not None
    }


def register() -> None:
    """Give the page its address and the queue its place on the desk; called when apps are ready."""
    register_page("profile-changes/<int:pk>/review/", ProfileChangeReviewPage, name=URL_NAME)
    register_queue(
        Queue(
            code=QUEUE,
            label=gettext_lazy("Changes of profiles to review"),
            permission=review.REVIEW,
            url_name=f"admin:{URL_NAME}",
            key="n b",
            describe=changes_in_words,
        ),
        order=12,
    )
