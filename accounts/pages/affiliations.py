"""The page on which it is noted that an account is tied to the platform, and the card that says so."""

from typing import Any, Final

from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Affiliation, PublicAccount
from accounts.pages.addresses import account_url
from accounts.pages.presentation import instant
from accounts.powers_words import AffiliationKind
from accounts.services.affiliations import NOTE, affiliation_of, end_affiliation, note_affiliation
from compliance.grounds import Grounds
from compliance.models import StaffUser
from compliance.pages.door import staff_of
from compliance.pages.record import (
    Panel,
    PanelRow,
    RecordLink,
    RecordPage,
    register_panel,
    register_record_link,
)
from compliance.pages.timeline import timeline_of
from compliance.provisions import Provision
from compliance.ui.kit import AllowedAction, Choice
from compliance.ui.pages import register_page

VIEW: Final = "accounts.view_affiliation"
ACCOUNT: Final = "accounts.publicaccount"


class AffiliationPage(RecordPage):
    """How one account is or was tied to the platform."""

    permission = VIEW
    template_name = "accounts/affiliation.html"
    list_title = gettext_lazy("public accounts")
    list_url_name = "admin:accounts_publicaccount_changelist"
    provision = Provision.OPINIONS_2

    def find_record(self) -> PublicAccount:
        return get_object_or_404(PublicAccount, pk=self.kwargs["pk"])

    def get_title(self) -> str:
        return _("Tie to the platform: %(name)s") % {"name": self.record.name}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        ties = list(self.record.affiliations.order_by("-pk"))
        return {
            "account_url": account_url(self.record),
            "panel": Panel(
                title=_("Ties to the platform"),
                rows=[_row(each) for each in ties],
                empty=_("None is noted."),
                hint=_("Nothing is limited or allowed by it; decisions are counted beside others."),
            ),
            "steps": timeline_of(*ties) if ties else [],
            **super().get_context_data(**kwargs),
        }

    def allowed_actions(self) -> list[AllowedAction]:
        if not staff_of(self.request).has_perm(NOTE):
            return []
        if affiliation_of(self.record) is not None:
            return [self.action("end", _("Note that it has ended"), key="r")]
        return [
            self.action(
                "note",
                _("Note a tie to the platform"),
                choices_name="kind",
                choices_label=_("Tie to the platform"),
                choices=[Choice(value, str(label)) for value, label in AffiliationKind.choices],
                reason_label=_("What it rests on"),
                tone="primary",
                key="a",
            )
        ]

    def carry_out(self, act: str, actor: StaffUser, reason: str) -> str:
        grounds = Grounds(actor=actor, provision=self.provision, reason=reason)
        if act == "note":
            note_affiliation(account=self.record, kind=self.request.POST.get("kind", ""), **grounds)
            return _("Noted.")
        if act == "end":
            end_affiliation(account=self.record, **grounds)
            return _("Noted.")
        return super().carry_out(act, actor, reason)


def _row(tie: Affiliation) -> PanelRow:
    until = instant(tie.ended_at) if tie.ended_at is not None else _("now")
    return PanelRow(
        label=tie.get_kind_display(),
        hint=tie.ground,
        value=f"{instant(tie.since)} – {until}",
    )


def affiliation_url(account: PublicAccount) -> str:
    """Return the address of the page."""
    return reverse("admin:affiliation", args=[account.pk])


def affiliation_panel(account: PublicAccount, staff: StaffUser) -> Panel | None:
    """Return that an account is tied to the platform; nothing of all others."""
    tie = affiliation_of(account) if staff.has_perm(VIEW) else None
    if tie is None:
        return None
    return Panel(
        title=_("Tie to the platform"),
        rows=[_row(tie)],
        more_url=affiliation_url(account),
        more_label=_("All"),
    )


def noting_link(account: PublicAccount, staff: StaffUser) -> RecordLink | None:
    """Return the way on for whoever notes ties."""
    if not staff.has_perm(NOTE):
        return None
    return RecordLink(label=_("Tie to the platform"), url=affiliation_url(account))


def register() -> None:
    """Give the page its address, its card and its link; called when apps are ready."""
    register_page("accounts/<int:pk>/affiliation/", AffiliationPage, name="affiliation")
    register_panel(ACCOUNT, affiliation_panel, order=60)
    register_record_link(ACCOUNT, noting_link)
