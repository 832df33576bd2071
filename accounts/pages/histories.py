"""What belongs to an account and to a subject: the sources of their timelines, and ways on."""

from collections.abc import Callable

from django.db.models import CharField, F, Model, Q, QuerySet, Value
from django.db.models.functions import Cast, Concat
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.enums import VerificationMethod
from accounts.models import (
    Application,
    Finding,
    Hold,
    IdentityBar,
    ListedName,
    PublicAccount,
    RealNameVerification,
    Restriction,
    Subject,
)
from accounts.pages.addresses import account_url, application_url, finding_url
from accounts.pages.presentation import checks_of
from accounts.pages.references import reference_in_words
from accounts.services.bars import bars_of
from accounts.services.invitations import ACCOUNT as NOTICE_SUBJECT
from compliance.errors import IdentityErased
from compliance.models import (
    DataKey,
    Delivery,
    IdentityValue,
    Notice,
    PlatformCommand,
    ResponseInvitation,
    StaffUser,
    WorkItem,
)
from compliance.notices.purposes import purpose_label
from compliance.pages.deliveries import delivery_url
from compliance.pages.record import RecordLink, register_record_link
from compliance.pages.record_timeline import (
    TimelineSource,
    include_timeline,
    register_timeline_source,
)
from compliance.pages.work_events import clock_sources, recusal_source
from compliance.responses.kinds import kind_label
from compliance.ui.kit import Text, TimelineStep

ACCOUNT = "accounts.publicaccount"
SUBJECT = "accounts.subject"
# Who is told that somebody was shown identity data.
SEES_REVEALS = "compliance.view_actionlog"


def subjects_of(accounts: QuerySet) -> QuerySet:
    """Return who runs the accounts."""
    return Subject.objects.filter(accounts__in=accounts)


def applications_of(accounts: QuerySet) -> QuerySet:
    """Return the applications from which the accounts come."""
    return Application.objects.filter(account__in=accounts)


def items_of(applications: QuerySet) -> QuerySet:
    """Return the work items in which the applications waited, earlier ones too."""
    versions = Application.history.model.objects.filter(id__in=applications.values("pk"))
    return WorkItem.objects.filter(pk__in=versions.values("work_item_id"))


def notices_of(accounts: QuerySet) -> QuerySet:
    """Return what was written to whoever runs the accounts."""
    return Notice.objects.filter(
        subject_type=NOTICE_SUBJECT, subject_id__in=accounts.values("platform_uid")
    )


def commands_of(accounts: QuerySet) -> QuerySet:
    """Return what the platform was told to do with the accounts."""
    return PlatformCommand.objects.filter(
        subject_type=NOTICE_SUBJECT, subject_id__in=accounts.values("platform_uid")
    )


def findings_of(accounts: QuerySet) -> QuerySet:
    """Return what was noticed about the accounts."""
    return Finding.objects.filter(account__in=accounts)


def invitations_of(accounts: QuerySet) -> QuerySet:
    """Return what whoever runs the accounts was asked for on the response page."""
    return ResponseInvitation.objects.filter(
        recipient_type=NOTICE_SUBJECT, recipient_id__in=accounts.values("platform_uid")
    )


def notice_step(notice: Notice) -> TimelineStep:
    """Return that somebody was told; the text is read on the page of what it tells of."""
    return TimelineStep(
        at=notice.written_at,
        title=_("Notice: %(purpose)s (%(language)s)")
        % {"purpose": purpose_label(notice.purpose), "language": notice.get_language_display()},
    )


def clocks_of(applications: QuerySet) -> QuerySet:
    """Return the clocks of reviews of the applications, and of the material asked for."""
    reviews = items_of(applications).values_list("clock")
    material = applications.filter(material_clock__isnull=False).values_list("material_clock")
    return reviews.union(material)


def barred_names_of(accounts: QuerySet) -> QuerySet:
    """Return the names that were barred when the accounts were closed, whatever came after."""
    closed = PublicAccount.history.model.objects.filter(id__in=accounts.values("pk")).exclude(
        closed_ground_ref=""
    )
    references = closed.annotate(
        reference=Concat(
            F("closed_ground_ref"),
            Value("/account:"),
            Cast("id", CharField()),
            output_field=CharField(),
        )
    )
    return ListedName.objects.filter(ground_ref__in=references.values("reference"))


