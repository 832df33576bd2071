"""How consents of guardians are worded for the pages that show them."""

from django.utils.translation import gettext as _

from accounts.models import Application, GuardianConsent
from accounts.pages.presentation import instant
from accounts.services.guardians.standing import is_minor_now
from compliance.models import StaffUser
from compliance.pages.reveal import reveal_url
from compliance.ui.kit import Fact


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
        ),
        *(
            [Fact(_("Taken back"), instant(withdrawal.received_at))]
            if withdrawal is not None
            else []
        ),
    ]
