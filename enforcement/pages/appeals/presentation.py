"""How appeals are worded for the pages that show them."""

import copy
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from compliance.evidence import viewing
from compliance.models import EvidenceFile, EvidenceStatus, StaffUser
from compliance.pages.clock_panel import due_in_words
from compliance.pages.evidence import file_row
from compliance.ui.kit import Badge, Fact
from enforcement.appeal_words import OPEN_APPEALS, AppealStatementKind, AppealStatus
from enforcement.enums import MeasureStatus
from enforcement.models import Appeal, AppealStatement, Decision, Measure
from enforcement.pages.hearings.presentation import StatementRow
from enforcement.pages.presentation import case_url, decision_url, instant
from enforcement.services.appeals.filing import QUEUES
from enforcement.services.measure_lines import undone_line

VIEW: Final = "enforcement.view_appeal"
TONES: Final = {
    AppealStatus.FILED: "warning",
    AppealStatus.ACCEPTED: "info",
    AppealStatus.WAITING: "",
    AppealStatus.REFUSED: "danger",
    AppealStatus.DECIDED: "good",
    AppealStatus.WITHDRAWN: "",
}
_PAGES: Final = {1: "admin:hear_appeal", 2: "admin:hear_second_appeal"}


def appeal_url(appeal: Appeal) -> str:
    """Return the address of the page on which an appeal is heard."""
    return reverse(_PAGES[appeal.level], args=[appeal.work_item_id])


def appeal_badge(appeal: Appeal) -> Badge:
    """Return how an appeal stands as a word with a colour; a late one says so."""
    status = AppealStatus(appeal.status)
    if is_late(appeal, timezone.now()):
        return Badge(text=_("%(state)s, overdue") % {"state": status.label}, tone="danger")
    ruling = getattr(appeal, "ruling", None)
    if ruling is not None:
        return Badge(text=ruling.get_outcome_display(), tone=TONES[status])
    return Badge(text=status.label, tone=TONES[status])


def is_late(appeal: Appeal, now: datetime) -> bool:
    """Return whether the step that an open appeal is in should be done by now."""
    is_ours = appeal.status in (AppealStatus.FILED, AppealStatus.ACCEPTED)
    return is_ours and appeal.clock.due_at < now


def appeal_facts(appeal: Appeal) -> list[Fact]:
    """Return what is known of an appeal and how far it has come."""
    decision = appeal.decision
    facts = [
        Fact(_("Decision"), decision.number, url=decision_url(decision)),
        Fact(_("Case"), decision.case.number, url=case_url(decision.case)),
        Fact(_("Level"), _("second") if appeal.first_id else _("first")),
        Fact(_("Came in by"), appeal.get_channel_display()),
        Fact(_("Contested"), appeal.get_ground_display()),
        Fact(pgettext("appeal", "Filed"), instant(appeal.filed_at)),
    ]
    if appeal.status in OPEN_APPEALS:
        facts.append(Fact(_("Next step due"), due_in_words(appeal.clock.due_at)))
    if appeal.handler is not None and appeal.taken_up_at is not None:
        facts.append(Fact(_("Taken up"), f"{appeal.handler.name}, {instant(appeal.taken_up_at)}"))
    if appeal.refusal:
        facts.append(Fact(_("Not accepted because"), appeal.get_refusal_display()))
        facts.append(Fact(_("Reasons told to the appellant"), appeal.refusal_text))
    if appeal.first is not None:
        facts.append(Fact(_("First level"), appeal.first.number, url=appeal_url(appeal.first)))
    return facts + ruling_facts(appeal)


def ruling_facts(appeal: Appeal) -> list[Fact]:
    """Return what became of the decision by an appeal, or nothing."""
    ruling = getattr(appeal, "ruling", None)
    if ruling is None:
        return []
    facts = [
        Fact(_("Outcome"), ruling.get_outcome_display()),
        Fact(_("Decided by"), f"{ruling.person.name}, {instant(ruling.at)}"),
        Fact(_("Reasons told to the appellant"), ruling.text),
    ]
    if ruling.ground:
        facts.insert(1, Fact(_("Why it did not stand"), ruling.get_ground_display()))
    if ruling.second_window is not None:
        facts.append(Fact(_("Second level open until"), instant(ruling.second_window.due_at)))
    return facts


def said_in(appeal: Appeal, staff: StaffUser) -> list[StatementRow]:
    """Return what was said in an appeal, in the order in which it came."""
    statements = appeal.statements.select_related("receipt", "person", "question").prefetch_related(
        "documents__file__key", "documents__file__attached_by"
    )
    return [_row(each, staff) for each in statements.order_by("pk")]


def _row(statement: AppealStatement, staff: StaffUser) -> StatementRow:
    documents = sorted(statement.documents.all(), key=lambda each: each.pk)
    written = [each.file for each in documents if each.is_words]
    words, note = (statement.text, "") if statement.text else _read(written, staff)
    title = str(AppealStatementKind(statement.kind).label)
    if statement.person is not None:
        title = _("%(kind)s, by %(name)s") % {"kind": title, "name": statement.person.name}
    if statement.question is not None:
        note = _("Asked: %(question)s") % {"question": statement.question.text} + f" {note}"
    receipt = f" · {statement.receipt.number}" if statement.receipt is not None else ""
    return StatementRow(
        title=title,
        at=f"{instant(statement.received_at)}{receipt}",
        words=words,
        note=note.strip(),
        files=[file_row(each.file, staff) for each in documents if not each.is_words],
    )


def _read(written: Sequence[EvidenceFile], staff: StaffUser) -> tuple[str, str]:
    """Return the words of an appellant, or why they cannot be read now."""
    if not written:
        return "", ""
    file = written[0]
    if file.status == EvidenceStatus.QUARANTINED:
        return "", _("The words are being checked; they can be read in a moment.")
    if file.status != EvidenceStatus.AVAILABLE or file.is_sensitive:
        return "", _("The words stand in the file %(number)s.") % {"number": file.number}
    copies = file.copies.order_by("number")
    return "\n".join(viewing.look_at_copy(copy=each, actor=staff).decode() for each in copies), ""


@dataclass(frozen=True, kw_only=True)
class UndoLine:
    """A measure, and what undoing it now would give back, in the words of the notice."""

    code: str
    measure: str
    would: str


def undo_preview(decision: Decision, now: datetime) -> list[UndoLine]:
    """Return what undoing each measure that stands would do now; nothing is written."""
    standing = decision.measures.exclude(status=MeasureStatus.REVERSED)
    return [
        UndoLine(
            code=each.measure,
            measure=str(each.get_measure_display()),
            would=str(undone_line(_as_if(each, now), now)),
        )
        for each in standing.select_related("ordered", "command", "entry").order_by("pk")
    ]


def _as_if(measure: Measure, now: datetime) -> Measure:
    """Return a measure as it would be if it were undone now; it is never saved."""
    seen = copy.copy(measure)
    is_running = measure.status == MeasureStatus.IN_FORCE and (
        measure.in_force_until is None or measure.in_force_until > now
    )
    if is_running:
        seen.ended_at = now
    return seen


def queue_of(appeal: Appeal) -> str:
    """Return the queue in which an appeal waits."""
    return QUEUES[appeal.level]
