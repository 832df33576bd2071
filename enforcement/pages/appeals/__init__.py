"""Appeals on the screen: heard and decided, written down, and the page that a code opens."""

from enforcement.pages.appeals import handling, intake, panels, public, public_letters

__all__ = ["register"]


def register() -> None:
    """Give pages, panels and queues their places; called when apps are ready."""
    for page in (handling, intake, panels, public, public_letters):
        page.register()
