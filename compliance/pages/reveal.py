"""The page on which one piece of identity data is shown in the clear, after that is on record."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from compliance.identity import minors, vault
from compliance.minor_reveals import ask_reveal
from compliance.models import IdentityValue, Proposal, StaffUser
from compliance.pages.door import staff_of
from compliance.pages.limits import named_proposal
from compliance.pages.minor_reveals import end_request
from compliance.pages.whose import label_of, whose
from compliance.provisions import Provision
from compliance.refusals import refusals_logged
from compliance.ui.kit import AllowedAction, Fact
from compliance.ui.pages import ConsolePage, register_page


def reveal_url(value: IdentityValue | None, staff: StaffUser) -> str:
    """Return where a value is revealed, or "" for whoever may not or where there is none."""
    if value is None or not staff.has_perm(vault.permission_to_reveal(value)):
        return ""
    return reverse("admin:reveal_identity", args=[value.pk])


class RevealPage(ConsolePage):
    """Asks for a reason, records the reveal, and shows the value once, marked with who saw it."""

    title = gettext_lazy("Reveal identity data")
    template_name = "identity/reveal.html"

    def has_permission(self, request: HttpRequest) -> bool:
        if not super().has_permission(request):
            return False
        if request.user.has_perm(vault.REVEAL):
            # Whoever may reveal at all learns what there is not; the rest is asked of the value.
            return staff_of(request).has_perm(vault.permission_to_reveal(self.value))
        found = IdentityValue.objects.filter(pk=self.kwargs["pk"]).first()
        return found is not None and staff_of(request).has_perm(vault.permission_to_reveal(found))

    @cached_property
    def value(self) -> IdentityValue:
        """The value that the address names."""
        return get_object_or_404(IdentityValue.objects.select_related("key"), pk=self.kwargs["pk"])

    @cached_property
    def is_of_minor(self) -> bool:
        """Whether a second person has to approve first that it is shown."""
        return minors.is_of_minor(self.value)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        staff = staff_of(self.request)
        facts = [Fact(label_of(self.value, staff), self.value.masked)]
        known = whose(self.value, staff)
        facts += known.facts if known is not None else []
        context = super().get_context_data(**kwargs)
        if not self.is_of_minor:
            return {"facts": facts, "action": self.revealing(), **context}
        facts.append(Fact(_("Of a minor"), _("Somebody else approves first that it is shown.")))
        standing = minors.standing_of(self.value, staff.person)
        if standing.approval is not None:
            lapses = timezone.localtime(standing.approval.outcome.at + minors.APPROVED_FOR)
            facts.append(
                Fact(_("Approved"), _("for one look, until %(time)s") % {"time": f"{lapses:%H:%M}"})
            )
            return {"facts": facts, "action": self.revealing(), **context}
        if standing.asked is not None:
            facts.append(Fact(_("Asked for"), timezone.localtime(standing.asked.proposed_at)))
            return {"facts": facts, "action": self.withdrawing(standing.asked), **context}
        asked = [(each, label_of(each, staff)) for each in minors.kept_with(self.value)]
        return {"facts": facts, "action": None, "asked": asked, **context}

    def revealing(self) -> AllowedAction:
        """Return the act by which the value is shown."""
        return AllowedAction(
            code="reveal",
            label=_("Reveal"),
            url=self.request.path,
            hint=_("Who looked, when and why is put on record before the value is shown."),
            is_open=True,
            key="r",
        )

    def withdrawing(self, asked: Proposal) -> AllowedAction:
        """Return the act by which a request is taken back."""
        return AllowedAction(
            code="withdraw",
            label=_("Withdraw"),
            url=self.request.path,
            hidden={"proposal": asked.pk},
        )

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        actor, act = staff_of(request), request.POST.get("action", "")
        if act == "ask":
            return self.ask(actor)
        if act == "withdraw":
            proposal = named_proposal(request, minors.KIND)
            said = end_request(act, proposal, actor, request.POST.get("reason", ""))
            return self.redirect(request.path, said)
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

    def ask(self, actor: StaffUser) -> HttpResponse:
        """Ask somebody else to approve that the chosen values are shown."""
        chosen = self.request.POST.getlist("values")
        values = [each for each in minors.kept_with(self.value) if str(each.pk) in chosen]
        with refusals_logged(
            action="compliance.minor_reveal.ask",
            target=self.value,
            actor=actor,
            provision=Provision.MINORS_36,
        ):
            ask_reveal(
                values=values,
                actor=actor,
                provision=Provision.MINORS_36,
                reason=self.request.POST.get("reason", ""),
            )
        return self.redirect(
            self.request.path, _("Asked for; somebody else has to approve that it is shown.")
        )


def register() -> None:
    """Give the page its address; called when apps are ready."""
    register_page("identity/<int:pk>/reveal/", RevealPage, name="reveal_identity")
