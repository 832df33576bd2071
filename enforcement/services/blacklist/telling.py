"""What operators are told of entries of the blacklist: with the decision, and when one is removed."""

from collections.abc import Mapping
from datetime import date
from typing import Final

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.blacklist_words import EntryStatus
from accounts.models import BlacklistEntry
from accounts.services.invitations import ACCOUNT
from accounts.services.notices import instant_in_words
from compliance.errors import ActionRefused
from compliance.models import Audience, Notice, StaffUser
from compliance.notices.purposes import Example, Placeholder, Purpose
from compliance.notices.recipients import Reference
from compliance.notices.writing import NoticeDraft, write_notice
from enforcement.enums import MeasureCode
from enforcement.models import Measure

REMOVED: Final = "enforcement.blacklist_removed"
KEPT: Final = "enforcement.blacklist_kept"


def review_day(measure: Measure) -> date:
    """Return the day by which the entry of a measure is looked at again, also before it is made."""
    if measure.entry is not None:
        return measure.entry.review_date
    assert measure.ordered.review_date is not None
    return measure.ordered.review_date


def listing_line(measure: Measure, begin: str) -> str:
    """Return what the operator is told of an entry: what it does, and when it is looked at again."""
    words = {"from": begin, "day": review_day(measure).isoformat()}
    if measure.measure == MeasureCode.BLACKLIST:
        return (
            _(
                "The subject of the account is on the blacklist from %(from)s: it may not register or "
                "take over an account of this platform. This is looked at again by %(day)s at the "
                "latest, earlier at your request. Of the document number, the mobile number and an "
                "organisation's name only keyed digests are kept for it; they are erased when the entry "
                "ends."
            )
            % words
        )
    return (
        _(
            "The subject of the account may not register again from %(from)s, nor may anybody under the "
            "name of the account. This is looked at again by %(day)s at the latest, earlier at your "
            "request. Of the document number only a keyed digest is kept for it; it is erased when the "
            "bar ends."
        )
        % words
    )


def undone_listing(measure: Measure, *, was_running: bool) -> str:
    """Return what the operator is told of an entry whose decision was reversed."""
    if not was_running:
        return _("The entry had ended before; its time cannot be given back.")
    if measure.measure == MeasureCode.BLACKLIST:
        return _(
            "The subject is no longer on the blacklist. Applications that were refused because of it "
            "can be handed in anew."
        )
    return _(
        "The bar on registering again no longer stands. Applications that were refused because of "
        "it can be handed in anew."
    )


def tell_of_review(
    entry: BlacklistEntry, purpose: str, told: str, actor: StaffUser
) -> list[Notice]:
    """
    Tell the operator what the review of an entry came to: removed, or kept and until when.

    Our choice, no article: whoever was told of the beginning is told of the end.
    """
    who = Reference(ACCOUNT, entry.account.platform_uid)
    return write_notice(
        NoticeDraft(
            purpose=purpose,
            audience=Audience.OPERATOR,
            about=entry,
            subject=who,
            recipient=who,
            values=lambda _language: _values(entry, told),
            # An entry can be kept more than once.
            occasion=str(entry.version) if purpose == KEPT else "",
        ),
        actor=actor,
    )


def _values(entry: BlacklistEntry, told: str) -> dict[str, str]:
    return {
        "reference": entry.reference,
        "number": entry.ground_ref,
        "platform_uid": entry.account.platform_uid,
        "account_name": entry.account.name,
        "measure": str(entry.get_kind_display()),
        "decided_at": instant_in_words(entry.ended_at or timezone.now()),
        "review_date": entry.review_date.isoformat(),
        "told": told,
    }


def _compose(purpose: str, about_id: str) -> Mapping[str, str]:
    entry = BlacklistEntry.objects.select_related("account").get(pk=about_id)
    if (entry.status == EntryStatus.REMOVED) != (purpose == REMOVED):
        raise ActionRefused(_("The entry has moved on: this is no longer to be told."))
    return _values(entry, entry.ended_reason or _("reason of the review"))


def _latest(purpose: str) -> Example | None:
    status = EntryStatus.REMOVED if purpose == REMOVED else EntryStatus.LISTED
    found = BlacklistEntry.objects.filter(status=status).order_by("-pk").first()
    return Example(str(found.pk), found.reference) if found is not None else None


def _purpose(code: str, label: object, *more: Placeholder) -> Purpose:
    return Purpose(
        code=code,
        label=label,  # type: ignore[arg-type]
        audiences=(Audience.OPERATOR,),
        placeholders=(
            Placeholder(
                name="reference", label=gettext_lazy("number of the entry"), is_required=True
            ),
            Placeholder(name="number", label=gettext_lazy("number of the decision")),
            Placeholder(name="account_name", label=gettext_lazy("account name")),
            Placeholder(name="platform_uid", label=gettext_lazy("account number of the platform")),
            Placeholder(name="measure", label=gettext_lazy("blacklist or bar")),
            Placeholder(name="decided_at", label=gettext_lazy("when it was decided")),
            Placeholder(
                name="told", label=gettext_lazy("reason told to the operator"), is_required=True
            ),
            *more,
        ),
        compose=lambda about_id, _language: _compose(code, about_id),
        latest=lambda: _latest(code),
        reasons_in="told",
    )


PURPOSES: Final = (
    _purpose(REMOVED, gettext_lazy("entry of the blacklist that was removed")),
    _purpose(
        KEPT,
        gettext_lazy("entry of the blacklist that was kept"),
        Placeholder(name="review_date", label=gettext_lazy("when it is looked at again")),
    ),
)
