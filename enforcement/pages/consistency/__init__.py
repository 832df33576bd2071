"""Consistency on the screen: what is comparable, second looks, the figures of a month."""

from enforcement.pages.consistency import admin, conclusion, look, months, record, rule

__all__ = ["admin", "register"]


def register() -> None:
    """Give the pages their addresses, and the queues their places; called when apps are ready."""
    look.register()
    conclusion.register()
    record.register()
    months.register()
    rule.register()
