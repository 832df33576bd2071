"""What the page of an account shows of qualifications and marks, and what happened to them."""

from collections.abc import Callable

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.enums import GroundKind
from accounts.models import (
    AccountMark,
    PublicAccount,
    Qualification,
    QualificationReminder,
    Restriction,
)
from accounts.models.qualifications import QUALIFICATION_PREFIX
from accounts.pages.grounds import register_ground_page
from accounts.pages.of_account import register_link_of_open
from accounts.pages.presentation import instant
from accounts.pages.qualifications.presentation import day, qualification_url, state_badge
from accounts.pages.references import register_reference
from accounts.qualification_words import MarkCode
from accounts.services.qualifications.cover import marks_of
from accounts.services.qualifications.submission import SUBMIT
from compliance.models import StaffUser, WorkItem
from compliance.numbers import read_number, read_plain_number
from compliance.pages.record import (
    Panel,
    PanelRow,
    RecordLink,
    register_panel,
)
from compliance.pages.record_timeline import TimelineSource, register_timeline_source
from compliance.pages.work_events import clock_sources
from compliance.ui.kit import Badge, TimelineStep

ACCOUNT = "accounts.publicaccount"
QUALIFICATION = "accounts.qualification"
VIEW = "accounts.view_qualification"
SHOWN = 20


def qualifications_panel(account: PublicAccount, staff: StaffUser) -> Panel | None:
    """Return the qualifications of an account, the latest first, with the marks that rest on them."""
    if not staff.has_perm(VIEW):
        return None
    found = account.qualifications.order_by("-pk")[:SHOWN]
    rows = [
        PanelRow(
            label=str(each),
            url=qualification_url(each),
            hint=each.issuer,
            value=_("until %(time)s") % {"time": day(each.valid_until)} if each.valid_until else "",
            badge=state_badge(each),
        )
        for each in found
    ]
    return Panel(
        title=_("Qualifications"), rows=[*rows, *_ends(account)], empty=_("None was handed in.")
    )


def _ends(account: PublicAccount) -> list[PanelRow]:
    """Return when publishing in a field goes off, where that is known beforehand."""
    now = timezone.now()
    coming = Restriction.objects.filter(
        account=account,
        ground_kind=GroundKind.QUALIFICATION,
        in_force_from__gt=now,
        ended_at=None,
    )
    return [
        PanelRow(
            label=_("Off from then on: %(function)s")
            % {"function": each.worded_functions(each.functions)},
            value=instant(each.in_force_from),
            hint=_("unless renewed before"),
        )
        for each in coming.order_by("in_force_from")
    ]


def marks_panel(account: PublicAccount, staff: StaffUser) -> Panel | None:
    """Return the special marks that an account carries now, each with its basis."""
    if not staff.has_perm("accounts.view_accountmark"):
        return None
    rows = [
        PanelRow(
            label=MarkCode(each.code).label,
            url=qualification_url(each.qualification) if staff.has_perm(VIEW) else "",
            hint=_("%(material)s, %(reference)s")
            % {
                "material": each.qualification.get_type_display(),
                "reference": each.qualification.reference,
            },
            badge=Badge(text=_("since %(time)s") % {"time": instant(each.in_force_from)}),
        )
        for each in marks_of(account, timezone.now())
    ]
    return Panel(title=_("Special marks"), rows=rows, empty=_("It carries none."))


def entering_link(account: PublicAccount, staff: StaffUser) -> RecordLink | None:
    """Return the way to enter a qualification, for whoever may."""
    if not staff.has_perm(SUBMIT):
        return None
    return RecordLink(
        label=gettext_lazy("Enter a qualification"),
        url=reverse("admin:enter_qualification", args=[account.pk]),
        key="e",
    )


def page_of_ground(reference: str, staff: StaffUser) -> str:
    """Return the page of the qualification that a restriction rests on."""
    number = read_number(QUALIFICATION_PREFIX, reference) or read_plain_number(reference)
    if not staff.has_perm(VIEW) or number is None:
        return ""
    return reverse("admin:qualification", args=[number])


def reminder_step(reminder: QualificationReminder) -> TimelineStep:
    """Return that the operator was reminded of an end."""
    return TimelineStep(
        at=reminder.at,
        title=_("Reminded %(days)s days before the end") % {"days": reminder.days},
        text=_("Valid until %(day)s") % {"day": day(reminder.valid_until)},
    )


def _items_of(qualifications: QuerySet) -> QuerySet:
    versions = Qualification.history.model.objects.filter(id__in=qualifications.values("pk"))
    return WorkItem.objects.filter(pk__in=versions.values("work_item_id"))


def _clocks_of(qualifications: QuerySet) -> QuerySet:
    reviews = _items_of(qualifications).values_list("clock")
    material = qualifications.filter(material_clock__isnull=False).values_list("material_clock")
    return reviews.union(material)


def _sources(found: Callable[[QuerySet], QuerySet]) -> list[TimelineSource]:
    """Return the sources of what happened to qualifications; `found` returns them for the records."""
    label, marks = gettext_lazy("Qualifications"), gettext_lazy("Special marks")
    return [
        TimelineSource(
            kind="qualification",
            label=label,
            permission=VIEW,
            records=found,
            name=str,
            page=qualification_url,
        ),
        TimelineSource(
            kind="qualification",
            label=label,
            permission=VIEW,
            records=lambda roots: _items_of(found(roots)),
        ),
        TimelineSource(
            kind="qualification",
            label=label,
            permission=VIEW,
            records=lambda roots: QualificationReminder.objects.filter(
                qualification__in=found(roots)
            ),
            at="at",
            step=reminder_step,
        ),
        TimelineSource(
            kind="mark",
            label=marks,
            permission="accounts.view_accountmark",
            records=lambda roots: AccountMark.objects.filter(qualification__in=found(roots)),
        ),
        *clock_sources(VIEW, lambda roots: _clocks_of(found(roots))),
    ]


def _of_accounts(accounts: QuerySet) -> QuerySet:
    return Qualification.objects.filter(account__in=accounts)


def _themselves(qualifications: QuerySet) -> QuerySet:
    return qualifications


def register() -> None:
    """Add the panels, the link and the sources of timelines; called when apps are ready."""
    register_panel(ACCOUNT, qualifications_panel, order=10)
    register_panel(ACCOUNT, marks_panel, order=11)
    register_link_of_open(entering_link)
    register_ground_page(GroundKind.QUALIFICATION, page_of_ground)
    register_reference(
        "qualification",
        words=lambda key: f"{QUALIFICATION_PREFIX}{key:0>8}",
        url=page_of_ground,
    )
    for record_type, found in ((ACCOUNT, _of_accounts), (QUALIFICATION, _themselves)):
        for source in _sources(found):
            register_timeline_source(record_type, source)
