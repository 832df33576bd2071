"""Qualifications on the screen: reviewed, read, handed in, looked at again; and their types."""

from accounts.pages.qualifications import (
    checks,
    documents,
    entering,
    panels,
    record,
    review,
    searches,
    types,
)

__all__ = ["register"]


def register() -> None:
    """Give the pages their addresses, their queue and their panels; called when apps are ready."""
    review.register()
    record.register()
    documents.register()
    entering.register()
    checks.register()
    types.register()
    panels.register()
    searches.register()
