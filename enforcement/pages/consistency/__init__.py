"""Consistency on the screen: what is comparable, second looks, the figures of a month."""

from enforcement.pages.consistency import conclusion, lists, look, record, rule

__all__ = ["lists", "register"]


def register() -> None:
    """Give the pages their addresses, and the queues their places; called when apps are ready."""
    look.register()
    conclusion.register()
    record.register()
    rule.register()