def bars_met_by(subjects: QuerySet) -> QuerySet:
    """Return the bars on registration that meet the subjects; known only by a keyed digest."""
    found: set[int] = set()
    for subject in subjects.select_related("id_number__key"):
        try:
            found.update(bars_of(subject).values_list("pk", flat=True))
        except IdentityErased:
            # Nobody can tell any more; the page of the subject says so.
            continue
    return IdentityBar.objects.filter(Q(pk__in=found) | Q(subject__in=subjects))


def checks_step(application: Application) -> TimelineStep:
    """Return what the checks found when an application came in."""
    failed = [f"{check.title}: {check.explanation}" for check in checks_of(application)]
    passed = _("%(count)s checks passed") % {"count": len(application.passed_checks)}
    return TimelineStep(
        at=application.received_at,
        title=_("Application %(uid)s was checked") % {"uid": application.platform_uid},
        text="\n".join([passed, *failed]),
        tone="warning" if failed else "good",
    )


def verification_step(verification: RealNameVerification) -> TimelineStep:
    """Return what the provider answered to one method."""
    methods = dict(VerificationMethod.choices)
    return TimelineStep(
        at=verification.at,
        title=_("Real-name verification: %(method)s")
        % {"method": methods.get(verification.method, verification.method)},
        text=_("%(result)s, as the provider “%(provider)s” answers")
        % {
            "result": _("Verified") if verification.is_verified else _("Not verified"),
            "provider": verification.provider,
        },
        tone="good" if verification.is_verified else "warning",
    )


def value_name(value: IdentityValue) -> str:
    """Return which sort of value it is, and its masked form."""
    return f"{value.get_field_display()} {value.masked}".strip()


def _register_applications(record_type: str, found: Callable[[QuerySet], QuerySet]) -> None:
    """Add what belongs to applications to a timeline; `found` returns them for its records."""
    label, permission = gettext_lazy("Application"), "accounts.view_application"
    sources = [
        TimelineSource(
            kind="application",
            label=label,
            permission=permission,
            records=found,
            name=lambda application: application.platform_uid,
            page=lambda application: application_url(application.pk),
        ),
        TimelineSource(
            kind="application",
            label=label,
            permission=permission,
            records=lambda roots: items_of(found(roots)),
        ),
        TimelineSource(
            kind="check",
            label=gettext_lazy("Checks"),
            permission=permission,
            records=lambda roots: found(roots).prefetch_related("checks"),
            page=lambda application: application_url(application.pk),
            at="received_at",
            step=checks_step,
        ),
        TimelineSource(
            kind="check",
            label=gettext_lazy("Checks"),
            permission=permission,
            records=lambda roots: RealNameVerification.objects.filter(application__in=found(roots)),
            at="at",
            step=verification_step,
        ),
    ]
    sources += clock_sources(permission, lambda roots: clocks_of(found(roots)))
    sources.append(
        recusal_source(
            "application", label, permission, lambda roots: found(roots).values("matter")
        )
    )
    for source in sources:
        register_timeline_source(record_type, source)


def _register_identity(record_type: str, found: Callable[[QuerySet], QuerySet]) -> None:
    """Add a subject and its identity data to a timeline; `found` returns subjects."""
    sources = [
        TimelineSource(
            kind="subject",
            label=gettext_lazy("Subject"),
            permission="accounts.view_subject",
            records=lambda roots: found(roots).select_related("name"),
        ),
        TimelineSource(
            kind="identity",
            label=gettext_lazy("Identity data"),
            permission=SEES_REVEALS,
            records=lambda roots: IdentityValue.objects.filter(key__subject__in=found(roots)),
            name=value_name,
        ),
        TimelineSource(
            kind="identity",
            label=gettext_lazy("Identity data"),
            permission=SEES_REVEALS,
            records=lambda roots: DataKey.objects.filter(subject__in=found(roots)),
        ),
    ]
    for source in sources:
        register_timeline_source(record_type, source)


