"""How hearings and statements are worded for the pages that show them."""

from dataclasses import dataclass
from typing import Any, Final

from django.urls import reverse
from django.utils.translation import gettext as _

from compliance.evidence import viewing
from compliance.models import EvidenceFile, EvidenceStatus, StaffUser
from compliance.pages.clock_panel import due_in_words
from compliance.pages.evidence import file_row
from compliance.pages.evidence.presentation import FileRow
from compliance.ui.kit import Badge, Fact
from enforcement.hearing_words import HearingStatus
from enforcement.models import Decision, Hearing, HearingStatement
from enforcement.pages.emergencies.presentation import outcome_facts
from enforcement.pages.presentation import decision_url, instant
from enforcement.services.hearings.opening import has_lapsed_untold, known_since
from enforcement.services.hearings.planning import decision_heard

VIEW: Final = "enforcement.view_hearing"
TONES: Final = {
    HearingStatus.WAITING: "info",
    HearingStatus.ANSWERED: "warning",
    HearingStatus.LAPSED: "",
    HearingStatus.DROPPED: "",
}


@dataclass(frozen=True, kw_only=True)
class StatementRow:
    """One statement: what the operator said, when, in words where they can be read, with its files."""

    title: str
    at: str
    words: str
    note: str
    files: list[FileRow]


def hearing_url(hearing: Hearing) -> str:
    """Return the address of a hearing's page."""
    return reverse("admin:hearing", args=[hearing.pk])


def state_badge(hearing: Hearing) -> Badge:
    """Return how a hearing stands as a word with a colour."""
    if has_lapsed_untold(hearing):
        return Badge(text=_("The notice did not arrive"), tone="danger")
    status = HearingStatus(hearing.status)
    return Badge(text=status.label, tone=TONES[status])


def warning_of(hearing: Hearing) -> str:
    """Return what a colleague has to know before anything is done, or nothing."""
    if has_lapsed_untold(hearing):
        return _(
            "The time is over, but the notice is not known to have arrived in time: the operator was "
            "not silent. See to its delivery and give the time anew."
        )
    return ""


def hearing_facts(hearing: Hearing) -> list[Fact]:
    """Return what is known of a hearing; whether the operator was told, from the outbox."""
    known, decision = known_since(hearing), decision_heard(hearing)
    facts = [
        Fact(_("Decision"), decision.number, url=decision_url(decision)),
        Fact(_("Heard since"), instant(hearing.opened_at)),
        Fact(_("The operator may speak until"), due_in_words(hearing.clock.due_at)),
        Fact(
            _("The operator knows of it since"),
            instant(known) if known is not None else _("not known to be delivered in time"),
            hint=_("Without this the time does not run out.") if known is None else "",
        ),
    ]
    if hearing.ended_at is not None:
        facts.append(Fact(_("Ended"), instant(hearing.ended_at)))
    if hearing.after is not None:
        facts.insert(1, Fact(_("Heard"), _("after the decision, which could not wait")))
        facts += outcome_facts(hearing)
    others = sorted(hearing.decisions.exclude(pk=decision.pk), key=lambda each: each.pk)
    facts += [
        Fact(_("A later decision rests on it"), each.number, url=decision_url(each))
        for each in others
    ]
    return facts


def statement_rows(hearing: Hearing, staff: StaffUser) -> list[StatementRow]:
    """Return what the operator said, in the order in which it came."""
    statements = hearing.statements.select_related("receipt").prefetch_related(
        "documents__evidence__file__key", "documents__evidence__file__attached_by"
    )
    return [_row(each, staff) for each in statements.order_by("pk")]


def _row(statement: HearingStatement, staff: StaffUser) -> StatementRow:
    documents = sorted(statement.documents.all(), key=lambda each: each.pk)
    written = [each.evidence.file for each in documents if each.is_words]
    words, note = _read(written[0], staff) if written else ("", "")
    receipt = f" · {statement.receipt.number}" if statement.receipt is not None else ""
    return StatementRow(
        title=str(statement.get_kind_display()),
        at=f"{instant(statement.received_at)}{receipt}",
        words=words,
        note=note,
        files=[file_row(each.evidence.file, staff) for each in documents if not each.is_words],
    )


def _read(file: EvidenceFile, staff: StaffUser) -> tuple[str, str]:
    """Return the words of an operator, or why they cannot be read now."""
    if file.status == EvidenceStatus.QUARANTINED:
        return "", _("The words are being checked; they can be read in a moment.")
    if file.status != EvidenceStatus.AVAILABLE or file.is_sensitive:
        return "", _("The words stand in the evidence of the case: %(number)s.") % {
            "number": file.number
        }
    copies = file.copies.order_by("number")
    text = [viewing.look_at_copy(copy=each, actor=staff).decode() for each in copies]
    return "\n".join(text), ""


def hearing_context(decision: Decision, staff: StaffUser) -> dict[str, Any]:
    """Return what the pages of a decision show of the hearing before it, for whoever may see it."""
    hearing = decision.hearing
    if hearing is None or not staff.has_perm(VIEW):
        return {}
    return {
        "hearing": hearing,
        "hearing_badge": state_badge(hearing),
        "hearing_url": hearing_url(hearing),
        "hearing_until": due_in_words(hearing.clock.due_at),
        "hearing_warning": warning_of(hearing),
        "statements": statement_rows(hearing, staff),
        "weighings": [
            (each.approver.name, each.text)
            for each in decision.weighings.select_related("approver").order_by("pk")
        ],
    }
