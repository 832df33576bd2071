"""The page on which one piece of identity data is shown in the clear, after that is on record."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from compliance.identity import vault
from compliance.models import IdentityValue, StaffUser
from compliance.pages.door import staff_of
from compliance.provisions import Provision
from compliance.refusals import refusals_logged
from compliance.ui.kit import AllowedAction, Fact
from compliance.ui.pages import ConsolePage, register_page

PERMISSION = "compliance.reveal_identity"


def reveal_url(value: IdentityValue | None, staff: StaffUser) -> str:
    """Return where a value is revealed, or "" for whoever may not or where there is none."""
    if value is None or not staff.has_perm(PERMISSION):
        return ""
    return reverse("admin:reveal_identity", args=[value.pk])


class RevealPage(ConsolePage):
    """Asks for a reason, records the reveal, and shows the value once, marked with who saw it."""

    title = gettext_lazy("Reveal identity data")
    permission = PERMISSION
    template_name = "identity/reveal.html"

    @cached_property
    def value(self) -> IdentityValue:
        """The value that the address names."""
        return get_object_or_404(IdentityValue.objects.select_related("key"), pk=self.kwargs["pk"])

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return {
            "facts": [Fact(self.value.get_field_display(), self.value.masked)],
            "action": AllowedAction(
                code="reveal",
                label=_("Reveal"),
                url=self.request.path,
                hint=_("Who looked, when and why is put on record before the value is shown."),
                is_open=True,
                key="r",
            ),
            **super().get_context_data(**kwargs),
        }

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        actor = staff_of(request)
        with refusals_logged(
            action="compliance.identityvalue.reveal",
            target=self.value,
            actor=actor,
            provision=Provision.PIPL_51,
        ):
            shown = vault.reveal(
                value=self.value,
                actor=actor,
                provision=Provision.PIPL_51,
                reason=request.POST.get("reason", ""),
            )
        context = self.get_context_data(**self.kwargs)
        context |= {
            "facts": [Fact(self.value.get_field_display(), shown, is_code=True)],
            "action": None,
            "watermark": _("Shown to %(name)s at %(time)s. Do not pass it on.")
            % {"name": actor.person, "time": timezone.localtime().strftime("%Y-%m-%d %H:%M:%S")},
        }
        return self.render_to_response(context)


def register() -> None:
    """Give the page its address; called when apps are ready."""
    register_page("identity/<int:pk>/reveal/", RevealPage, name="reveal_identity")
