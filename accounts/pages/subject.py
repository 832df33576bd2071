"""The page of one subject: who it is as far as may be shown, its accounts, all that happened."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.enums import ApplicationStatus, SubjectNature
from accounts.models import Application, Subject
from accounts.pages.addresses import account_url, application_url
from accounts.pages.grounds import ground_in_words, ground_url
from accounts.pages.presentation import instant, standing_badge, state_in_words
from accounts.services.allowances.standing import cap_of
from accounts.services.bars import bars_of
from accounts.services.policies import policy_in_force
from compliance.errors import IdentityErased
from compliance.models import StaffUser
from compliance.pages.door import staff_of
from compliance.pages.record import Panel, PanelRow, RecordPage, links_of, panels_of
from compliance.pages.record_timeline import timeline_page
from compliance.pages.reveal import reveal_url
from compliance.ui.kit import Badge, Fact
from compliance.ui.pages import register_page

# Our choice; the caps are far below it.
SHOWN = 50
APPLICATION_TONES = {
    ApplicationStatus.APPROVED: "good",
    ApplicationStatus.IN_REVIEW: "info",
    ApplicationStatus.WAITING_MATERIAL: "warning",
    ApplicationStatus.REFUSED: "danger",
}


class SubjectPage(RecordPage):
    """One subject with everything that it runs; its identity is masked."""

    permission = "accounts.view_subject"
    template_name = "accounts/subject.html"
    list_title = gettext_lazy("subjects")
    list_url_name = "admin:accounts_subject_changelist"

    def find_record(self) -> Subject:
        return get_object_or_404(
            Subject.objects.select_related("key", "name", "id_number"), pk=self.kwargs["pk"]
        )

    def get_title(self) -> str:
        return _("Subject %(name)s") % {"name": self.record}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        subject, staff = self.record, staff_of(self.request)
        return {
            "facts": identity_facts(subject, staff),
            "panels": [
                accounts_panel(subject),
                applications_panel(subject),
                bars_panel(subject, staff),
                *panels_of(subject, staff),
            ],
            "links": links_of(subject, staff),
            "timeline": timeline_page(
                subject,
                staff,
                kind=self.request.GET.get("kind", ""),
                position=self.request.GET.get("from", ""),
            ),
            **super().get_context_data(**kwargs),
        }

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        # Nothing is done here; the pages of its matters do.
        return self.http_method_not_allowed(request)


def identity_facts(subject: Subject, staff: StaffUser) -> list[Fact]:
    """Return who the subject is; a body's name and code are public, a person's are masked."""
    facts = [
        Fact(_("Nature"), subject.get_nature_display()),
        Fact(
            _("Name"),
            subject.shown_name,
            url="" if subject.organisation_name else reveal_url(subject.name, staff),
        ),
        Fact(_("Document type"), subject.get_id_type_display()),
    ]
    if subject.uscc:
        facts.append(Fact(_("Unified social credit code"), subject.uscc, is_code=True))
    elif subject.id_number is not None:
        facts.append(
            Fact(
                _("Document number"),
                subject.id_number.masked,
                url=reveal_url(subject.id_number, staff),
                is_code=True,
            )
        )
    facts += [
        Fact(_("Minor"), _("yes") if subject.is_minor else _("no")),
        Fact(_("Known since"), instant(subject.created_at)),
    ]
    if subject.key.erased_at is not None:
        facts.append(Fact(_("Identity data erased"), instant(subject.key.erased_at)))
    return facts


def accounts_panel(subject: Subject) -> Panel:
    """Return the accounts of the subject, and how many places are taken under its cap."""
    now = timezone.now()
    accounts = subject.accounts.prefetch_related("restrictions").order_by("-pk")[:SHOWN]
    taken = Application.objects.counting().filter(subject=subject).count()
    return Panel(
        title=_("Accounts of this subject"),
        hint=cap_in_words(subject, taken),
        rows=[
            PanelRow(
                label=account.name,
                url=account_url(account),
                hint=f"{account.platform_uid} · {state_in_words(account, now)}",
                badge=standing_badge(account, now),
            )
            for account in accounts
        ],
        empty=_("It runs no account."),
        more_url=reverse("admin:formula", args=["registration"]),
        more_label=_("Registration"),
    )


def cap_in_words(subject: Subject, taken: int) -> str:
    """Return how many places are taken and how many there are for a subject of this nature."""
    if subject.nature not in SubjectNature.values:
        return _("%(taken)s places taken; no cap is set without a nature.") % {"taken": taken}
    limits = policy_in_force(timezone.now()).limits
    return _("%(taken)s of %(cap)s places taken") % {
        "taken": taken,
        "cap": cap_of(subject, subject.nature, limits),
    }


def applications_panel(subject: Subject) -> Panel:
    """Return the applications of the subject, those too that came to nothing."""
    applications = (
        Application.objects.standing_in_the_name().filter(subject=subject).order_by("-pk")[:SHOWN]
    )
    return Panel(
        title=_("Applications of this subject"),
        rows=[
            PanelRow(
                label=each.account_name or each.platform_uid,
                url=application_url(each.pk),
                hint=f"{each.platform_uid} · {instant(each.received_at)}",
                badge=Badge(
                    text=each.get_status_display(),
                    tone=APPLICATION_TONES.get(ApplicationStatus(each.status), ""),
                ),
            )
            for each in applications
        ],
        empty=_("There is none."),
    )


def bars_panel(subject: Subject, staff: StaffUser) -> Panel:
    """Return the bars on registration that meet this subject, in force and lifted."""
    title = _("Bars on registration")
    try:
        bars = list(bars_of(subject).order_by("-pk")[:SHOWN])
    except IdentityErased:
        return Panel(
            title=title, empty=_("Cannot be told: the identity data was erased."), tone="warning"
        )
    rows = [
        PanelRow(
            label=ground_in_words(bar.ground_kind, bar.ground_ref),
            url=ground_url(bar.ground_kind, bar.ground_ref, staff),
            hint=_("Review due %(day)s") % {"day": bar.review_date.isoformat()},
            badge=(
                Badge(text=_("In force"), tone="danger")
                if bar.removed_at is None
                else Badge(text=_("Lifted"))
            ),
        )
        for bar in bars
    ]
    is_barred = any(bar.removed_at is None for bar in bars)
    return Panel(
        title=title,
        rows=rows,
        empty=_("None; this subject may register."),
        tone="danger" if is_barred else "",
    )


def register() -> None:
    """Give the page its address; called when apps are ready."""
    register_page("subjects/<int:pk>/", SubjectPage, name="subject")
