"""Services for the types of qualifications: which version holds, and how it is changed."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Final

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.enums import QualificationType
from accounts.models import QualificationRule
from accounts.qualification_words import ChecklistItem, ValidityRule
from compliance import audit, proposals
from compliance.errors import ActionRefused, InvalidInput
from compliance.grounds import Grounds
from compliance.models import Proposal, ProposalResult, Side, StaffUser
from compliance.provisions import Provision
from compliance.roles import require_permission

RULE_KIND: Final = "qualification_rule"
PROPOSE: Final = "accounts.propose_qualification_rule"
APPROVE: Final = "accounts.approve_qualification_rule"
# Our choices; no article sets them.
MOST_MONTHS: Final = 600
MOST_DAYS: Final = 730


@dataclass(frozen=True, kw_only=True)
class RuleDraft:
    """A version of a type of qualification as it is proposed."""

    code: str
    issuer: str
    number_lengths: Sequence[int]
    validity: str
    months: int | None
    renewal_days: int | None
    reminder_days: Sequence[int]
    checklist: Sequence[str]
    opens_field: bool
    is_accepted: bool


_CHANGED: Final = tuple(name for name in RuleDraft.__dataclass_fields__ if name != "code")


def rules_in_force(at: datetime) -> dict[str, QualificationRule]:
    """Return the version of each type that is in force at `at`, in the order of the types."""
    newest = (
        QualificationRule.objects.filter(effective_from__lte=at)
        .order_by("code", "-effective_from", "-number")
        .distinct("code")
    )
    found = {rule.code: rule for rule in newest}
    return {code: found[code] for code in QualificationType.values if code in found}


def rule_in_force(code: str, at: datetime) -> QualificationRule:
    """
    Return the version of a type that is in force at `at`.

    Public Account Provisions, art. 9 §1.

    :raises InvalidInput: if there is no such type.
    """
    rule = (
        QualificationRule.objects.filter(code=code, effective_from__lte=at)
        .order_by("-effective_from", "-number")
        .first()
    )
    if rule is None:
        raise InvalidInput(_("Choose a type of qualification that the platform knows."))
    return rule


def open_rule_changes() -> list[Proposal]:
    """Return the proposed versions on which nobody has decided."""
    waiting = Proposal.objects.filter(kind=RULE_KIND, outcome__isnull=True)
    return list(waiting.select_related("proposer").order_by("pk"))


def as_draft(rule: QualificationRule) -> RuleDraft:
    """Return a version as a draft from which another one can be made."""
    return RuleDraft(code=rule.code, **{name: getattr(rule, name) for name in _CHANGED})


@transaction.atomic
def propose_rule(
    *, draft: RuleDraft, actor: StaffUser, provision: Provision, reason: str
) -> Proposal:
    """
    Propose another version of how a type of qualification is checked.

    Public Account Provisions, art. 9 §1; our choice: somebody else approves it.

    :raises NotPermitted: if the actor may not propose it.
    :raises InvalidInput: if something in it cannot be, or nothing would change.
    :raises ActionRefused: if another change of the type waits for approval.
    """
    require_permission(actor, PROPOSE)
    present = check_rule(draft)
    if any(json.loads(each.content)["code"] == draft.code for each in open_rule_changes()):
        raise ActionRefused(
            _("A change of “%(type)s” waits for approval already.")
            % {"type": present.get_code_display()}
        )
    return proposals.submit_proposal(
        matter=proposals.open_matter(RULE_KIND),
        kind=RULE_KIND,
        content={**asdict(draft), "present": asdict(as_draft(present)), "number": present.number},
        slots=(APPROVE,),
        proposer_side=Side.DECIDED,
        approver_side=Side.DECIDED,
        actor=actor,
        provision=provision,
        reason=reason,
    )


def check_rule(draft: RuleDraft) -> QualificationRule:
    """
    Return the version that is in force now, if the draft could take its place.

    :raises InvalidInput: if something in the draft cannot be, or nothing would change.
    """
    present = rule_in_force(draft.code, timezone.now())
    if not draft.issuer.strip():
        raise InvalidInput(_("Name the issuer of the document."))
    if not draft.checklist or not set(draft.checklist) <= set(ChecklistItem.values):
        raise InvalidInput(_("Choose at least one point of the checklist."))
    if draft.validity not in ValidityRule.values:
        raise InvalidInput(_("Say how long such a document is good for."))
    if draft.validity == ValidityRule.RECHECK and not draft.months:
        raise InvalidInput(_("Say after how many months it is looked at again."))
    if draft.months is not None and not 1 <= draft.months <= MOST_MONTHS:
        raise InvalidInput(
            _("Months are a whole number from 1 to %(most)s.") % {"most": MOST_MONTHS}
        )
    days = [*draft.reminder_days, *([draft.renewal_days] if draft.renewal_days else [])]
    if any(not 1 <= each <= MOST_DAYS for each in days):
        raise InvalidInput(_("Days are whole numbers from 1 to %(most)s.") % {"most": MOST_DAYS})
    if any(not 1 <= each <= 200 for each in draft.number_lengths):
        raise InvalidInput(_("A number has 1 to 200 characters."))
    if _plain(as_draft(present)) == _plain(draft):
        raise InvalidInput(_("This is the version that is in force already."))
    return present


def _plain(draft: RuleDraft) -> dict[str, Any]:
    return {
        **asdict(draft),
        "checklist": set(draft.checklist),
        "number_lengths": set(draft.number_lengths),
        "reminder_days": set(draft.reminder_days),
        "issuer": draft.issuer.strip(),
    }


@transaction.atomic
def approve_rule(
    *, proposal: Proposal, actor: StaffUser, provision: Provision, reason: str
) -> QualificationRule:
    """
    Approve a proposed version; it is in force from now on, for what is decided from now on.

    Public Account Provisions, art. 9 §1; our choice: by somebody else than the proposer.

    :raises SamePerson: if the actor proposed it.
    :raises NotPermitted: if the actor may not approve it.
    :raises ProposalClosed: if it was approved, returned or withdrawn.
    :raises ActionRefused: if another version has come into force since it was proposed.
    """
    if proposal.kind != RULE_KIND:
        raise InvalidInput(_("This proposal is not about a type of qualification."))
    grounds = Grounds(actor=actor, provision=provision, reason=reason)
    proposals.approve_proposal(proposal=proposal, **grounds)
    content = json.loads(proposal.content)
    versions = QualificationRule.objects.filter(code=content["code"])
    newest = versions.aggregate(number=Max("number"))["number"]
    if newest != content["number"]:
        raise ActionRefused(_("Another version has come into force since this was proposed."))
    present = versions.get(number=newest)
    rule = QualificationRule.objects.create(
        code=present.code,
        number=newest + 1,
        field=present.field,
        holder=present.holder,
        provision=present.provision,
        effective_from=timezone.now(),
        proposal=proposal,
        approved_result=ProposalResult.APPROVED,
        **{name: content[name] for name in _CHANGED},
    )
    audit.record(
        action="accounts.qualificationrule.enforce",
        target=rule,
        changes={name: [content["present"][name], content[name]] for name in _CHANGED},
        **grounds,
    )
    return rule
