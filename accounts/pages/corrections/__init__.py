"""Corrections on the screen: ordered, read, reviewed."""

from accounts.pages.corrections import documents, ordering, panels, record, review, searches

__all__ = ["register"]


def register() -> None:
    """Give the pages their addresses, their queue and their panels; called when apps are ready."""
    ordering.register()
    record.register()
    review.register()
    documents.register()
    panels.register()
    searches.register()
