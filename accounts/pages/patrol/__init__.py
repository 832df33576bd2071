"""Patrols on the screen: planned, their coverage, and the check of one account."""

from accounts.pages.patrol import check, coverage, rule

__all__ = ["register"]


def register() -> None:
    """Give the pages their addresses, and the queue its place; called when apps are ready."""
    check.register()
    coverage.register()
    rule.register()
