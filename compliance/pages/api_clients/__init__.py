"""Pages on which clients of the API are kept: by one role, and where they may write by two."""

from django.utils.translation import gettext_lazy

from compliance.pages.api_clients import desk
from compliance.pages.api_clients.add import AddClientPage
from compliance.pages.api_clients.client import KEEP, ApiClientPage
from compliance.ui.navigation import register_link
from compliance.ui.pages import register_page


def register() -> None:
    """Give the pages their addresses; called when apps are ready."""
    register_page("clients/add/", AddClientPage, name="add_api_client")
    register_page("clients/<int:pk>/", ApiClientPage, name="api_client")
    register_link(
        "people",
        gettext_lazy("Add an API client"),
        view="admin:add_api_client",
        permission=KEEP,
        icon="add_link",
        order=45,
    )
    desk.register()
