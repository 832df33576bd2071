"""What a decision must hold that puts a subject on the blacklist or bars it from coming back."""

from collections.abc import Collection, Iterable
from datetime import date
from typing import Any, Final

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.blacklist_words import EntryKind
from accounts.models import PublicAccount
from accounts.services.blacklist import listing
from accounts.services.blacklist.listing import EntryDraft
from compliance.errors import InvalidInput
from enforcement.enums import LISTING_MEASURES, MeasureCode
from enforcement.models import Decision, OrderedMeasure

ENTRY_KIND: Final = {
    MeasureCode.BLACKLIST: EntryKind.BLACKLIST,
    MeasureCode.BAR_REREGISTRATION: EntryKind.BAR,
}


def check_review_date(measure: str, review_date: date | None) -> None:
    """
    Refuse an entry without a review date within the published time, and other measures with one.

    Our choice, no article: what has no end is looked at again within twelve months.

    :raises InvalidInput: with the sentence that says what is wrong.
    """
    if measure in LISTING_MEASURES:
        listing.require_review_date(review_date, timezone.localdate())
    elif review_date is not None:
        raise InvalidInput(_("Only an entry on the blacklist or a bar has a review date."))


def review_in_bytes(review_date: date | None) -> dict[str, Any]:
    """Return what approvers see of a review date in the bytes; nothing for other measures."""
    return {"review_date": review_date.isoformat()} if review_date is not None else {}


def require_listable(account: PublicAccount, measures: Collection[str]) -> None:
    """
    Refuse to list a subject of whom no document number is known.

    Public Account Provisions, art. 19 §2.

    :raises ActionRefused: if there is none, or the identity data was erased.
    """
    if set(measures) & set(LISTING_MEASURES):
        listing.require_listable(account)


def require_still_listable(account: PublicAccount, ordered: Iterable[OrderedMeasure]) -> None:
    """
    Refuse to release a decision whose entry could not be made by now.

    Public Account Provisions, art. 19 §2. Asked at each approval.

    :raises InvalidInput: if a review date is past by now.
    :raises ActionRefused: if the identity data was erased.
    """
    listing_ones = [each for each in ordered if each.measure in LISTING_MEASURES]
    require_listable(account, [each.measure for each in listing_ones])
    for each in listing_ones:
        check_review_date(each.measure, each.review_date)


def entry_draft(ordered: OrderedMeasure, decision: Decision) -> EntryDraft:
    """Return what an ordered measure lists."""
    violation = decision.violation_type
    assert ordered.review_date is not None
    return EntryDraft(
        kind=ENTRY_KIND[MeasureCode(ordered.measure)],
        account=decision.account,
        ground_ref=decision.number,
        basis=f"{violation.code} {violation.title_zh}",
        review_date=ordered.review_date,
        proposal=decision.proposal,
    )
