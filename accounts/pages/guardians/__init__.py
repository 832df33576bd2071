"""Consents of guardians on the screen: shown with the application, decided when taken back."""

from accounts.pages.guardians import record, review

__all__ = ["register"]


def register() -> None:
    """Give the pages their addresses and the queue its place; called when apps are ready."""
    record.register()
    review.register()