def _register_account() -> None:
    sources = [
        TimelineSource(
            kind="account",
            label=gettext_lazy("Account"),
            permission="accounts.view_publicaccount",
            records=lambda accounts: accounts,
            name=lambda account: account.platform_uid,
            page=account_url,
        ),
        TimelineSource(
            kind="restriction",
            label=gettext_lazy("Restrictions"),
            permission="accounts.view_restriction",
            records=lambda accounts: Restriction.objects.filter(account__in=accounts),
        ),
        TimelineSource(
            kind="restriction",
            label=gettext_lazy("Restrictions"),
            permission="accounts.view_listedname",
            records=barred_names_of,
        ),
        TimelineSource(
            kind="finding",
            label=gettext_lazy("Findings"),
            permission="accounts.view_finding",
            records=findings_of,
            page=finding_url,
        ),
        TimelineSource(
            kind="finding",
            label=gettext_lazy("Findings"),
            permission="accounts.view_finding",
            records=lambda accounts: WorkItem.objects.filter(finding__account__in=accounts),
        ),
        TimelineSource(
            kind="hold",
            label=gettext_lazy("Holds"),
            permission="accounts.view_hold",
            records=lambda accounts: Hold.objects.filter(account__in=accounts),
            name=lambda hold: f"{hold.get_kind_display()} {reference_in_words(hold.ground_ref)}",
        ),
        TimelineSource(
            kind="response",
            label=gettext_lazy("Requests and answers"),
            permission="compliance.view_responseinvitation",
            records=invitations_of,
            name=lambda invitation: kind_label(invitation.kind),
        ),
        TimelineSource(
            kind="notice",
            label=gettext_lazy("Notices"),
            permission="compliance.view_notice",
            records=notices_of,
        ),
        TimelineSource(
            kind="notice",
            label=gettext_lazy("Notices"),
            permission="compliance.view_notice",
            records=notices_of,
            at="written_at",
            step=notice_step,
        ),
        TimelineSource(
            kind="notice",
            label=gettext_lazy("Notices"),
            permission="compliance.view_delivery",
            records=lambda accounts: Delivery.objects.filter(notice__in=notices_of(accounts)),
            page=delivery_url,
        ),
        TimelineSource(
            kind="command",
            label=gettext_lazy("Commands to the platform"),
            permission="compliance.view_platformcommand",
            records=commands_of,
            name=lambda command: command.kind_label,
        ),
        TimelineSource(
            kind="command",
            label=gettext_lazy("Commands to the platform"),
            permission="compliance.view_delivery",
            records=lambda accounts: Delivery.objects.filter(command__in=commands_of(accounts)),
            page=delivery_url,
        ),
    ]
    sources += clock_sources(
        "accounts.view_finding",
        lambda accounts: findings_of(accounts).values_list("work_item__clock"),
    )
    for source in sources:
        register_timeline_source(ACCOUNT, source)


def history_link(record_type: str, label: Text, permission: str, url_name: str) -> None:
    """Offer the versions of a record on its page."""

    def link(record: Model, staff: StaffUser) -> RecordLink | None:
        if not staff.has_perm(permission):
            return None
        return RecordLink(label=label, url=reverse(url_name, args=[record.pk]), key="v")

    register_record_link(record_type, link)


def register() -> None:
    """Add the sources of the timelines and the links of the pages; called when apps are ready."""
    _register_account()
    _register_applications(ACCOUNT, applications_of)
    _register_identity(ACCOUNT, subjects_of)
    _register_identity(SUBJECT, lambda subjects: subjects)
    _register_applications(
        SUBJECT,
        lambda subjects: Application.objects.standing_in_the_name().filter(subject__in=subjects),
    )
    register_timeline_source(
        SUBJECT,
        TimelineSource(
            kind="restriction",
            label=gettext_lazy("Restrictions"),
            permission="accounts.view_restriction",
            records=bars_met_by,
        ),
    )
    include_timeline(
        SUBJECT, ACCOUNT, lambda subjects: PublicAccount.objects.filter(subject__in=subjects)
    )
    versions = gettext_lazy("Versions")
    history_link(
        ACCOUNT, versions, "accounts.view_publicaccount", "admin:accounts_publicaccount_history"
    )
    history_link(SUBJECT, versions, "accounts.view_subject", "admin:accounts_subject_history")
