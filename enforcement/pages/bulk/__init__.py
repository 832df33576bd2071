"""Decisions on many accounts on the screen: drafted, looked at, approved, followed and undone."""

from enforcement.pages.bulk import admin, draft, exports, record

__all__ = ["admin", "register"]


def register() -> None:
    """Give the pages their addresses and their places; called when apps are ready."""
    draft.register()
    record.register()
    exports.register()
