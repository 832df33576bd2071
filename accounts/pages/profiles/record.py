"""The page of one change of a profile: what was wished for, what was found, what came of it."""

from typing import Any

from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import ProfileChange
from accounts.pages.addresses import account_url
from accounts.pages.profiles.presentation import change_context
from accounts.pages.profiles.review import URL_NAME, templates_for
from accounts.profile_words import ProfileChangeStatus
from accounts.services.profiles import resetting, review
from accounts.services.profiles.submission import SUBMIT, provision_of
from compliance.models import ResponseInvitation, StaffUser
from compliance.pages.clock_panel import clock_panel
from compliance.pages.deliveries import notice_rows
from compliance.pages.door import posted_number, staff_of
from compliance.pages.record import RecordPage
from compliance.pages.record_timeline import timeline_page
from compliance.provisions import Provision
from compliance.ui.kit import AllowedAction, ReasonTemplate
from compliance.ui.pages import Crumb, register_page


class ProfileChangePage(RecordPage):
    """A change as it stands."""

    permission = "accounts.view_profilechange"
    template_name = "accounts/profiles/record.html"
    list_title = gettext_lazy("changes of profiles")
    list_url_name = "admin:accounts_profilechange_changelist"
    provision = Provision.PUBLIC_ACCOUNT_8_2

    def find_record(self) -> ProfileChange:
        return get_object_or_404(ProfileChange.objects.shown(), pk=self.kwargs["pk"])

    def get_title(self) -> str:
        return str(self.record)

    def breadcrumbs(self) -> list[Crumb]:
        account = self.record.account
        first, *rest = super().breadcrumbs()
        return [first, Crumb(account.name, account_url(account)), *rest]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        record, staff = self.record, staff_of(self.request)
        item = record.work_item
        is_open = item is not None and item.closed_at is None
        return {
            **change_context(record, staff),
            "clock": clock_panel(item.clock) if item is not None else None,
            "told": notice_rows([record], staff),
            "review_url": (
                reverse(f"admin:{URL_NAME}", args=[item.pk])
                if item is not None and is_open and staff.has_perm(review.REVIEW)
                else ""
            ),
            "invitations": ResponseInvitation.objects.about(record),
            "timeline": timeline_page(
                record,
                staff,
                kind=self.request.GET.get("kind", ""),
                position=self.request.GET.get("from", ""),
            ),
            **super().get_context_data(**kwargs),
        }

    def allowed_actions(self) -> list[AllowedAction]:
        staff = staff_of(self.request)
        if self.record.status == ProfileChangeStatus.RESET and staff.has_perm(resetting.UNDO):
            return [
                self.action(
                    "undo",
                    _("Show it again as it was"),
                    hint=_("The operator is told the reason. What was changed since stays."),
                    key="u",
                )
            ]
        if not self.record.is_open or not staff.has_perm(SUBMIT):
            return []
        return [
            self.action(
                "withdraw",
                _("Withdrawn by the operator"),
                hint=_("It leaves the queue, also where a colleague holds it."),
                key="w",
            )
        ]

    def reason_templates(self, act: str) -> list[ReasonTemplate]:
        return templates_for(act)

    def carry_out(self, act: str, actor: StaffUser, reason: str) -> str:
        if act == "undo":
            resetting.undo_reset(
                change=self.record,
                expected_version=posted_number(self.request, "version"),
                told=reason,
                actor=actor,
                provision=Provision.PUBLIC_ACCOUNT_20_2,
                reason=reason,
            )
            return _("It is shown again as it was.")
        if act != "withdraw":
            return super().carry_out(act, actor, reason)
        review.withdraw_profile_change(
            change=self.record,
            expected_version=posted_number(self.request, "version"),
            actor=actor,
            provision=provision_of(self.record.parts),
            reason=reason,
        )
        return _("Withdrawn.")


def register() -> None:
    """Give the page its address; called when apps are ready."""
    register_page("profile-changes/<int:pk>/", ProfileChangePage, name="profile_change")
