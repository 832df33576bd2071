"""Whether the demo may be loaded here, and the loading itself, from first to last act."""

import os
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from django.conf import settings
from django.db import DatabaseError, connection
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import (
    AccountAllowance,
    Agency,
    AgencyContract,
    Application,
    Correction,
    Dormancy,
    DormancyBatch,
    EarningApplication,
    Finding,
    GuardianWithdrawal,
    IdentityBar,
    PatrolCheck,
    ProfileChange,
    PublicAccount,
    Qualification,
    Regularisation,
    Repudiation,
    Stop,
    Subject,
    Transfer,
)
from compliance.errors import ActionRefused
from compliance.models import ResponseInvitation, StaffUser
from compliance.postgres.client import MARKER
from compliance.staff import SYSTEM_LOGIN
from enforcement.models import Case, Complaint, Decision, Measure, ReportDuty
from reports.demo.api_clients import add_clients
from reports.demo.appeals import Appeals
from reports.demo.applicants import UID_PREFIX
from reports.demo.bulk import Bulks
from reports.demo.cases import Cases
from reports.demo.catalogue import Catalogue
from reports.demo.clock import Diary, clock_at
from reports.demo.complaint_appeals import ComplaintAppeals
from reports.demo.complaints import Complaints
from reports.demo.consistency import Consistency
from reports.demo.corrections import Corrections
from reports.demo.credit import Credit
from reports.demo.deadlines import show_deadlines
from reports.demo.dormancy import Dormancies
from reports.demo.emergencies import Emergencies
from reports.demo.figures import push_figures
from reports.demo.filings import Filings
from reports.demo.findings import Findings
from reports.demo.holds import Holds
from reports.demo.identities import Identities
from reports.demo.keeping import Policies, ask_for_minors, erase_what_is_over
from reports.demo.listings import Listings
from reports.demo.other_measures import OtherMeasures
from reports.demo.outbox import Post, cancel_one
from reports.demo.patrol import Patrols
from reports.demo.powers import Powers
from reports.demo.profiles import Profiles
from reports.demo.qualifications import Qualifications
from reports.demo.registrations import Registrations, hold_items, list_names
from reports.demo.rules import Rules
from reports.demo.rumours import Rumours
from reports.demo.staff import Crew, add_staff, demo_staff
from reports.demo.transfers import Transfers
from reports.demo.year_of_complaints import YearOfComplaints
from reports.models import Filing
from reports.services.demonstration import is_demo_recorded, record_demo

# One load at a time: any number that no other advisory lock has.
_LOCK = 7_304_240
# How long before its year the demo's platform began.
_BEFORE = timedelta(days=150)


class DemoState(StrEnum):
    """What a database holds of the demo."""

    ABSENT = "absent"
    PARTIAL = "partial"
    COMPLETE = "complete"


@dataclass(frozen=True)
class DemoCounts:
    """How many rows of what the demo made."""

    staff: int
    applications: int
    accounts: int
    cases: int
    decisions: int
    measures: int
    report_duties: int
    filings: int


def demo_state() -> DemoState:
    """Return what this database holds of the demo."""
    if is_demo_recorded():
        return DemoState.COMPLETE
    return DemoState.PARTIAL if demo_staff().exists() else DemoState.ABSENT


def holds_other_data() -> bool:
    """Return whether anything here is not of the demo: people at work, applicants, accounts."""
    of_demo = Application.objects.filter(platform_uid__startswith=UID_PREFIX)
    others = (
        Application.objects.exclude(platform_uid__startswith=UID_PREFIX),
        PublicAccount.objects.exclude(platform_uid__startswith=UID_PREFIX),
        Subject.objects.exclude(pk__in=of_demo.values("subject")).exclude(freed_by__isnull=False),
        # A client of the API is registered by staff: without others there is none of others.
        StaffUser.objects.exclude(username=SYSTEM_LOGIN)
        .exclude(person__is_client=True)
        .exclude(pk__in=demo_staff()),
    )
    if any(each.exists() for each in others):
        return True
    is_absent = demo_state() == DemoState.ABSENT
    return is_absent and (Filing.objects.exists() or IdentityBar.objects.exists())


def way_out() -> str:
    """Return what to do about a load that was interrupted, by where the data lie."""
    if holds_other_data():
        return _("The demo data are here in part only: an earlier load was interrupted.")
    if os.environ.get(MARKER):
        return _(
            "The demo data are here in part only, because an earlier load was interrupted: stop "
            "the console, remove the folder “%(folder)s” (or name another one in HEYAN_HOME) and "
            "start again."
        ) % {"folder": settings.HEYAN_HOME}
    return _(
        "The demo data are here in part only, because an earlier load was interrupted: name an "
        "empty database in DATABASE_URL and start again."
    )


