"""The page of one account: who runs it, what limits it now, what happened to it."""

from datetime import datetime
from typing import Any

from django.db.models import F, Q, Window
from django.db.models.functions import Lag
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.enums import AccountStatus, GroundKind, QualificationType
from accounts.models import AccountActivity, Application, PublicAccount, Restriction, Transfer
from accounts.pages.addresses import application_url, subject_url
from accounts.pages.grounds import ground_in_words, ground_url
from accounts.pages.metrics import metrics_section
from accounts.pages.presentation import instant, standing_badge, state_in_words
from accounts.pages.references import reference_in_words, reference_url
from accounts.services.holds import holds_in_force
from accounts.services.restrictions import restrictions_in_force
from compliance.models import StaffUser
from compliance.pages.door import staff_of
from compliance.pages.record import Panel, PanelRow, RecordPage, links_of, panels_of
from compliance.pages.record_timeline import timeline_page
from compliance.pages.reveal import reveal_url
from compliance.ui.kit import Badge, Fact
from compliance.ui.pages import register_page

# Our choice; more former names than this are not read.
NAMES_SHOWN = 20


class AccountPage(RecordPage):
    """One account as it stands, with the ways to whatever is about it."""

    permission = "accounts.view_publicaccount"
    template_name = "accounts/account.html"
    list_title = gettext_lazy("public accounts")
    list_url_name = "admin:accounts_publicaccount_changelist"

    def find_record(self) -> PublicAccount:
        return get_object_or_404(
            PublicAccount.objects.select_related(
                "activity",
                "application__professional_background",
                "application__qualification_number",
                "transfer__professional_background",
                "transfer__qualification_number",
                "subject__id_number",
                "subject__name",
            ).prefetch_related("restrictions"),
            pk=self.kwargs["pk"],
        )

    def get_title(self) -> str:
        return _("Account %(name)s") % {"name": self.record.name}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        account, staff, now = self.record, staff_of(self.request), timezone.now()
        return {
            "badge": standing_badge(account, now),
            "avatar_url": (
                reverse("admin:avatar", args=[account.avatar_id]) if account.avatar_id else ""
            ),
            "state": state_in_words(account, now),
            "facts": profile_facts(account),
            "panels": [
                limits_panel(account, staff, now),
                holds_panel(account, staff, now),
                subject_panel(account, staff),
                qualification_panel(account.particulars, staff, now),
                names_panel(account),
                *panels_of(account, staff),
            ],
            "metrics": metrics_section(account, staff),
            "links": links_of(account, staff),
            "timeline": timeline_page(
                account,
                staff,
                kind=self.request.GET.get("kind", ""),
                position=self.request.GET.get("from", ""),
            ),
            **super().get_context_data(**kwargs),
        }

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        # Nothing is done here; the pages of its matters do.
        return self.http_method_not_allowed(request)


def profile_facts(account: PublicAccount) -> list[Fact]:
    """Return what the account shows of itself, and what the platform reports of it."""
    facts = [
        Fact(_("Account number of the platform"), account.platform_uid, is_code=True),
        Fact(_("Account name"), account.name),
        Fact(_("Introduction"), account.bio),
        Fact(_("Category"), account.get_category_display()),
        Fact(_("Registered"), instant(account.registered_at)),
        Fact(
            _("Application"),
            account.application.platform_uid,
            hint=account.application.get_status_display(),
            url=application_url(account.application_id),
        ),
    ]
    activity: AccountActivity | None = getattr(account, "activity", None)
    if activity is not None:
        facts += [
            Fact(_("Last login"), instant(activity.last_login_at)),
            Fact(_("Last publication"), instant(activity.last_publish_at)),
            Fact(_("IP region"), activity.ip_region, hint=_("as the platform last reported it")),
            Fact(_("Followers"), f"{activity.followers:,}"),
        ]
    return facts


def limits_panel(account: PublicAccount, staff: StaffUser, now: datetime) -> Panel:
    """Return what limits the account now, each with its end and its ground."""
    rows = [_limit_row(each, staff) for each in restrictions_in_force(account, now)]
    if account.status == AccountStatus.CLOSED:
        kind, reference = account.closed_ground_kind, account.closed_ground_ref
        rows.insert(
            0,
            PanelRow(
                label=_("Closed on %(time)s") % {"time": instant(account.closed_at)},
                hint=ground_in_words(kind, reference),
                url=ground_url(kind, reference, staff),
                badge=Badge(text=_("without end"), tone="danger"),
            ),
        )
    return Panel(
        title=_("What limits it now"),
        rows=rows,
        empty=_("Nothing limits this account."),
        tone="danger" if account.status == AccountStatus.CLOSED else "warning" if rows else "",
    )


