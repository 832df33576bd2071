"""The package as a Django app."""

from django.apps import AppConfig


class ReportsConfig(AppConfig):
    """Registers what the package adds to the console."""

    name = "reports"
    default_auto_field = "django.db.models.BigAutoField"