def load_demo(*, present: datetime) -> DemoCounts:
    """
    Load the demo up to `present`, every act of it through the services.

    Not one transaction: filings freeze what others committed. What is checked is checked first.

    :raises ActionRefused: if this is no place for a demo, or its data are here already.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [_LOCK])
        if not cursor.fetchone()[0]:
            raise ActionRefused(_("The demo data are being loaded right now."))
        try:
            _require_place()
            _play(present)
        finally:
            # Where the connection broke, the lock went with it.
            with suppress(DatabaseError):
                cursor.execute("SELECT pg_advisory_unlock(%s)", [_LOCK])
    return counts()


def _require_place() -> None:
    sandboxes = {settings.IDENTITY_PROVIDER, settings.PLATFORM_CHANNEL}
    if settings.IS_PRODUCTION or sandboxes != {"sandbox"}:
        raise ActionRefused(
            _(
                "Demo data come with public passwords and made-up identities: they are loaded "
                "neither in production nor where real identities are verified or a real platform "
                "is told."
            )
        )
    if holds_other_data():
        raise ActionRefused(
            _(
                "This database holds real data: staff, applications or accounts that are not of "
                "the demo. Nothing was changed. Load the demo into an empty database."
            )
        )
    state = demo_state()
    if state == DemoState.PARTIAL:
        raise ActionRefused(way_out())
    if state == DemoState.COMPLETE:
        raise ActionRefused(_("The demo data are here already. Nothing was changed."))


def _play(present: datetime) -> None:
    diary = Diary(present)
    with clock_at(diary.in_year(0) - _BEFORE):
        add_staff()
        crew = Crew()
        list_names(crew)
    Rules(diary, crew).note_all()
    Catalogue(diary, crew).note_all()
    Registrations(diary, crew).note_all()
    Qualifications(diary, crew).note_all()
    Profiles(diary, crew).note_all()
    Corrections(diary, crew).note_all()
    Cases(diary, crew).note_all()
    Credit(diary, crew).note_all()
    Holds(diary, crew).note_all()
    Rumours(diary, crew).note_all()
    Complaints(diary, crew).note_all()
    YearOfComplaints(diary, crew).note_all()
    ComplaintAppeals(diary, crew).note_all()
    Emergencies(diary, crew).note_all()
    Appeals(diary, crew).note_all()
    Powers(diary, crew).note_all()
    Findings(diary, crew).note_all()
    Dormancies(diary, crew).note_all()
    Patrols(diary, crew).note_all()
    Transfers(diary, crew).note_all()
    Identities(diary, crew).note_all()
    Listings(diary, crew).note_all()
    Consistency(diary, crew).note_all()
    OtherMeasures(diary, crew).note_all()
    Bulks(diary, crew).note_all()
    Policies(diary, crew).note_all()
    Filings(diary, crew).note_all()
    post = Post(diary, crew)
    diary.play(then=post.note_next)
    with clock_at(present):
        post.send_all()
        cancel_one(crew, present)
        push_figures(crew, present)
    erase_what_is_over(crew, present)
    ask_for_minors(crew)
    add_clients(crew)
    show_deadlines(crew)
    hold_items(crew)
    record_demo(actor=crew.system, counts=vars(counts()))


def counts() -> DemoCounts:
    """Return how many rows there are now."""
    return DemoCounts(
        staff=demo_staff().count(),
        applications=Application.objects.count(),
        accounts=PublicAccount.objects.count(),
        cases=Case.objects.count(),
        decisions=Decision.objects.count(),
        measures=Measure.objects.count(),
        report_duties=ReportDuty.objects.count(),
        filings=Filing.objects.count(),
    )


def now() -> datetime:
    """Return the instant up to which the demo is told: the running minute."""
    return timezone.now().replace(second=0, microsecond=0)


def states() -> dict[str, Counter[str]]:
    """Return how many rows of each kind are in which state."""
    models = (
        Application,
        PublicAccount,
        Qualification,
        ProfileChange,
        Correction,
        Finding,
        Dormancy,
        DormancyBatch,
        PatrolCheck,
        Transfer,
        Regularisation,
        Stop,
        AccountAllowance,
        Repudiation,
        GuardianWithdrawal,
        ResponseInvitation,
        EarningApplication,
        Agency,
        AgencyContract,
        Case,
        Complaint,
        Decision,
        Measure,
        ReportDuty,
        Filing,
    )
    return {
        model._meta.label_lower: Counter(
            model._default_manager.values_list("status", flat=True).order_by()
        )
        for model in models
    }
