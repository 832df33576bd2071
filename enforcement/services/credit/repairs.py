"""Services for the repair of credit that is used up: entered by one colleague, decided by another."""

from dataclasses import dataclass
from datetime import date
from typing import Final

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.enums import AccountStatus
from accounts.models import PublicAccount
from compliance import audit, proposals
from compliance.errors import ActionRefused, InvalidInput
from compliance.grounds import Grounds
from compliance.models import Proposal, Side, StaffUser
from compliance.provisions import Provision
from compliance.roles import require_permission
from enforcement.credit_words import CreditEntryKind
from enforcement.models import CreditRepair, CreditScore
from enforcement.rules.credit import Entry, Move, count_credit, repairable_from
from enforcement.rules.reasons import reason_problem
from enforcement.services.credit.counting import (
    CreditChange,
    counted,
    lock_subject,
    refresh_credit,
)
from enforcement.services.credit.entries import write_entry
from enforcement.services.credit.sources import entries_of, rule_in_force
from enforcement.services.credit.telling import tell_change, tell_refusal

REPAIR_PROPOSAL: Final = "credit_repair"
PROPOSE: Final = "enforcement.propose_creditrepair"
APPROVE: Final = "enforcement.approve_creditrepair"


@dataclass(frozen=True, kw_only=True)
class RepairDraft:
    """What an operator asks for: for which account, when, and what was put forward."""

    account: PublicAccount
    applied_on: date
    statement: str


@transaction.atomic
def propose_repair(
    *, draft: RepairDraft, actor: StaffUser, provision: Provision, reason: str
) -> CreditRepair:
    """
    Enter that an operator whose credit is used up asks for its repair.

    Public Account Provisions, art. 13 §1; our choice, no article: there is a way back, after so many
    days as the rule says, and somebody else decides on it.

    :raises NotPermitted: if the actor may not enter it.
    :raises InvalidInput: if it is not said what the operator put forward, or the day is to come.
    :raises ActionRefused: if the credit is not used up, it is too early, or one waits already.
    """
    require_permission(actor, PROPOSE)
    account = audit.lock(draft.account)
    statement = draft.statement.strip()
    if reason_problem(statement) is not None:
        raise InvalidInput(_("Write what the operator put forward: what was done since then."))
    if draft.applied_on > timezone.localdate():
        raise InvalidInput(_("The day of the application is still to come."))
    if account.status != AccountStatus.ACTIVE:
        raise ActionRefused(_("The account is closed; its operator asks for nothing any more."))
    subject = lock_subject(account.subject_id)
    _require_repairable(CreditScore.objects.filter(subject=subject).first(), draft.applied_on)
    for other in open_repairs().filter(subject=subject):
        raise ActionRefused(
            _("%(number)s waits for its answer already.") % {"number": other.number}
        )
    proposal = proposals.submit_proposal(
        matter=proposals.open_matter(REPAIR_PROPOSAL),
        kind=REPAIR_PROPOSAL,
        content={
            "account": account.platform_uid,
            "subject": subject.pk,
            "statement": statement,
            "applied_on": draft.applied_on,
        },
        slots=(APPROVE,),
        proposer_side=Side.DECIDED,
        approver_side=Side.DECIDED,
        actor=actor,
        provision=provision,
        reason=reason,
    )
    repair = CreditRepair.objects.create(
        subject=subject,
        account=account,
        statement=statement,
        applied_on=draft.applied_on,
        proposal=proposal,
    )
    audit.record(
        action=f"{repair._meta.label_lower}.enter",
        target=repair,
        actor=actor,
        provision=provision,
        reason=reason,
    )
    return repair


def open_repairs() -> QuerySet[CreditRepair]:
    """Return the applications on which nobody has decided."""
    return CreditRepair.objects.filter(proposal__outcome__isnull=True).order_by("pk")


