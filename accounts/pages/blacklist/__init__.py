"""Matches with the blacklist on the screen, and what accounts and subjects show of its entries."""

from accounts.pages.blacklist import match, panels

__all__ = ["register"]


def register() -> None:
    """Give page, queue and panels their places; called when apps are ready."""
    match.register()
    panels.register()
