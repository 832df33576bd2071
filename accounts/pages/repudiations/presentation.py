"""How claims of identities used without consent are worded for the pages that show them."""

from typing import Any, Final

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import Repudiation
from accounts.pages.addresses import account_url, subject_url
from accounts.pages.presentation import instant
from accounts.pages.shown_files import files_context
from accounts.repudiation_words import RepudiationStatus
from accounts.services.repudiations.review import protections_of
from accounts.services.repudiations.submission import accounts_in_the_name, materials_of
from compliance.models import StaffUser
from compliance.pages.reveal import reveal_url
from compliance.ui.kit import Badge, Fact

TONES: Final = {
    RepudiationStatus.SUBMITTED: "warning",
    RepudiationStatus.IN_REVIEW: "info",
    RepudiationStatus.WAITING_STATEMENT: "warning",
    RepudiationStatus.WAITING_MATERIAL: "warning",
    RepudiationStatus.PROPOSED: "warning",
    RepudiationStatus.UPHELD: "good",
    RepudiationStatus.NOT_UPHELD: "danger",
    RepudiationStatus.WITHDRAWN: "",
    RepudiationStatus.REVERSED: "danger",
}


def repudiation_url(repudiation: Repudiation) -> str:
    """Return the address of the page of a claim."""
    return reverse("admin:repudiation", args=[repudiation.pk])


def repudiation_badge(repudiation: Repudiation) -> Badge:
    """Return how a claim stands."""
    status = RepudiationStatus(repudiation.status)
    return Badge(text=status.label, tone=TONES[status])


def repudiation_facts(repudiation: Repudiation, staff: StaffUser) -> list[Fact]:
    """Return who claims what, masked; what stands in the name only once the identity is verified."""
    facts = [
        Fact(_("Claimant"), repudiation.name.masked, url=reveal_url(repudiation.name, staff)),
        Fact(_("Document type"), repudiation.get_id_type_display()),
        Fact(
            _("Document number"),
            repudiation.id_number.masked,
            url=reveal_url(repudiation.id_number, staff),
            is_code=True,
        ),
        Fact(
            _("Mobile number"),
            repudiation.mobile.masked,
            url=reveal_url(repudiation.mobile, staff),
            is_code=True,
        ),
        Fact(_("Account as the claimant names it"), repudiation.account_hint),
        Fact(
            _("Received"),
            instant(repudiation.received_at),
            hint=repudiation.get_source_display(),
        ),
        Fact(
            _("Identity verified"),
            instant(repudiation.verified_at) or _("no"),
            hint=repudiation.get_proof_display(),
        ),
    ]
    if repudiation.verified_at is not None:
        facts += _in_the_name(repudiation, staff)
    if repudiation.decided_by is not None:
        facts.append(
            Fact(_("Decided at"), instant(repudiation.decided_at), hint=repudiation.decided_by.name)
        )
    return facts


def _in_the_name(repudiation: Repudiation, staff: StaffUser) -> list[Fact]:
    subject, account = repudiation.subject, repudiation.account
    facts = [
        Fact(
            _("Subject"),
            str(subject) if subject is not None else _("none"),
            url=subject_url(subject, staff) if subject is not None else "",
        ),
        Fact(
            _("Account the claim is about"),
            account.name if account is not None else _("not yet said"),
            hint=account.platform_uid if account is not None else "",
            url=account_url(account) if account is not None else "",
        ),
    ]
    facts += [
        Fact(
            _("In the claimant’s name"),
            each.name,
            hint=f"{each.platform_uid} · {each.get_status_display()}",
            url=account_url(each),
        )
        for each in accounts_in_the_name(subject)
        if each != account
    ]
    if protections_of(repudiation):
        facts.append(Fact(_("Service"), _("suspended because of this claim")))
    if repudiation.unknown_subject is not None:
        facts.append(
            Fact(
                _("Subject without identity"),
                str(repudiation.unknown_subject),
                url=subject_url(repudiation.unknown_subject, staff),
            )
        )
        facts.append(Fact(_("Bars lifted with it"), str(len(repudiation.lifted_bars))))
    return facts


def material_context(repudiation: Repudiation, staff: StaffUser) -> dict[str, Any]:
    """Return what both sides sent; of whoever is not yet verified, what they sent alone."""
    attached = [
        (
            _("%(party)s: words") % {"party": each.get_party_display()}
            if each.is_statement
            else _("%(party)s: file") % {"party": each.get_party_display()},
            each.file,
        )
        for each in materials_of(repudiation)
    ]
    return files_context(attached, staff)
