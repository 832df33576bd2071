"""The package as a Django app."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """Registers what the package adds to the console."""

    name = "accounts"
    default_auto_field = "django.db.models.BigAutoField"
