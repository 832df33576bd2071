"""The floor as a Django app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ComplianceConfig(AppConfig):
    """People, log, proposals, work and identity data."""

    name = "compliance"
    verbose_name = _("Console")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        # Models are loaded only now.
        from compliance import checks, registration, roles  # noqa: F401
        from compliance.evidence import tasks  # noqa: F401

        registration.register()
