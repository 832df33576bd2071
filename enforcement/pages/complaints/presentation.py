"""How complaints are worded for the pages of the console; who complains is masked, or not there."""

from typing import Any, Final

from django.db.models import Model
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from accounts.models import Restriction
from accounts.pages.addresses import account_url
from accounts.pages.presentation import instant
from accounts.pages.repudiations.presentation import repudiation_url
from accounts.pages.shown_files import files_context
from compliance.models import StaffUser
from compliance.pages.clock_panel import due_in_words
from compliance.pages.reveal import reveal_url
from compliance.ui.kit import Badge, Fact
from enforcement.complaint_words import (
    ENDED,
    ComplaintKind,
    ComplaintStatus,
    ComplaintTeam,
)
from enforcement.models import Complaint, Decision, InfringementFile
from enforcement.pages.presentation import case_url, decision_url, profile_facts, status_badge
from enforcement.rules.complaints import VIOLATION_OF
from enforcement.services.complaint_appeals.sides import permission_to_hear
from enforcement.services.complaints.review import permission_for
from enforcement.services.complaints.sealing import unfounded_of, words_of
from enforcement.services.infringements.filing import (
    counter_statement,
    infringement_of,
    passed_on,
    suit_in_words,
)
from enforcement.services.infringements.notices import day_of

VIEW: Final = "enforcement.view_complaint"
VIEW_PLATFORM: Final = "enforcement.view_platform_complaint"
S = ComplaintStatus
TONES: Final = {
    S.SUBMITTED: "warning",
    S.ACKNOWLEDGED: "warning",
    S.ACCEPTED: "info",
    S.NOT_ACCEPTED: "danger",
    S.INVESTIGATING: "info",
    S.WAITING_MATERIAL: "warning",
    S.DECIDED: "warning",
    S.FED_BACK: "good",
    S.CLOSED: "",
    S.WITHDRAWN: "",
}
# The page on which an item of each team's queue is handled.
PAGES: Final = {
    ComplaintTeam.GENERAL: "review_complaint",
    ComplaintTeam.URGENT: "review_urgent_complaint",
    ComplaintTeam.RIGHTS: "review_rights_complaint",
    ComplaintTeam.PLATFORM: "review_platform_complaint",
}
SHOWN: Final = 10


def may_see(complaint: Complaint, staff: StaffUser) -> bool:
    """Return whether a colleague may see a complaint: about the platform only few may."""
    is_ours = complaint.kind == ComplaintKind.PLATFORM
    return staff.has_perm(VIEW_PLATFORM if is_ours else VIEW)


def may_handle(complaint: Complaint, staff: StaffUser) -> bool:
    """Return whether a colleague handles complaints like this one."""
    return staff.has_perm(permission_for(complaint))


def may_read(complaint: Complaint, staff: StaffUser) -> bool:
    """Return whether a colleague reads what was written: to handle it, or to hear an appeal about it."""
    hears = staff.has_perm(permission_to_hear(complaint)) and complaint.appeals.exists()
    return hears or may_handle(complaint, staff)


def complaint_url(complaint: Complaint) -> str:
    """Return the address of the page of a complaint."""
    return reverse("admin:complaint", args=[complaint.pk])


def work_url(complaint: Complaint) -> str:
    """Return the address of the page on which a complaint is handled now."""
    page = PAGES[ComplaintTeam(complaint.team)]
    return reverse(f"admin:{page}", args=[complaint.work_item_id])


def complaint_badge(complaint: Complaint) -> Badge:
    """Return how a complaint stands."""
    status = ComplaintStatus(complaint.status)
    return Badge(text=status.label, tone=TONES[status])


def complaint_facts(complaint: Complaint) -> list[Fact]:
    """Return what is known of a complaint, and nothing of whoever complains."""
    account, violation = complaint.account, VIOLATION_OF[complaint.kind]
    facts = [
        Fact(pgettext("complaint", "Kind"), complaint.get_kind_display(), hint=violation),
        Fact(
            _("Account"),
            account.name if account is not None else _("none: about the platform"),
            hint=account.platform_uid if account is not None else "",
            url=account_url(account) if account is not None else "",
        ),
        Fact(_("Content"), complaint.content_ref or _("none named")),
        Fact(
            _("Received"),
            instant(complaint.received_at),
            hint=_("%(source)s %(reference)s")
            % {"source": complaint.get_source_display(), "reference": complaint.source_ref},
        ),
        Fact(_("Queue"), complaint.get_team_display()),
    ]
    if complaint.status not in ENDED:
        facts.append(Fact(_("Due"), due_in_words(complaint.work_item.due_at)))
    if complaint.case is not None:
        facts.append(
            Fact(
                _("Case"),
                complaint.case.number,
                hint=str(complaint.case.get_status_display()),
                url=case_url(complaint.case),
            )
        )
    if complaint.repudiation is not None:
        facts.append(
            Fact(
                _("Claim of a disputed identity"),
                complaint.repudiation.reference,
                hint=str(complaint.repudiation.get_status_display()),
                url=repudiation_url(complaint.repudiation),
            )
        )
    if complaint.refusal:
        facts.append(Fact(_("Not accepted because"), complaint.get_refusal_display()))
    if complaint.outcome:
        facts.append(Fact(pgettext("complaint", "Outcome"), complaint.get_outcome_display()))
    if complaint.decided_by is not None:
        facts.append(
            Fact(_("Decided at"), instant(complaint.decided_at), hint=complaint.decided_by.name)
        )
    if complaint.told:
        facts.append(Fact(_("Told to the complainant"), complaint.told))
    if complaint.is_abusive:
        facts.append(Fact(_("Made to harm"), _("yes")))
    for appeal in complaint.appeals.all():
        facts.append(
            Fact(
                _("Appeal of the complainant"),
                appeal.number,
                hint=str(appeal.get_status_display()),
                url=reverse("admin:complaint_appeal", args=[appeal.pk]),
            )
        )
    return facts