def _require_repairable(score: CreditScore | None, day: date) -> None:
    terms = rule_in_force(timezone.now()).terms
    if score is None or score.frozen_on is None:
        raise ActionRefused(_("The credit is not used up; it heals by itself."))
    possible = repairable_from(score.frozen_on, terms)
    if possible is None:
        raise ActionRefused(_("The rule of credit in force knows no repair."))
    if day < possible:
        raise ActionRefused(
            _("A repair can be applied for from %(day)s on.") % {"day": possible.isoformat()}
        )


@transaction.atomic
def approve_repair(
    *, proposal: Proposal, actor: StaffUser, provision: Provision, reason: str
) -> CreditChange:
    """
    Approve a repair: the score rises to what the rule gives, and heals from there.

    Public Account Provisions, art. 13 §1; our choice: by somebody else than who entered it.

    :raises SamePerson: if the actor entered it.
    :raises NotPermitted: if the actor may not decide on it.
    :raises ProposalClosed: if it was decided or withdrawn.
    :raises ActionRefused: if the credit is no longer used up.
    """
    repair = repair_of(proposal)
    grounds = Grounds(actor=actor, provision=provision, reason=reason)
    proposals.approve_proposal(proposal=proposal, **grounds)
    now = timezone.now()
    subject = lock_subject(repair.subject_id)
    version = rule_in_force(now)
    present = entries_of([subject.pk])[subject.pk]
    before = counted(present, version.terms, now)
    _require_repairable(
        CreditScore.objects.filter(subject=subject).first(), timezone.localdate(now)
    )
    coming = Entry(
        number=max(each.number for each in present.entries) + 1,
        move=Move.REPAIR,
        day=timezone.localdate(now),
    )
    after = count_credit(
        [*present.entries, coming], version.terms, coming.day, disputed=present.disputed
    )
    entry = write_entry(
        subject,
        CreditEntryKind.REPAIR,
        after.score - before.score,
        now,
        before,
        after,
        version,
        grounds,
        repair=repair,
        account=repair.account,
        proposal=proposal,
    )
    change = refresh_credit(subject=subject, at=now, entry=entry, before=before, **grounds)
    tell_change(change, actor=actor)
    return change


@transaction.atomic
def refuse_repair(
    *, proposal: Proposal, actor: StaffUser, provision: Provision, reason: str
) -> CreditRepair:
    """
    Refuse a repair; the reason is told to the operator, with the way to appeal.

    Public Account Provisions, art. 20 §2; our choice: by somebody else than who entered it.

    :raises InvalidInput: if the reason says nothing to the operator.
    :raises SamePerson: if the actor entered it.
    :raises NotPermitted: if the actor may not decide on it.
    :raises ProposalClosed: if it was decided or withdrawn.
    """
    repair = repair_of(proposal)
    if reason_problem(reason) is not None:
        raise InvalidInput(_("The operator is told the reason: say why the repair is refused."))
    proposals.return_proposal(proposal=proposal, actor=actor, provision=provision, reason=reason)
    tell_refusal(repair, actor=actor)
    return repair


@transaction.atomic
def withdraw_repair(
    *, proposal: Proposal, actor: StaffUser, provision: Provision, reason: str
) -> CreditRepair:
    """
    Take back a repair that one entered and on which nobody has decided.

    Our choice, no article.

    :raises ActionRefused: if somebody else entered it.
    :raises ProposalClosed: if it was decided or withdrawn.
    """
    repair = repair_of(proposal)
    proposals.withdraw_proposal(proposal=proposal, actor=actor, provision=provision, reason=reason)
    return repair


def repair_of(proposal: Proposal) -> CreditRepair:
    """
    Return the application that a proposal is about.

    :raises InvalidInput: if it is about something else.
    """
    found = (
        CreditRepair.objects.select_related("account", "subject", "proposal")
        .filter(proposal=proposal)
        .first()
    )
    if found is None:
        raise InvalidInput(_("This proposal is not about a repair of credit."))
    return found
