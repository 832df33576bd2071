"""Whether an application rests on the consent of a guardian, and whether it has to."""

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Application, GuardianConsent
from accounts.rules.identity_numbers import is_minor
from compliance.errors import ActionRefused, IdentityErased
from compliance.identity import vault


def is_minor_now(application: Application) -> bool:
    """Return whether whoever applied is still a minor today; unknown counts as still."""
    if application.id_number is None:
        return application.needs_guardian
    try:
        found = is_minor(vault.read(application.id_number), timezone.localdate())
    except IdentityErased:
        return application.needs_guardian
    return application.needs_guardian if found is None else found


def valid_consent(application: Application) -> GuardianConsent | None:
    """Return the latest consent of a verified guardian that was not taken back."""
    return (
        GuardianConsent.objects.filter(
            application=application, is_verified=True, withdrawal__isnull=True
        )
        .order_by("-pk")
        .first()
    )


def needs_consent(application: Application) -> bool:
    """Return whether an application still waits for a guardian: whoever came of age needs none."""
    return (
        application.needs_guardian
        and valid_consent(application) is None
        and is_minor_now(application)
    )


def guardianship(application: Application) -> dict[str, Any]:
    """
    Return what an approval puts on record of the guardian; nothing where none is needed.

    Regulations on the Protection of Minors in Cyberspace; our choice of form. The database refuses
    an approval that lacks it.

    :raises ActionRefused: if a minor has no valid consent.
    """
    if not application.needs_guardian:
        return {}
    consent = valid_consent(application)
    if consent is not None:
        return {"guardian_consent": consent}
    if is_minor_now(application):
        raise ActionRefused(_("A minor’s account needs the consent of a verified guardian."))
    return {"needs_guardian": False}
