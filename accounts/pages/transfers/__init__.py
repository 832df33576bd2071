"""Transfers on the screen: reviewed, approved, read, entered; and those made without approval."""

from accounts.pages.transfers import (
    entering,
    panels,
    papers,
    record,
    regularising,
    review,
    searches,
)

__all__ = ["register"]


def register() -> None:
    """Give the pages their addresses, their queue and their panels; called when apps are ready."""
    review.register()
    record.register()
    papers.register()
    entering.register()
    regularising.register()
    panels.register()
    searches.register()
