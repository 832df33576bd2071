"""Services for the rule of patrols: which version holds, and how it is changed."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Final

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.enums import Category
from accounts.models import PatrolRule
from compliance import audit, proposals
from compliance.errors import ActionRefused, InvalidInput
from compliance.grounds import Grounds
from compliance.models import Proposal, ProposalResult, Side, StaffUser
from compliance.provisions import Provision
from compliance.roles import require_permission

RULE_KIND: Final = "patrol_rule"
PROPOSE: Final = "accounts.propose_patrol_rule"
APPROVE: Final = "accounts.approve_patrol_rule"
# Our choices; no article sets them.
MOST_MONTHS: Final = 36
MOST_CHECKS: Final = 1_000_000
MOST_FOLLOWERS: Final = 10**12


@dataclass(frozen=True, kw_only=True)
class PatrolRuleDraft:
    """A version of the rule as it is proposed."""

    focused_categories: Sequence[str]
    focused_followers: int
    focused_months: int
    ordinary_months: int
    sample_permille: int
    capacity: int


def rule_in_force(at: datetime) -> PatrolRule:
    """
    Return the version of the rule of patrols that is in force at `at`.

    Public Account Provisions, art. 9 §3.
    """
    return PatrolRule.objects.filter(effective_from__lte=at).latest("effective_from", "number")


def as_draft(rule: PatrolRule) -> PatrolRuleDraft:
    """Return a version as a draft from which another one can be made."""
    return PatrolRuleDraft(
        **{name: getattr(rule, name) for name in PatrolRuleDraft.__dataclass_fields__}
    )


def open_rule_changes() -> list[Proposal]:
    """Return the proposed versions on which nobody has decided."""
    waiting = Proposal.objects.filter(kind=RULE_KIND, outcome__isnull=True)
    return list(waiting.select_related("proposer").order_by("pk"))


@transaction.atomic
def propose_rule(
    *, draft: PatrolRuleDraft, actor: StaffUser, provision: Provision, reason: str
) -> Proposal:
    """
    Propose another version of who is verified again how often.

    Public Account Provisions, art. 9 §3; our choice: somebody else approves it.

    :raises NotPermitted: if the actor may not propose it.
    :raises InvalidInput: if something in it cannot be, or nothing would change.
    :raises ActionRefused: if another change waits for approval.
    """
    require_permission(actor, PROPOSE)
    present = rule_in_force(timezone.now())
    _check(draft)
    if _plain(as_draft(present)) == _plain(draft):
        raise InvalidInput(_("This is the version that is in force already."))
    if open_rule_changes():
        raise ActionRefused(_("A change of the rule of patrols waits for approval already."))
    return proposals.submit_proposal(
        matter=proposals.open_matter(RULE_KIND),
        kind=RULE_KIND,
        content={**_plain(draft), "present": _plain(as_draft(present)), "number": present.number},
        slots=(APPROVE,),
        proposer_side=Side.DECIDED,
        approver_side=Side.DECIDED,
        actor=actor,
        provision=provision,
        reason=reason,
    )


def _plain(draft: PatrolRuleDraft) -> dict[str, Any]:
    return {**asdict(draft), "focused_categories": sorted(map(str, draft.focused_categories))}


def _check(draft: PatrolRuleDraft) -> None:
    if not set(draft.focused_categories) <= set(Category.values):
        raise InvalidInput(_("Choose categories that there are."))
    for value, least, most in (
        (draft.focused_months, 1, MOST_MONTHS),
        (draft.ordinary_months, 1, MOST_MONTHS),
        (draft.sample_permille, 0, 1000),
        (draft.capacity, 1, MOST_CHECKS),
        (draft.focused_followers, 0, MOST_FOLLOWERS),
    ):
        if not least <= value <= most:
            raise InvalidInput(
                _("%(value)s is not between %(least)s and %(most)s.")
                % {"value": value, "least": least, "most": most}
            )
    if draft.focused_months > draft.ordinary_months:
        raise InvalidInput(_("Who is verified often is not verified more rarely than all others."))


@transaction.atomic
def approve_rule(
    *, proposal: Proposal, actor: StaffUser, provision: Provision, reason: str
) -> PatrolRule:
    """
    Approve a proposed version; it holds for the patrols that are planned from now on.

    Public Account Provisions, art. 9 §3; our choice: by somebody else than the proposer.

    :raises SamePerson: if the actor proposed it.
    :raises NotPermitted: if the actor may not approve it.
    :raises ProposalClosed: if it was approved, returned or withdrawn.
    :raises ActionRefused: if another version has come into force since it was proposed.
    """
    if proposal.kind != RULE_KIND:
        raise InvalidInput(_("This proposal is not about the rule of patrols."))
    grounds = Grounds(actor=actor, provision=provision, reason=reason)
    proposals.approve_proposal(proposal=proposal, **grounds)
    content = json.loads(proposal.content)
    newest = PatrolRule.objects.aggregate(number=Max("number"))["number"]
    if newest != content["number"]:
        raise ActionRefused(_("Another version has come into force since this was proposed."))
    names = list(PatrolRuleDraft.__dataclass_fields__)
    rule = PatrolRule.objects.create(
        number=newest + 1,
        provision=PatrolRule.objects.get(number=newest).provision,
        effective_from=timezone.now(),
        proposal=proposal,
        approved_result=ProposalResult.APPROVED,
        **{name: content[name] for name in names},
    )
    audit.record(
        action="accounts.patrolrule.enforce",
        target=rule,
        changes={name: [content["present"][name], content[name]] for name in names},
        **grounds,
    )
    return rule
