"""Claims of identities used without consent on the screen and on the public pages."""

from accounts.pages.repudiations import entering, panels, public, record, review

__all__ = ["register"]


def register() -> None:
    """Give the pages their addresses, their queue and their panels; called when apps are ready."""
    review.register()
    record.register()
    entering.register()
    panels.register()
    public.register()
