"""What the page of an account shows of earning, comments, violations and credit."""

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.enums import AccountStatus
from accounts.models import (
    AccountPowers,
    EarningApplication,
    PublicAccount,
    Standing,
    Subject,
    ViolationFact,
)
from accounts.pages.powers.presentation import earning_badge, earning_url
from accounts.pages.presentation import instant
from accounts.powers_words import EarningBehaviour
from accounts.services.comment_powers import powers_in_words, present_powers, reason_of
from accounts.services.earning import obstacle_in_words, outlook_of, rights_of
from compliance.models import StaffUser
from compliance.pages.record import Panel, PanelRow, register_panel
from compliance.pages.record_timeline import TimelineSource, register_timeline_source
from compliance.ui.kit import Badge, Fact, TimelineStep

ACCOUNT = "accounts.publicaccount"
VIEW = "accounts.view_earningapplication"
VIEW_POWERS = "accounts.view_accountpowers"
VIEW_STANDING = "accounts.view_standing"
SHOWN = 20


def earning_panel(account: PublicAccount, staff: StaffUser) -> Panel | None:
    """Return for each behaviour whether an account earns by it, may, or what stands against it."""
    if not staff.has_perm(VIEW):
        return None
    rights = {each.behaviour: each for each in rights_of(account)}
    rows = []
    for outlook in outlook_of(account, timezone.now()):
        right = rights.get(outlook.behaviour)
        sentences = [obstacle_in_words(each) for each in outlook.found]
        rows.append(
            PanelRow(
                label=EarningBehaviour(outlook.behaviour).label,
                url=earning_url(right) if right is not None else "",
                hint=" ".join(sentences),
                value=_("possible from %(day)s") % {"day": outlook.possible_from.isoformat()}
                if outlook.possible_from is not None
                else "",
                badge=earning_badge(right)
                if right is not None
                else Badge(text=_("Could be applied for"), tone="info")
                if outlook.is_possible
                else Badge(text=_("Not possible now"), tone="warning"),
            )
        )
    past = account.earning_applications.exclude(pk__in=[each.pk for each in rights.values()])
    rows += [
        PanelRow(
            label=each.get_behaviour_display(),
            url=earning_url(each),
            value=instant(each.ended_at or each.decided_at),
            badge=earning_badge(each),
        )
        for each in past.order_by("-pk")[:SHOWN]
    ]
    return Panel(title=_("Earning"), rows=rows)


def comments_panel(account: PublicAccount, staff: StaffUser) -> Panel | None:
    """Return what an account may do with comments, why, and since when the platform knows."""
    if not staff.has_perm(VIEW_POWERS):
        return None
    if account.status != AccountStatus.ACTIVE:
        return Panel(
            title=_("Powers over comments"), empty=_("The account is closed; it has none.")
        )
    present = present_powers(account, timezone.now())
    told = list(AccountPowers.objects.filter(account=account).order_by("-pk")[:SHOWN])
    facts = [
        Fact(
            _("Now"),
            powers_in_words(present.powers),
            hint=reason_of(present.nature, present.credit, is_unrated=present.is_unrated)
            if is_known(account.subject)
            else _("It is not known who runs the account; no credit counts."),
        ),
        Fact(_("Version of the table"), present.rule.label),
    ]
    return Panel(
        title=_("Powers over comments"),
        facts=facts,
        rows=[
            PanelRow(
                label=_("Told to the platform: %(powers)s")
                % {"powers": powers_in_words(each.powers)},
                hint=reason_of(each.nature, each.credit, is_unrated=each.is_unrated),
                value=instant(each.set_at),
            )
            for each in told
        ],
        hint="" if told else _("The platform has not been told yet; that happens within minutes."),
    )


def violations_panel(account: PublicAccount, staff: StaffUser) -> Panel | None:
    """Return the violations that were decided, those undone said so."""
    if not staff.has_perm("accounts.view_violationfact"):
        return None
    found = account.violations.order_by("-decided_at", "-pk")[:SHOWN]
    return Panel(
        title=_("Violations on record"),
        rows=[
            PanelRow(
                label=each.reference,
                value=instant(each.decided_at),
                badge=Badge(text=_("undone")) if each.withdrawn_at is not None else None,
            )
            for each in found
        ],
        empty=_("None is on record."),
    )


def is_known(subject: Subject) -> bool:
    """Return whether a subject is somebody: an account that left a name has nobody behind it."""
    return subject.id_number_id is not None or bool(subject.organisation_name)


def _powers_step(powers: AccountPowers) -> TimelineStep:
    return TimelineStep(
        at=powers.set_at,
        title=_("Powers over comments: %(powers)s") % {"powers": powers_in_words(powers.powers)},
        text=reason_of(powers.nature, powers.credit, is_unrated=powers.is_unrated),
    )


def _applications(accounts: QuerySet) -> QuerySet:
    return EarningApplication.objects.filter(account__in=accounts)


def _same(applications: QuerySet) -> QuerySet:
    return applications


def register() -> None:
    """Add panels and sources of the timeline; called when apps are ready."""
    register_panel(ACCOUNT, earning_panel, order=12)
    register_panel(ACCOUNT, comments_panel, order=14)
    register_panel(ACCOUNT, violations_panel, order=16)
    for record_type, found in ((ACCOUNT, _applications), ("accounts.earningapplication", _same)):
        register_timeline_source(
            record_type,
            TimelineSource(
                kind="earning",
                label=gettext_lazy("Earning"),
                permission=VIEW,
                records=found,
                name=str,
                page=earning_url,
            ),
        )
    register_timeline_source(
        "accounts.subject",
        TimelineSource(
            kind="credit",
            label=gettext_lazy("Credit"),
            permission=VIEW_STANDING,
            records=lambda roots: Standing.objects.filter(subject__in=roots),
        ),
    )
    register_timeline_source(
        ACCOUNT,
        TimelineSource(
            kind="comments",
            label=gettext_lazy("Powers over comments"),
            permission=VIEW_POWERS,
            records=lambda roots: AccountPowers.objects.filter(account__in=roots),
            at="set_at",
            step=_powers_step,
        ),
    )
    register_timeline_source(
        ACCOUNT,
        TimelineSource(
            kind="violation",
            label=gettext_lazy("Violations on record"),
            permission="accounts.view_violationfact",
            records=lambda roots: ViolationFact.objects.filter(account__in=roots),
            name=str,
        ),
    )
