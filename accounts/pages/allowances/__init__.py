"""Applications for more accounts on the screen: handed in on paper, reviewed, approved, ended."""

from accounts.pages.allowances import entering, panels, record, review

__all__ = ["register"]


def register() -> None:
    """Give the pages their addresses, their queue and their panels; called when apps are ready."""
    review.register()
    record.register()
    entering.register()
    panels.register()
