"""Changes of profiles on the screen: entered, reviewed, read; and the avatars that accounts show."""

from accounts.pages.profiles import (
    entering,
    panels,
    pictures,
    record,
    reserved,
    resetting,
    review,
    together,
)

__all__ = ["register"]


def register() -> None:
    """Give the pages their addresses, their queue and their panels; called when apps are ready."""
    # Before what has a number in its place.
    together.register()
    review.register()
    record.register()
    entering.register()
    resetting.register()
    pictures.register()
    reserved.register()
    panels.register()
