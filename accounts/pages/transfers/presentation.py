"""How transfers are worded for the pages that show them."""

from collections.abc import Sequence
from typing import Any, Final

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.enums import CheckCode, CheckOutcome
from accounts.models import Regularisation, Transfer
from accounts.pages.addresses import account_url, subject_url
from accounts.pages.formulas.links import version_facts
from accounts.pages.presentation import instant
from accounts.powers_words import FormulaCode
from accounts.rules.check_results import CheckResult
from accounts.rules.explanations import explanation
from accounts.services.transfers.materials import missing_papers, papers_in_words
from accounts.transfer_words import RegularisationStatus, TransferParty, TransferStatus
from compliance.models import IdentityValue, StaffUser
from compliance.pages.evidence import FileRow, file_row
from compliance.pages.reveal import reveal_url
from compliance.ui.kit import Badge, Check, Fact

_TONES: Final = {
    TransferStatus.APPLIED: "info",
    TransferStatus.WAITING_MATERIAL: "warning",
    TransferStatus.IN_REVIEW: "info",
    TransferStatus.PROPOSED: "info",
    TransferStatus.APPROVED: "warning",
    TransferStatus.ANNOUNCED: "warning",
    TransferStatus.EFFECTIVE: "good",
    TransferStatus.REFUSED: "danger",
    TransferStatus.LAPSED: "danger",
    TransferStatus.WITHDRAWN: "",
}
_REGULARISATION_TONES: Final = {
    RegularisationStatus.OPEN: "warning",
    RegularisationStatus.REGULARISED: "good",
    RegularisationStatus.MISSED: "danger",
    RegularisationStatus.CLEARED: "",
    RegularisationStatus.TERMINATED: "danger",
}
_CHECK_TONES: Final = {
    CheckOutcome.REFUSED: "danger",
    CheckOutcome.WAITING_MATERIAL: "warning",
    CheckOutcome.IN_REVIEW: "info",
}


def transfer_url(transfer: Transfer) -> str:
    """Return the address of a transfer's page."""
    return reverse("admin:transfer", args=[transfer.pk])


def regularisation_url(regularisation: Regularisation) -> str:
    """Return the address of the page about a transfer without approval."""
    return reverse("admin:regularisation", args=[regularisation.pk])


def state_badge(transfer: Transfer) -> Badge:
    """Return the state of a transfer as a word with a colour."""
    status = TransferStatus(transfer.status)
    return Badge(text=status.label, tone=_TONES[status])


def regularisation_badge(regularisation: Regularisation) -> Badge:
    """Return the state of a transfer without approval as a word with a colour."""
    status = RegularisationStatus(regularisation.status)
    return Badge(text=status.label, tone=_REGULARISATION_TONES[status])


def transfer_facts(transfer: Transfer, staff: StaffUser) -> list[Fact]:
    """Return from whom to whom an account is to pass, and how far that is."""
    account = transfer.account
    facts = [
        Fact(_("Account"), account.name, hint=account.platform_uid, url=account_url(account)),
        Fact(
            _("Transferor"),
            transfer.from_subject.shown_name,
            hint=transfer.get_from_nature_display(),
            url=subject_url(transfer.from_subject, staff),
        ),
        Fact(
            _("Transferee"),
            transfer.transferee,
            hint=transfer.get_subject_nature_display(),
            url=subject_url(transfer.subject, staff),
        ),
        Fact(_("Applied at"), instant(transfer.applied_at), hint=transfer.get_source_display()),
        _papers_fact(transfer),
        Fact(_("Transferee verified"), _("yes") if transfer.is_verified else _("no")),
        *version_facts(FormulaCode.EXITS, transfer.policy, staff),
    ]
    facts += [
        Fact(_("Confirmed: %(side)s") % {"side": label}, instant(at))
        for label, at in _sides(transfer)
    ]
    for label, at in (
        (_("Announced at"), transfer.announced_at),
        (_("Effective at"), transfer.effective_at),
        (_("No earning of money until"), transfer.monetisation_off_until),
    ):
        if at is not None:
            facts.append(Fact(label, instant(at)))
    if transfer.decided_at is not None and transfer.decided_by is not None:
        facts.append(
            Fact(_("Decided at"), instant(transfer.decided_at), hint=transfer.decided_by.name)
        )
    return facts


