"""Complaints on the public pages and on the screen."""

from enforcement.pages.complaints import (
    admin,
    entering,
    infringements,
    panels,
    public,
    queues,
    record,
    together,
    tracking,
    writing_down,
)

__all__ = ["admin", "register"]


def register() -> None:
    """Give the pages their addresses, their queues and their panels; called when apps are ready."""
    for page in (
        public,
        tracking,
        entering,
        writing_down,
        queues,
        record,
        panels,
        infringements,
        together,
    ):
        page.register()
