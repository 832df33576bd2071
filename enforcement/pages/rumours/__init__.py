"""The handling of rumours on the screen, and the refutations that everybody reads."""

from enforcement.pages.rumours import (
    admin,
    figures,
    handling,
    material,
    opening,
    panels,
    public,
    review,
)

__all__ = ["admin", "register"]


def register() -> None:
    """Give pages, panels and queues their places; called when apps are ready."""
    for page in (opening, handling, material, review, figures, panels, public):
        page.register()