def holds_panel(account: PublicAccount, staff: StaffUser, now: datetime) -> Panel:
    """Return what blocks a transfer now, and closing at the operator's wish."""
    rows = [
        PanelRow(
            label=each.get_kind_display(),
            hint=reference_in_words(each.ground_ref),
            url=reference_url(each.ground_ref, staff),
            value=_("since %(time)s") % {"time": instant(each.placed_at)},
        )
        for each in holds_in_force(account)
    ]
    # A measure that runs is read from itself: it ends by comparison with now.
    rows += [
        PanelRow(
            label=_("Measure in force"),
            hint=ground_in_words(each.ground_kind, each.ground_ref),
            url=ground_url(each.ground_kind, each.ground_ref, staff),
            value=each.get_kind_display(),
        )
        for each in restrictions_in_force(account, now)
        if each.ground_kind == GroundKind.DECISION
    ]
    return Panel(
        title=_("What blocks a transfer and closing at one’s own wish"),
        rows=rows,
        empty=_("Nothing blocks it."),
        tone="info" if rows else "",
    )


def _limit_row(restriction: Restriction, staff: StaffUser) -> PanelRow:
    kind = restriction.get_kind_display()
    names = restriction.worded_functions(restriction.functions)
    ends = [end for end in (restriction.in_force_until, restriction.ended_at) if end is not None]
    until = _("until %(time)s") % {"time": instant(min(ends))} if ends else _("without end")
    return PanelRow(
        label=f"{kind}: {names}" if names else kind,
        hint=ground_in_words(restriction.ground_kind, restriction.ground_ref),
        url=ground_url(restriction.ground_kind, restriction.ground_ref, staff),
        value=until,
    )


def subject_panel(account: PublicAccount, staff: StaffUser) -> Panel:
    """Return who runs the account; of a person nothing but what is masked."""
    subject = account.subject
    facts = [
        Fact(_("Subject"), subject.shown_name, url=subject_url(subject, staff)),
        Fact(_("Nature"), subject.get_nature_display()),
        Fact(
            subject.get_id_type_display() or _("Document"),
            subject.id_number.masked if subject.id_number is not None else subject.uscc,
            url=reveal_url(subject.id_number, staff),
            is_code=True,
        ),
    ]
    if subject.is_minor:
        facts.append(Fact(_("Minor"), _("yes")))
    return Panel(title=_("Run by"), facts=facts)


def qualification_panel(
    particulars: Application | Transfer, staff: StaffUser, now: datetime
) -> Panel:
    """Return background and qualification as they were declared, and whether the latter runs."""
    facts = []
    background = particulars.professional_background
    if background is not None:
        facts.append(
            Fact(
                _("Professional background"),
                background.masked or _("kept masked"),
                url=reveal_url(background, staff),
            )
        )
    if particulars.qualification_type:
        number = particulars.qualification_number
        until = particulars.qualification_valid_until
        is_over = until is not None and until < timezone.localdate(now)
        facts += [
            Fact(
                _("Qualification"),
                QualificationType(particulars.qualification_type).label,
                hint=particulars.qualification_issuer,
            ),
            Fact(
                _("Qualification number"),
                number.masked if number is not None else "",
                url=reveal_url(number, staff),
                is_code=True,
            ),
            Fact(
                _("Valid until"),
                date_format(until, "Y-m-d") if until is not None else "",
                hint=_("expired") if is_over else "",
            ),
        ]
    is_transfer = isinstance(particulars, Transfer)
    return Panel(
        title=_("Declared with the transfer")
        if is_transfer
        else _("Declared with the application"),
        facts=facts,
        empty=_("None was declared."),
    )


def names_panel(account: PublicAccount) -> Panel:
    """Return the names that the account has had, the latest first."""
    versions = (
        account.history.annotate(before=Window(Lag("name"), order_by="history_id"))
        .filter(Q(before__isnull=True) | ~Q(before=F("name")))
        .order_by("-history_id")
        .values_list("name", "history_date", "history_person_name")[:NAMES_SHOWN]
    )
    return Panel(
        title=_("Names it has had"),
        rows=[
            PanelRow(
                label=name, value=_("from %(time)s") % {"time": instant(since)}, hint=str(person)
            )
            for name, since, person in versions
        ],
    )


def register() -> None:
    """Give the page its address; called when apps are ready."""
    register_page("accounts/<int:pk>/", AccountPage, name="account")
