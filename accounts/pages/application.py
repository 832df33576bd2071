"""The page of one application, and what may be done while it waits for material."""

from typing import Any

from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.enums import ApplicationStatus
from accounts.models import Application
from accounts.pages.application_review import URL_NAME, application_context, templates_for
from accounts.services import review
from compliance.grounds import Grounds
from compliance.models import Clock, StaffUser
from compliance.pages.clock_panel import clock_panel
from compliance.pages.deliveries import notice_rows
from compliance.pages.door import posted_number, staff_of
from compliance.pages.overdue import register_clock_page
from compliance.pages.record import RecordPage
from compliance.provisions import Provision
from compliance.ui.kit import AllowedAction, ReasonTemplate
from compliance.ui.pages import register_page


class ApplicationPage(RecordPage):
    """An application as it stands; one that waits for material can be taken up or ended here."""

    permission = "accounts.view_application"
    template_name = "accounts/application.html"
    list_title = gettext_lazy("applications")
    list_url_name = "admin:accounts_application_changelist"
    provision = Provision.PUBLIC_ACCOUNT_8_1

    def find_record(self) -> Application:
        return get_object_or_404(
            Application.objects.with_identity().prefetch_related("checks"), pk=self.kwargs["pk"]
        )

    def get_title(self) -> str:
        return _("Application %(uid)s") % {"uid": self.record.platform_uid}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        item = self.record.work_item
        clocks = [self.record.material_clock, item.clock if item is not None else None]
        return {
            "review_url": (
                reverse(f"admin:{URL_NAME}", args=[item.pk])
                if item is not None
                and item.closed_at is None
                and staff_of(self.request).has_perm("accounts.review_application")
                else ""
            ),
            "clocks": [clock_panel(each) for each in clocks if each is not None],
            "told": notice_rows([self.record], staff_of(self.request)),
            **application_context(self.record, staff_of(self.request)),
            **super().get_context_data(**kwargs),
        }

    def allowed_actions(self) -> list[AllowedAction]:
        waits = self.record.status == ApplicationStatus.WAITING_MATERIAL
        if not waits or not staff_of(self.request).has_perm("accounts.review_application"):
            return []
        return [
            self.action(
                "resume_review",
                _("The material is there"),
                hint=_("The application goes back into the queue of applications to review."),
                key="m",
            ),
            self.action(
                "refuse",
                _("Refuse"),
                reason_label=_("Reason told to the applicant"),
                hint=_("The way to appeal is added to what you write."),
                tone="danger",
                key="r",
            ),
            self.action("withdraw", _("Withdrawn by the applicant")),
        ]

    def reason_templates(self, act: str) -> list[ReasonTemplate]:
        # That the material came needs no ready-made words.
        return templates_for(act) if act != "resume_review" else []

    def carry_out(self, act: str, actor: StaffUser, reason: str) -> str:
        version = posted_number(self.request, "version")
        grounds: Grounds = {
            "actor": actor,
            "provision": self.provision,
            "reason": reason,
        }
        if act == "resume_review":
            review.resume_review(application=self.record, expected_version=version, **grounds)
            return _("The application is back in its queue.")
        if act == "refuse":
            review.refuse_application(
                application=self.record,
                fence=None,
                expected_version=version,
                told=reason,
                **grounds,
            )
            return _("Refused.")
        if act == "withdraw":
            review.withdraw_application(
                application=self.record, fence=None, expected_version=version, **grounds
            )
            return _("Withdrawn.")
        return super().carry_out(act, actor, reason)


def page_of_clock(clock: Clock) -> str:
    """Return the page of the application that a clock for material belongs to, or ""."""
    found = Application.objects.filter(material_clock=clock).values_list("pk", flat=True).first()
    return reverse("admin:application", args=[found]) if found is not None else ""


def register() -> None:
    """Give the page its address; called when apps are ready."""
    register_page("applications/<int:pk>/", ApplicationPage, name="application")
    register_clock_page(page_of_clock)
