"""How entries of the watch list are worded for the pages that show them."""

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.pages.addresses import account_url
from accounts.pages.presentation import instant
from compliance.ui.kit import Badge, Fact
from enforcement.models import WatchEntry
from enforcement.watch_words import WatchStatus

TONES = {
    WatchStatus.PROPOSED: "info",
    WatchStatus.LISTED: "warning",
    WatchStatus.RETURNED: "",
    WatchStatus.WITHDRAWN: "",
    WatchStatus.REMOVED: "",
}


def watch_url(entry: WatchEntry) -> str:
    """Return the address of an entry's page."""
    return reverse("admin:watch_entry", args=[entry.pk])


def is_over(entry: WatchEntry) -> bool:
    """Return whether the time of an entry is over, whatever its record says."""
    return entry.status == WatchStatus.LISTED and entry.expires_on < timezone.localdate()


def watch_badge(entry: WatchEntry) -> Badge:
    """Return how an entry stands; its end by time is read from its date."""
    if is_over(entry):
        return Badge(text=_("Time over"))
    status = WatchStatus(entry.status)
    return Badge(text=status.label, tone=TONES[status])


def watch_facts(entry: WatchEntry) -> list[Fact]:
    """Return why, how, by whom and until when an account is watched."""
    facts = [
        Fact(
            _("Account"),
            entry.account.name,
            hint=entry.account.platform_uid,
            url=account_url(entry.account),
        ),
        Fact(_("Basis"), entry.get_basis_display()),
        Fact(_("Reason"), entry.reason),
        Fact(_("How it is looked at"), entry.steps),
        Fact(_("Who looks after it"), entry.owner.name),
        Fact(_("Review due"), entry.review_date.isoformat()),
        Fact(_("Last day"), entry.expires_on.isoformat()),
    ]
    if entry.listed_at is not None:
        facts.append(Fact(_("Listed at"), instant(entry.listed_at)))
    if entry.ended_at is not None:
        facts.append(Fact(_("Ended at"), instant(entry.ended_at), hint=entry.ended_reason))
    return facts
