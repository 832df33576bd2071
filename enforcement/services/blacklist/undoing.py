"""How an entry of the blacklist is undone with its decision, and what that cannot give back."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.blacklist_words import EntryKind, EntryStatus
from accounts.services.blacklist.listing import count_refused, reverse_entry
from compliance.grounds import Grounds
from enforcement.enums import MeasureCode
from enforcement.models import Measure
from enforcement.services.blacklist.reviews import close_review


@dataclass(frozen=True)
class Undone:
    """What became of one measure: whether it could be undone, and in words what that means."""

    measure: MeasureCode
    is_restored: bool
    explanation: str | Promise


def take_back(measure: Measure, grounds: Grounds) -> Undone:
    """
    Undo the entry of one measure, and say what stays as it is.

    Public Account Provisions, art. 20 §2: what an appeal revokes is undone exactly. Entries of
    other decisions stay.
    """
    code, entry = MeasureCode(measure.measure), measure.entry
    assert entry is not None
    if entry.status != EntryStatus.LISTED:
        return Undone(code, False, _("The entry had ended before; its time cannot be given back."))
    close_review(entry, grounds)
    reverse_entry(entry=entry, **grounds)
    words = [
        _("The entry is gone, and what it knew of the subject is erased.")
        if entry.kind == EntryKind.BLACKLIST
        else _(
            "The bar is gone with its bar of the name, and what it knew of the subject is erased."
        )
    ]
    refused = count_refused(entry)
    if refused:
        words.append(
            ngettext(
                "%(count)s application that it refused stays refused: it can be handed in anew.",
                "%(count)s applications that it refused stay refused: they can be handed in anew.",
                refused,
            )
            % {"count": refused}
        )
    return Undone(code, True, " ".join(words))
