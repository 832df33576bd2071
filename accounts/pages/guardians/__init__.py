"""Consents of guardians on the screen: shown with the application, decided when taken back."""

from accounts.pages.guardians import review

__all__ = ["register"]


def register() -> None:
    """Give the page its address and the queue its place; called when apps are ready."""
    review.register()
