"""How applications for more accounts are worded for the pages that show them."""

from typing import Any, Final

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.allowance_words import AllowanceStatus
from accounts.models import AccountAllowance
from accounts.pages.addresses import subject_url
from accounts.pages.presentation import instant
from accounts.pages.shown_files import files_context
from accounts.services.allowances.submission import materials_of, places_taken, present_cap
from compliance.models import StaffUser
from compliance.ui.kit import Badge, Fact

TONES: Final = {
    AllowanceStatus.SUBMITTED: "info",
    AllowanceStatus.IN_REVIEW: "info",
    AllowanceStatus.WAITING_MATERIAL: "warning",
    AllowanceStatus.PROPOSED: "warning",
    AllowanceStatus.GRANTED: "good",
    AllowanceStatus.REFUSED: "danger",
    AllowanceStatus.WITHDRAWN: "",
    AllowanceStatus.ENDED: "",
}


def allowance_url(allowance: AccountAllowance) -> str:
    """Return the address of the page of an application for more accounts."""
    return reverse("admin:allowance", args=[allowance.pk])


def allowance_badge(allowance: AccountAllowance) -> Badge:
    """Return how an application for more accounts stands."""
    status = AllowanceStatus(allowance.status)
    return Badge(text=status.label, tone=TONES[status])


def allowance_facts(allowance: AccountAllowance, staff: StaffUser) -> list[Fact]:
    """Return what was asked for and what came of it."""
    subject = allowance.subject
    facts = [
        Fact(
            _("Subject"),
            str(subject),
            hint=subject.get_nature_display(),
            url=subject_url(subject, staff),
        ),
        Fact(_("Applied by account number"), allowance.platform_uid, is_code=True),
        Fact(
            _("Accounts now"),
            str(places_taken(subject)),
            hint=present_cap(subject),
        ),
        Fact(_("Accounts asked for"), str(allowance.wanted)),
        Fact(_("Purpose"), allowance.purpose),
        *(Fact(_("For an account"), each) for each in allowance.uses),
        Fact(_("Business scope"), allowance.business_scope),
        Fact(_("Received"), instant(allowance.received_at), hint=allowance.get_source_display()),
    ]
    if allowance.granted is not None:
        facts.append(
            Fact(
                _("Accounts granted"),
                str(allowance.granted),
                hint=(
                    _("until %(time)s") % {"time": allowance.valid_until.isoformat()}
                    if allowance.valid_until is not None
                    else _("without end")
                ),
            )
        )
    if allowance.decided_by is not None:
        facts.append(
            Fact(_("Decided at"), instant(allowance.decided_at), hint=allowance.decided_by.name)
        )
    if allowance.ended_at is not None:
        facts.append(Fact(_("Ended at"), instant(allowance.ended_at)))
    return facts


def material_context(allowance: AccountAllowance, staff: StaffUser) -> dict[str, Any]:
    """Return what the pages of an application for more accounts show of its material."""
    return files_context([(each.shows, each.file) for each in materials_of(allowance)], staff)
