"""How consents of guardians are worded for the pages that show them."""

from typing import Final

from django.db.models import TextChoices
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Application, GuardianConsent
from accounts.pages.presentation import instant
from accounts.services.guardians.standing import is_minor_now, valid_consent
from compliance.models import StaffUser
from compliance.pages.reveal import reveal_url
from compliance.ui.kit import Badge, Fact


class ConsentState(TextChoices):
    """Whether a consent carries an account today."""

    HOLDS = "holds", gettext_lazy("holds")
    NOT_NEEDED = "not_needed", gettext_lazy("no longer needed: of age")
    TAKEN_BACK = "taken_back", gettext_lazy("taken back")
    NOT_VERIFIED = "not_verified", gettext_lazy("identity of the guardian not verified")
    REPLACED = "replaced", gettext_lazy("replaced by a later one")


_TONES: Final = {
    ConsentState.HOLDS: "good",
    ConsentState.TAKEN_BACK: "danger",
    ConsentState.NOT_VERIFIED: "warning",
}


def state_of(consent: GuardianConsent) -> ConsentState:
    """Return where a consent stands today."""
    if getattr(consent, "withdrawal", None) is not None:
        return ConsentState.TAKEN_BACK
    if not consent.is_verified:
        return ConsentState.NOT_VERIFIED
    if not is_minor_now(consent.application):
        return ConsentState.NOT_NEEDED
    counts = consent.application.guardian_consent or valid_consent(consent.application)
    return ConsentState.HOLDS if counts == consent else ConsentState.REPLACED


def state_badge(consent: GuardianConsent) -> Badge:
    """Return the state of a consent as a word with a colour."""
    state = state_of(consent)
    return Badge(text=state.label, tone=_TONES.get(state, ""))


def consent_url(consent: GuardianConsent, staff: StaffUser) -> str:
    """Return the page of a consent, for whoever may read it."""
    if not staff.has_perm("accounts.view_guardianconsent"):
        return ""
    return reverse("admin:guardian_consent", args=[consent.pk])


def guardian_facts(application: Application, staff: StaffUser) -> list[Fact]:
    """Return what is known of a minor's guardian, masked; nothing where none is needed."""
    if not application.needs_guardian:
        return []
    consents = GuardianConsent.objects.filter(application=application).select_related(
        "name", "id_number", "mobile", "withdrawal"
    )
    facts = [
        Fact(
            _("Still a minor"),
            _("yes") if is_minor_now(application) else _("no: no consent is needed any more"),
        )
    ]
    for consent in consents.order_by("-pk"):
        facts += consent_facts(consent, staff)
    if len(facts) == 1:
        facts.append(Fact(_("Consent"), _("none yet")))
    return facts


def consent_facts(consent: GuardianConsent, staff: StaffUser) -> list[Fact]:
    """Return one consent: who gave it, masked, by what it was verified, whether it still holds."""
    withdrawal = getattr(consent, "withdrawal", None)
    return [
        Fact(
            _("Guardian"),
            consent.name.masked,
            hint=consent.get_relation_display(),
            url=reveal_url(consent.name, staff),
        ),
        Fact(
            _("Document number"),
            consent.id_number.masked,
            hint=consent.get_id_type_display(),
            url=reveal_url(consent.id_number, staff),
            is_code=True,
        ),
        Fact(
            _("Mobile number"),
            consent.mobile.masked,
            url=reveal_url(consent.mobile, staff),
            is_code=True,
        ),
        Fact(
            _("Identity verified"),
            _("yes") if consent.is_verified else _("no"),
            hint=_("by the provider “%(provider)s”") % {"provider": consent.provider}
            if consent.is_verified
            else "",
        ),
        Fact(
            _("Consent"),
            instant(consent.given_at),
            hint=_("declaration %(version)s") % {"version": consent.declaration},
            url=consent_url(consent, staff),
        ),
        *(
            [Fact(_("Taken back"), instant(withdrawal.received_at))]
            if withdrawal is not None
            else []
        ),
    ]
