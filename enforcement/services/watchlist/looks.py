"""Who looked at the watch list."""

from collections.abc import Sequence

from compliance.models import StaffUser
from enforcement.models import WatchEntry, WatchLook
from enforcement.watch_words import WatchPlace


def note_look(
    *, place: WatchPlace, actor: StaffUser, entries: Sequence[WatchEntry | None] = (None,)
) -> None:
    """
    Put on record that somebody looked at the watch list, before it is shown.

    Opinions on Platform Responsibility, point 3; our choice: whoever reads it is known, so that it
    is not read out of curiosity.
    """
    WatchLook.objects.bulk_create(
        WatchLook(entry=entry, place=place, person=actor.person) for entry in entries
    )
