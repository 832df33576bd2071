"""Entries of the blacklist on the screen: read, reviewed, removed by two."""

from enforcement.pages.blacklist import entry, review

__all__ = ["register"]


def register() -> None:
    """Give the pages their addresses, and the queue its place; called when apps are ready."""
    entry.register()
    review.register()
