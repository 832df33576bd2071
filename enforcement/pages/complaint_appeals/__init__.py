"""Appeals of complainants on the screen and on the tracking page."""

from enforcement.pages.complaint_appeals import admin, handling, panels, tracking

__all__ = ["admin", "register"]


def register() -> None:
    """Give pages, panels and queues their places; called when apps are ready."""
    for page in (handling, panels, tracking):
        page.register()