def _papers_fact(transfer: Transfer) -> Fact:
    rules = reverse("admin:formula", args=["exits"])
    if transfer.materials_complete_at is None:
        missing = papers_in_words(missing_papers(transfer))
        return Fact(_("Papers"), _("missing: %(papers)s") % {"papers": missing}, url=rules)
    complete = instant(transfer.materials_complete_at)
    return Fact(_("Papers"), _("all there"), hint=complete, url=rules)


def _sides(transfer: Transfer) -> list[tuple[str, Any]]:
    confirmed = dict(transfer.confirmations.values_list("party", "confirmed_at"))
    return [
        (str(party.label), confirmed[party.value])
        for party in TransferParty
        if party.value in confirmed
    ]


def declared_facts(transfer: Transfer, staff: StaffUser) -> list[Fact]:
    """Return what the transferee declared; identity data masked, with the way to reveal it."""
    labels = {
        column.name: str(column.verbose_name) for column in Transfer._meta.local_concrete_fields
    }

    def fact(name: str, value: object = None) -> Fact:
        declared = getattr(transfer, name)
        if isinstance(declared, IdentityValue):
            return Fact(labels[name], declared.masked, url=reveal_url(declared, staff))
        return Fact(labels[name], declared if value is None else value)

    return [
        fact("organisation_name") if transfer.organisation_name else fact("subject_name"),
        fact("id_type", transfer.get_id_type_display()),
        fact("id_number"),
        fact("mobile"),
        fact("contact"),
        fact("registered_region"),
        fact("operating_region"),
        fact("business_scope"),
        fact("professional_background"),
        fact("qualification_type", transfer.get_qualification_type_display()),
        fact("qualification_number"),
        fact("qualification_issuer"),
        fact("qualification_valid_until"),
    ]


def checks_of(transfer: Transfer) -> list[Check]:
    """Return the checks that the transferee did not pass, explained."""
    results = [
        CheckResult(CheckCode(each.code), CheckOutcome(each.outcome), each.reason_key, each.params)
        for each in transfer.checks.order_by("pk")
    ]
    return [
        Check(
            code=each.code.name,
            title=each.code.label,
            outcome=each.outcome.label,
            tone=_CHECK_TONES.get(each.outcome, ""),
            explanation=explanation(each),
        )
        for each in results
    ]


def papers_of(transfer: Transfer, staff: StaffUser) -> Sequence[tuple[str, FileRow]]:
    """Return the papers of a transfer, each with what it is."""
    attached = transfer.materials.select_related("file__key", "file__attached_by").order_by("pk")
    return [(str(each.get_paper_display()), file_row(each.file, staff)) for each in attached]


def transfer_context(transfer: Transfer, staff: StaffUser) -> dict[str, Any]:
    """Return what both pages of a transfer show of it."""
    papers = papers_of(transfer, staff)
    may_attach = staff.has_perm("accounts.submit_transfer") and transfer.status in (
        TransferStatus.WAITING_MATERIAL,
        TransferStatus.IN_REVIEW,
    )
    return {
        "badge": state_badge(transfer),
        "facts": transfer_facts(transfer, staff),
        "declared": declared_facts(transfer, staff),
        "checks": checks_of(transfer),
        "papers": papers,
        "is_paper_waiting": any(row.is_waiting for _label, row in papers),
        "attach_url": (
            reverse("admin:attach_transfer_papers", args=[transfer.pk]) if may_attach else ""
        ),
    }
