"""Stops at the operator's wish on the screen: entered, read, taken back, resumed."""

from accounts.pages.stops import panels, record

__all__ = ["register"]


def register() -> None:
    """Give the pages their addresses and panels; called when apps are ready."""
    record.register()
    panels.register()
