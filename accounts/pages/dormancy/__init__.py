"""Dormant accounts on the screen: read, resumed, ended in batches, undone; and by which rule."""

from accounts.pages.dormancy import batch, record, rule

__all__ = ["register"]


def register() -> None:
    """Give the pages their addresses and their places; called when apps are ready."""
    record.register()
    batch.register()
    rule.register()
