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

    def ready(self) -> None:
        """Find the pages of all packages; those that libraries bring open to no role of ours."""
        super().ready()
        # The registry is there only now.
        from django.contrib import admin

        from compliance.ui.admin import ConsoleAdmin

        for model, page in list(admin.site._registry.items()):
            if not isinstance(page, ConsoleAdmin):
                admin.site.unregister(model)
