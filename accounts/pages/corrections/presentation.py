"""How corrections are worded for the pages that show them."""

from dataclasses import dataclass
from typing import Any, Final

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.correction_words import AnswerKind, CorrectionStatus
from accounts.models import Correction, CorrectionAnswer, CorrectionDocument, Finding
from accounts.pages.addresses import account_url, subject_url
from accounts.pages.presentation import check_of, instant
from accounts.pages.references import reference_in_words, reference_url
from accounts.pages.shown_files import files_context
from accounts.services.correction_notices import found_in_words, rule_in_words
from accounts.services.corrections.ordering import (
    correction_ref,
    has_lapsed_untold,
    proof_of_delivery,
)
from accounts.services.corrections.review import check_answer
from compliance.models import StaffUser
from compliance.pages.clock_panel import due_in_words
from compliance.ui.kit import Badge, Change, Check, Fact

S = CorrectionStatus
TONES: Final = {
    S.ORDERED: "warning",
    S.SUBMITTED: "info",
    S.ACCEPTED: "good",
    S.WITHDRAWN: "",
    S.OVERDUE: "danger",
    S.REFUSED: "danger",
    S.TERMINATED: "danger",
}
VIEW: Final = "accounts.view_correction"


def correction_url(correction: Correction) -> str:
    """Return the address of a correction's page."""
    return reverse("admin:correction", args=[correction.pk])


def state_badge(correction: Correction) -> Badge:
    """Return how a correction stands as a word with a colour."""
    status = CorrectionStatus(correction.status)
    return Badge(text=status.label, tone=TONES[status])


def correction_facts(correction: Correction, staff: StaffUser) -> list[Fact]:
    """Return what is known of a correction; whether the operator was told, from the outbox."""
    account, delivered = correction.account, proof_of_delivery(correction)
    facts = [
        Fact(_("Account"), account.name, hint=account.platform_uid, url=account_url(account)),
        Fact(
            _("Run by"),
            account.subject.shown_name,
            hint=account.subject.get_nature_display(),
            url=subject_url(account.subject, staff),
        ),
        Fact(_("What is wrong"), correction.mismatches_in_words),
        Fact(_("As it was found"), _("; ").join(found_in_words(correction).splitlines())),
        Fact(_("In what way"), correction.get_ground_display()),
        Fact(_("Facts told to the operator"), correction.facts),
        Fact(_("Rule"), rule_in_words(correction)),
        Fact(_("Private note, never told"), correction.private_note),
        Fact(
            _("Order to correct"),
            _("%(time)s by %(name)s")
            % {"time": instant(correction.ordered_at), "name": correction.ordered_by.name},
        ),
        Fact(_("Time of the operator"), due_in_words(correction.clock.due_at)),
        Fact(
            _("Notice delivered"),
            instant(delivered) if delivered is not None else _("not known to be delivered in time"),
            hint=_("Without this the service cannot be terminated.") if delivered is None else "",
        ),
    ]
    if correction.origin_ref:
        facts.append(
            Fact(
                _("Comes from"),
                reference_in_words(correction.origin_ref),
                url=reference_url(correction.origin_ref, staff),
            )
        )
    facts += [
        Fact(
            each.get_kind_display(),
            each.number,
            hint=each.get_status_display(),
            url=reference_url(f"finding:{each.pk}", staff),
        )
        for each in Finding.objects.filter(
            account=account, ground_ref=correction_ref(correction)
        ).order_by("pk")
    ]
    for label, at in (
        (_("Not corrected in time since"), correction.lapsed_at),
        (_("Refused at"), correction.refused_at),
    ):
        if at is not None:
            facts.append(Fact(label, instant(at)))
    if correction.decided_at is not None and correction.decided_by is not None:
        facts.append(
            Fact(_("Decided at"), instant(correction.decided_at), hint=correction.decided_by.name)
        )
    return facts


def profile_changes(correction: Correction, answer: CorrectionAnswer) -> list[Change]:
    """Return name and introduction as they were found beside those that an answer asks for."""
    found = correction.profile_found
    return [
        Change(_("Account name"), found["name"], _as_it_is(answer.name, found["name"])),
        Change(_("Introduction"), found["bio"], _as_it_is(answer.bio, found["bio"])),
    ]


def _as_it_is(given: str | None, found: str) -> str:
    return found if given is None else given


def checks_of_answer(answer: CorrectionAnswer) -> list[Check]:
    """Return what the checks say of the profile that an answer asks for, each explained."""
    if answer.kind != AnswerKind.CORRECTED or (answer.name is None and answer.bio is None):
        return []
    return [check_of(each) for each in check_answer(answer, timezone.now()).hits]


@dataclass(frozen=True)
class AnswerRow:
    """An answer as the pages list it."""

    title: str
    at: str
    facts: list[Fact]


def answer_rows(correction: Correction) -> list[AnswerRow]:
    """Return what was answered, the latest first."""
    rows = []
    for each in correction.answers.select_related("receipt").order_by("-pk"):
        facts = [
            Fact(
                _("Came in"),
                f"{instant(each.received_at)} · {each.get_source_display()}",
                hint=each.receipt.number if each.receipt is not None else "",
            )
        ]
        if each.name is not None:
            facts.append(Fact(_("New account name"), each.name))
        if each.bio is not None:
            facts.append(Fact(_("New introduction"), each.bio or _("(none)")))
        rows.append(AnswerRow(str(each.get_kind_display()), instant(each.received_at), facts))
    return rows


def documents_of(correction: Correction) -> list[CorrectionDocument]:
    """Return the files that came with the answers, in the order of their arrival."""
    found = CorrectionDocument.objects.filter(answer__correction=correction)
    return list(found.select_related("file__key", "file__attached_by", "answer").order_by("pk"))


def documents_context(correction: Correction, staff: StaffUser) -> dict[str, Any]:
    """Return the files as a list, and their copies one after the other for the viewer."""
    return files_context(
        [
            (
                _("Words of the operator") if each.is_statement else _("File of the operator"),
                each.file,
            )
            for each in documents_of(correction)
        ],
        staff,
    )


def warning_of(correction: Correction) -> str:
    """Return what a colleague has to know before anything is done, or nothing."""
    if has_lapsed_untold(correction):
        return _(
            "The time is over, but the notice is not known to have arrived in time: nothing was "
            "missed. See to its delivery and set the time anew."
        )
    if correction.status == S.OVERDUE:
        return _(
            "The correction was missed. A finding leads to a case, in which the termination of the "
            "service can be proposed; until it is decided a correction is still taken."
        )
    return ""
