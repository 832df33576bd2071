"""The package as a Django app."""

from django.apps import AppConfig


class EnforcementConfig(AppConfig):
    """Registers what the package adds to the console."""

    name = "enforcement"
    default_auto_field = "django.db.models.BigAutoField"
