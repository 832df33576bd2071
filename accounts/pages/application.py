"""The page of one application, and what may be done while it waits for material."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from accounts.enums import ApplicationStatus
from accounts.models import Application
from accounts.pages.application_review import application_context, templates_for
from accounts.services import review
from compliance.errors import InvalidInput
from compliance.grounds import Grounds
from compliance.models import StaffUser
from compliance.pages.deliveries import notice_rows
from compliance.pages.desk import posted_number, staff_of
from compliance.provisions import Provision
from compliance.refusals import refusals_logged
from compliance.ui.kit import AllowedAction
from compliance.ui.pages import ConsolePage, Crumb, register_page


class ApplicationPage(ConsolePage):
    """An application as it stands; one that waits for material can be taken up or ended here."""

    permission = "accounts.view_application"
    template_name = "accounts/application.html"

    @cached_property
    def record(self) -> Application:
        """The application that the address names."""
        return get_object_or_404(
            Application.objects.with_identity().prefetch_related("checks"), pk=self.kwargs["pk"]
        )

    def get_title(self) -> str:
        return _("Application %(uid)s") % {"uid": self.record.platform_uid}

    def breadcrumbs(self) -> list[Crumb]:
        return [
            Crumb(_("applications"), reverse("admin:accounts_application_changelist")),
            Crumb(self.get_title()),
        ]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return {
            "record": self.record,
            "actions": self.allowed_actions(),
            "told": notice_rows([self.record], staff_of(self.request)),
            **application_context(self.record, staff_of(self.request)),
            **super().get_context_data(**kwargs),
        }

    def allowed_actions(self) -> list[AllowedAction]:
        """Return what the person at the screen may do about it now."""
        waits = self.record.status == ApplicationStatus.WAITING_MATERIAL
        if not waits or not staff_of(self.request).has_perm("accounts.review_application"):
            return []
        common: dict[str, Any] = {"url": self.request.path, "version": self.record.version}
        return [
            AllowedAction(
                code="resume_review",
                label=_("The material is there"),
                hint=_("The application goes back into the queue of applications to review."),
                key="m",
                **common,
            ),
            AllowedAction(
                code="refuse",
                label=_("Refuse"),
                reason_label=_("Reason told to the applicant"),
                reason_templates=templates_for("refuse"),
                hint=_("The way to appeal is added to what you write."),
                tone="danger",
                key="r",
                **common,
            ),
            AllowedAction(
                code="withdraw",
                label=_("Withdrawn by the applicant"),
                reason_templates=templates_for("withdraw"),
                **common,
            ),
        ]

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        act, actor = request.POST.get("action", ""), staff_of(request)
        with refusals_logged(
            action=f"accounts.application.{act or 'unknown'}",
            target=self.record,
            actor=actor,
            provision=Provision.PUBLIC_ACCOUNT_8_1,
        ):
            said = self.carry_out(act, actor, request.POST.get("reason", ""))
        return self.redirect(request.path, said)

    def carry_out(self, act: str, actor: StaffUser, reason: str) -> str:
        """
        Call the one service that the button stands for and return what to say about it.

        :raises InvalidInput: if the form names something that this page does not offer.
        """
        version = posted_number(self.request, "version")
        grounds: Grounds = {
            "actor": actor,
            "provision": Provision.PUBLIC_ACCOUNT_8_1,
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
        raise InvalidInput(_("This page does not offer that act."))

    def show_refusal(self, refusal: Any) -> HttpResponse:
        # What was read before the refusal may be what made it: read again.
        self.__dict__.pop("record", None)
        return super().show_refusal(refusal)


def register() -> None:
    """Give the page its address; called when apps are ready."""
    register_page("applications/<int:pk>/", ApplicationPage, name="application")
