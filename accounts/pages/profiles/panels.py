"""What the page of an account shows of changes of its profile, and what happened to them."""

from collections.abc import Callable

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import ProfileChange, PublicAccount
from accounts.models.profile_changes import PROFILE_CHANGE_PREFIX
from accounts.pages.of_account import register_link_of_open
from accounts.pages.presentation import instant
from accounts.pages.profiles.presentation import change_url, state_badge
from accounts.pages.references import register_reference
from accounts.services.profiles.invitations import CHANGE
from accounts.services.profiles.submission import SUBMIT
from compliance.models import ResponseInvitation, StaffUser, WorkItem
from compliance.numbers import read_item_number, read_number
from compliance.pages.record import (
    Panel,
    PanelRow,
    RecordLink,
    register_panel,
)
from compliance.pages.record_timeline import TimelineSource, register_timeline_source
from compliance.pages.work_events import clock_sources
from compliance.ui.search import Hit, register_search

ACCOUNT = "accounts.publicaccount"
PROFILE_CHANGE = "accounts.profilechange"
VIEW = "accounts.view_profilechange"
SHOWN = 10


def changes_panel(account: PublicAccount, staff: StaffUser) -> Panel | None:
    """Return the changes of an account's profile, the latest first."""
    if not staff.has_perm(VIEW):
        return None
    found = account.profile_changes.order_by("-pk")[:SHOWN]
    rows = [
        PanelRow(
            label=each.reference,
            url=change_url(each),
            hint=_(", ").join(each.parts_in_words),
            value=instant(each.received_at),
            badge=state_badge(each),
        )
        for each in found
    ]
    return Panel(title=_("Changes of the profile"), rows=rows, empty=_("No change was handed in."))


def entering_link(account: PublicAccount, staff: StaffUser) -> RecordLink | None:
    """Return the way to enter a change, for whoever may."""
    if not staff.has_perm(SUBMIT):
        return None
    return RecordLink(
        label=gettext_lazy("Enter a change of the profile"),
        url=reverse("admin:enter_profile_change", args=[account.pk]),
    )


def page_of_reference(reference: str, staff: StaffUser) -> str:
    """Return the page of the change that a number names, or "" for whoever may not go there."""
    number = read_number(PROFILE_CHANGE_PREFIX, reference)
    if not staff.has_perm(VIEW) or number is None:
        return ""
    return reverse("admin:profile_change", args=[number])


def _items_of(changes: QuerySet) -> QuerySet:
    return WorkItem.objects.filter(profile_change__in=changes)


def _invitations_of(changes: QuerySet) -> QuerySet:
    numbers = [str(each) for each in changes.values_list("pk", flat=True)]
    return ResponseInvitation.objects.filter(
        kind=CHANGE, about_type=PROFILE_CHANGE, about_id__in=numbers
    )


def _sources(
    found: Callable[[QuerySet], QuerySet], *, with_invitations: bool
) -> list[TimelineSource]:
    label = gettext_lazy("Changes of the profile")
    sources = [
        TimelineSource(
            kind="profile",
            label=label,
            permission=VIEW,
            records=found,
            name=str,
            page=change_url,
        ),
        TimelineSource(
            kind="profile",
            label=label,
            permission=VIEW,
            records=lambda roots: _items_of(found(roots)),
        ),
        *clock_sources(VIEW, lambda roots: _items_of(found(roots)).values_list("clock")),
    ]
    if with_invitations:
        sources.append(
            TimelineSource(
                kind="profile",
                label=label,
                permission=VIEW,
                records=lambda roots: _invitations_of(found(roots)),
            )
        )
    return sources


def _of_accounts(accounts: QuerySet) -> QuerySet:
    return ProfileChange.objects.filter(account__in=accounts)


def _themselves(changes: QuerySet) -> QuerySet:
    return changes


def find_changes(words: str) -> QuerySet | None:
    """Return the change of a number, or of the work item in which it waits."""
    found = ProfileChange.objects.select_related("account").order_by("pk")
    item = read_item_number(words)
    if item is not None:
        return found.filter(work_item_id=item)
    number = read_number(PROFILE_CHANGE_PREFIX, words)
    return found.filter(pk=number) if number is not None else None


def change_hit(change: ProfileChange) -> Hit:
    """Return how a change is shown among what was found."""
    return Hit(
        title=str(change),
        hint=_(", ").join(change.parts_in_words),
        url=change_url(change),
        badge=state_badge(change),
    )


def register() -> None:
    """Add panel, link, search and the sources of timelines; called when apps are ready."""
    register_panel(ACCOUNT, changes_panel, order=8)
    register_link_of_open(entering_link)
    register_reference("profile_change", words=str, url=page_of_reference)
    # The page of an account has its invitations already, of whatever kind.
    for record_type, found, is_own in (
        (ACCOUNT, _of_accounts, False),
        (PROFILE_CHANGE, _themselves, True),
    ):
        for source in _sources(found, with_invitations=is_own):
            register_timeline_source(record_type, source)
    register_search(
        "profile_change",
        gettext_lazy("Changes of profiles"),
        VIEW,
        find_changes,
        hit=change_hit,
        by=gettext_lazy("BG and the number, or # and the number of the work item"),
        icon="manage_accounts",
        order=33,
    )