def complainant_facts(complaint: Complaint, staff: StaffUser) -> list[Fact]:
    """Return what whoever handles a complaint sees of its complainant: masked, and how they are ranked."""
    complainant = complaint.complainant
    unfounded, abusive = unfounded_of(complainant)
    contact = complainant.contact
    return [
        Fact(
            _("Complainant"),
            contact.masked if contact is not None else _("only by the tracking page"),
            url=reveal_url(contact, staff) if contact is not None else "",
            is_code=True,
        ),
        Fact(
            _("Complaints of theirs"),
            complainant.complaints.count(),
            hint=_("not upheld: %(unfounded)s, made to harm: %(abusive)s")
            % {"unfounded": unfounded, "abusive": abusive},
        ),
    ]


def handling_context(complaint: Complaint, staff: StaffUser) -> dict[str, Any]:
    """Return what only those see who read a complaint: its words, its files, its complainant."""
    if not may_read(complaint, staff):
        return {"handles": False}
    files = complaint.files.select_related("file__key", "file__attached_by").order_by("pk")
    return {
        "handles": True,
        "complainant_facts": complainant_facts(complaint, staff),
        "said": said_about(complaint),
        **files_context(
            [
                *((_("File of the complainant"), each.file) for each in files),
                *((each.get_party_display(), each.file) for each in _files_of_notice(complaint)),
            ],
            staff,
        ),
        "infringement": infringement_cards(complaint),
    }


def said_about(complaint: Complaint) -> list[dict[str, str]]:
    """Return what the complainant and we said, the oldest first, for whoever handles it."""
    return [
        {"label": message.get_kind_display(), "at": instant(message.at), "words": words}
        for message, words in words_of(complaint)
    ]


def told_about(complaint: Complaint) -> list[Model]:
    """Return the records of a complaint about which somebody is told: itself, and its notice."""
    found = infringement_of(complaint)
    return [complaint] if found is None else [complaint, found]


def _files_of_notice(complaint: Complaint) -> Any:
    found = InfringementFile.objects.filter(infringement__complaint=complaint)
    return found.select_related("file__key", "file__attached_by").order_by("pk")


def infringement_cards(complaint: Complaint) -> dict[str, Any] | None:
    """Return what whoever handles a notice of infringement sees of it; None where it is none."""
    found = infringement_of(complaint)
    if found is None:
        return None
    shown, (name, words) = passed_on(found), counter_statement(found)
    facts = [
        Fact(_("State"), str(found.get_status_display())),
        Fact(
            _("Right"),
            found.get_right_display(),
            hint=_("acts for the holder") if found.is_agent else "",
        ),
        Fact(_("Holder of the right"), shown.holder),
        Fact(_("What is infringed"), shown.work),
        Fact(_("First evidence"), shown.evidence),
    ]
    if found.forward_clock is not None and found.forwarded_at is None:
        facts.append(Fact(_("To be passed on"), due_in_words(found.forward_clock.due_at)))
    if found.counter_clock is not None:
        facts.append(Fact(_("To be disputed by"), day_of(found.counter_clock)))
    if words:
        facts.append(Fact(_("Counter-statement of %(name)s") % {"name": name}, words))
        facts.append(Fact(_("Lawsuit to be shown by"), day_of(found.wait_clock)))
    suit = suit_in_words(found)
    if suit:
        facts.append(Fact(str(found.get_suit_kind_display()), suit))
    if found.told:
        facts.append(Fact(_("Told to both sides"), found.told))
    item = found.work_item
    return {
        "facts": facts,
        "url": reverse("admin:review_infringement", args=[item.pk])
        if item is not None and item.closed_at is None
        else "",
    }


def target_context(complaint: Complaint, staff: StaffUser) -> dict[str, Any]:
    """Return what is known of the account: what limits it, what was decided, who else complained."""
    account = complaint.account
    if account is None:
        return {}
    restrictions = Restriction.objects.filter(account=account, ended_at=None).order_by("pk")
    decisions = Decision.objects.filter(account=account).order_by("-pk")[:SHOWN]
    others = (
        Complaint.objects.about_accounts()
        .filter(account=account)
        .exclude(pk=complaint.pk)
        .order_by("-pk")[:SHOWN]
    )
    return {
        "profile_facts": profile_facts(account, timezone.now()),
        "restrictions": [
            Fact(each.get_kind_display(), instant(each.in_force_from), hint=each.ground_ref)
            for each in restrictions
        ],
        "target_decisions": [
            (each, decision_url(each), status_badge(each))
            for each in decisions
            if staff.has_perm("enforcement.view_decision")
        ],
        "other_complaints": [(each, complaint_url(each), complaint_badge(each)) for each in others],
    }
