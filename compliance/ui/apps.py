"""The two application entries of the console's look."""

from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig


class UiConfig(AppConfig):
    """Templates, tags and static files of the console."""

    name = "compliance.ui"
    label = "ui"


class ConsoleAdminConfig(AdminConfig):
    """Stands in for `django.contrib.admin`, so that `admin.site` is the console."""

    default_site = "compliance.ui.site.ConsoleSite"
