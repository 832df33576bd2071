"""What accounts may earn by and do with comments, on their pages."""

from accounts.pages.powers import panels, record

__all__ = ["register"]


def register() -> None:
    """Put panels and pages in their places; called when apps are ready."""
    panels.register()
    record.register()
