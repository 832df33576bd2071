"""The watch list on the screen; every look at it is on record."""

from enforcement.pages.watchlist import add, admin, entry, panels

__all__ = ["admin", "register"]


def register() -> None:
    """Give pages, panels and the card their places; called when apps are ready."""
    add.register()
    entry.register()
    panels.register()
