"""How entries of the blacklist and matches are worded for the pages that show them."""

from typing import Final

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.blacklist_words import EntryStatus, MatchStatus
from accounts.models import Application, BlacklistEntry, BlacklistMatch, Transfer
from accounts.pages.addresses import account_url, application_url, subject_url
from accounts.pages.grounds import ground_url
from accounts.pages.presentation import instant
from compliance.models import StaffUser
from compliance.pages.record import Panel, PanelRow
from compliance.ui.kit import Badge, Fact

VIEW: Final = "accounts.view_blacklistentry"
VIEW_MATCH: Final = "accounts.view_blacklistmatch"
ENTRY_TONES: Final = {
    EntryStatus.LISTED: "danger",
    EntryStatus.REMOVED: "",
    EntryStatus.REVERSED: "",
}
MATCH_TONES: Final = {
    MatchStatus.OPEN: "info",
    MatchStatus.CONFIRMED: "danger",
    MatchStatus.NOT_SAME: "good",
}


def entry_url(entry: BlacklistEntry) -> str:
    """Return the address of an entry's page."""
    return reverse("admin:blacklist_entry", args=[entry.pk])


def match_url(match: BlacklistMatch) -> str:
    """Return the address that leads to a match."""
    return reverse("admin:blacklist_match", args=[match.pk])


def entry_badge(entry: BlacklistEntry) -> Badge:
    """Return how an entry stands."""
    status = EntryStatus(entry.status)
    return Badge(text=status.label, tone=ENTRY_TONES[status])


def match_badge(match: BlacklistMatch) -> Badge:
    """Return what a person said of a match."""
    status = MatchStatus(match.status)
    return Badge(text=status.label, tone=MATCH_TONES[status])


def entry_facts(entry: BlacklistEntry, staff: StaffUser) -> list[Fact]:
    """Return what an entry is about; of what was digested the kinds alone."""
    fields = sorted({str(each.get_field_display()) for each in entry.bars.all()})
    facts = [
        Fact(_("Measure"), entry.get_kind_display()),
        Fact(
            _("Subject"),
            str(entry.subject),
            hint=entry.subject.get_nature_display(),
            url=subject_url(entry.subject, staff),
        ),
        Fact(
            entry.subject.get_id_type_display() or _("Document"),
            entry.subject.id_number.masked if entry.subject.id_number is not None else "",
            is_code=True,
        ),
        Fact(
            _("Account"),
            entry.account.name,
            hint=entry.account.platform_uid,
            url=account_url(entry.account),
        ),
        Fact(
            _("Basis"),
            entry.ground_ref,
            hint=entry.basis,
            url=ground_url("decision", entry.ground_ref, staff),
        ),
        Fact(_("Listed at"), instant(entry.listed_at)),
        Fact(
            _("Known of the subject"),
            _(", ").join(fields),
            hint=_("as keyed digests; nobody can read them")
            if entry.status == EntryStatus.LISTED
            else _("the digests are erased"),
        ),
    ]
    if entry.status == EntryStatus.LISTED:
        late = entry.review_date < timezone.localdate()
        facts.append(
            Fact(
                _("Review due"),
                entry.review_date.isoformat(),
                hint=_("overdue; it stays in force until two people end it") if late else "",
            )
        )
    else:
        facts.append(Fact(_("Ended at"), instant(entry.ended_at), hint=entry.ended_reason))
    return facts


def entry_row(entry: BlacklistEntry, staff: StaffUser) -> PanelRow:
    """Return an entry as one line of a panel."""
    return PanelRow(
        label=f"{entry.reference} {entry.get_kind_display()}",
        url=entry_url(entry) if staff.has_perm(VIEW) else "",
        hint=_("%(decision)s · review by %(day)s")
        % {"decision": entry.ground_ref, "day": entry.review_date.isoformat()},
        badge=entry_badge(entry),
    )


def match_row(match: BlacklistMatch, staff: StaffUser) -> PanelRow:
    """Return a match as one line of a panel."""
    return PanelRow(
        label=match.reference,
        url=match_url(match) if staff.has_perm(VIEW_MATCH) else "",
        hint=_("equal: %(fields)s · %(time)s")
        % {"fields": match.shown_fields, "time": instant(match.found_at)},
        badge=match_badge(match),
    )


def matches_of(entry: BlacklistEntry, staff: StaffUser, *, shown: int) -> Panel | None:
    """Return who met an entry, the latest first, for whoever may see it."""
    if not staff.has_perm(VIEW_MATCH):
        return None
    return Panel(
        title=_("Matches with this entry"),
        rows=[match_row(each, staff) for each in entry.matches.order_by("-pk")[:shown]],
        empty=_("Nobody has met it."),
    )


def matches_panel(record: Application | Transfer, staff: StaffUser) -> Panel | None:
    """Return the entries that an applicant or transferee met."""
    if not staff.has_perm(VIEW_MATCH):
        return None
    found = list(record.blacklist_matches.order_by("pk"))
    if not found:
        return None
    return Panel(
        title=_("Matches with the blacklist"),
        rows=[match_row(each, staff) for each in found],
        tone="warning",
    )


def subject_met(match: BlacklistMatch, staff: StaffUser) -> list[Fact]:
    """Return what is known of who met the entry, masked as everywhere, to tell both apart by."""
    about = match.application or match.transfer
    assert about is not None
    subject = about.subject
    return [
        Fact(
            _("Subject"),
            str(subject),
            hint=subject.get_nature_display(),
            url=subject_url(subject, staff),
        ),
        Fact(
            subject.get_id_type_display() or _("Document"),
            subject.id_number.masked if subject.id_number is not None else "",
            is_code=True,
        ),
        Fact(_("Place of registration"), about.registered_region),
    ]


def who_met(match: BlacklistMatch) -> Fact:
    """Return who met the entry, and where that is read."""
    if match.application is not None:
        name = match.application.account_name or match.application.platform_uid
        return Fact(
            _("Application"),
            name,
            hint=f"{match.application.platform_uid} · {match.application.get_status_display()}",
            url=application_url(match.application.pk),
        )
    assert match.transfer is not None
    return Fact(
        _("Transfer"),
        str(match.transfer),
        hint=match.transfer.get_status_display(),
        url=reverse("admin:transfer", args=[match.transfer.pk]),
    )
