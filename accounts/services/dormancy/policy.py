"""Services for the rule of dormancy: which version holds, which clause allows it, how it is changed."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any, Final

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.enums import SubjectNature
from accounts.models import DormancyRule
from accounts.models.dormancy import LEAST_MONTHS, MOST_IN_BATCH
from compliance import audit, proposals
from compliance.errors import ActionRefused, InvalidInput
from compliance.grounds import Grounds
from compliance.models import (
    Clause,
    DocumentKind,
    Proposal,
    ProposalResult,
    RuleVersion,
    Side,
    StaffUser,
)
from compliance.provisions import Provision
from compliance.roles import require_permission
from compliance.rulebook.documents import version_in_force

RULE_KIND: Final = "dormancy_rule"
PROPOSE: Final = "accounts.propose_dormancy_rule"
APPROVE: Final = "accounts.approve_dormancy_rule"
# Our choice; no article sets it.
MOST_MONTHS: Final = 120


@dataclass(frozen=True, kw_only=True)
class DormancyRuleDraft:
    """A version of the rule as it is proposed; `since` is the label of a version of the agreement."""

    months: int
    shell_months: int
    exempt_natures: Sequence[str]
    exempts_marked: bool
    clause_number: str
    since: str
    batch_size: int


def rule_in_force(at: datetime) -> DormancyRule:
    """
    Return the version of the rule that is in force at `at`.

    Public Account Provisions, art. 10 §2.
    """
    return (
        DormancyRule.objects.select_related("since")
        .filter(effective_from__lte=at)
        .latest("effective_from", "number")
    )


@dataclass(frozen=True)
class AllowingClauses:
    """Which clause a sweep cites, by the version of the agreement that an operator accepted."""

    by_version: Mapping[int, Clause]


def allowing_clauses(rule: DormancyRule, day: date) -> AllowingClauses:
    """
    Return the clauses of the service agreement that allow to act on dormant accounts on `day`.

    Public Account Provisions, art. 10 §2: only as the service agreement says. An operator who
    accepted an announced version ahead is bound by it and, until its day, by the present one.

    :raises ActionRefused: if the rule names no clause, no agreement is in force, or the one in force
        has no such clause.
    """
    if not rule.clause_number:
        raise ActionRefused(
            _(
                "The rule of dormancy names no clause of the service agreement. Art. 10 §2 lets "
                "the platform act only as the agreement says: propose a version of the rule that "
                "names the clause."
            )
        )
    present = version_in_force(DocumentKind.SERVICE_AGREEMENT, day)
    if present is None:
        raise ActionRefused(
            _("No service agreement is in force on %(day)s, so that nothing allows to act.")
            % {"day": day.isoformat()}
        )
    standing = RuleVersion.objects.standing().filter(document=present.document_id)
    if rule.since is not None:
        standing = standing.filter(effective_date__gte=rule.since.effective_date)
    clauses = {
        each.rule_version_id: each
        for each in Clause.objects.filter(
            rule_version__in=standing, number=rule.clause_number
        ).select_related("rule_version__document")
    }
    if present.pk not in clauses:
        raise ActionRefused(
            _(
                "Version %(label)s of the service agreement, in force on %(day)s, has no clause "
                "%(clause)s that the rule of dormancy rests on."
            )
            % {
                "label": present.label,
                "day": day.isoformat(),
                "clause": rule.clause_number,
            }
        )
    return AllowingClauses(
        {
            number: clauses[present.pk] if clause.rule_version.effective_date > day else clause
            for number, clause in clauses.items()
        }
    )


def as_draft(rule: DormancyRule) -> DormancyRuleDraft:
    """Return a version as a draft from which another one can be made."""
    return DormancyRuleDraft(
        months=rule.months,
        shell_months=rule.shell_months,
        exempt_natures=list(rule.exempt_natures),
        exempts_marked=rule.exempts_marked,
        clause_number=rule.clause_number,
        since=rule.since.label if rule.since is not None else "",
        batch_size=rule.batch_size,
    )


def open_rule_changes() -> list[Proposal]:
    """Return the proposed versions on which nobody has decided."""
    waiting = Proposal.objects.filter(kind=RULE_KIND, outcome__isnull=True)
    return list(waiting.select_related("proposer").order_by("pk"))


@transaction.atomic
def propose_rule(
    *, draft: DormancyRuleDraft, actor: StaffUser, provision: Provision, reason: str
) -> Proposal:
    """
    Propose another version of what counts as dormant and which clause allows to act.

    Public Account Provisions, art. 10 §2; our choice: somebody else approves it.

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
        raise ActionRefused(_("A change of the rule of dormancy waits for approval already."))
    return proposals.submit_proposal(
        matter=proposals.open_matter(RULE_KIND),
        kind=RULE_KIND,
        content={
            **_plain(draft),
            "present": _plain(as_draft(present)),
            "number": present.number,
        },
        slots=(APPROVE,),
        proposer_side=Side.DECIDED,
        approver_side=Side.DECIDED,
        actor=actor,
        provision=provision,
        reason=reason,
    )


def _plain(draft: DormancyRuleDraft) -> dict[str, Any]:
    return {
        **asdict(draft),
        "exempt_natures": sorted(map(str, draft.exempt_natures)),
        "clause_number": draft.clause_number.strip(),
    }


def _check(draft: DormancyRuleDraft) -> None:
    for months in (draft.months, draft.shell_months):
        if not LEAST_MONTHS <= months <= MOST_MONTHS:
            raise InvalidInput(
                _(
                    "Months are a whole number from %(least)s to %(most)s: art. 10 §2 sets the least."
                )
                % {"least": LEAST_MONTHS, "most": MOST_MONTHS}
            )
    if not 1 <= draft.batch_size <= MOST_IN_BATCH:
        raise InvalidInput(
            _("A proposal holds 1 to %(most)s terminations.") % {"most": MOST_IN_BATCH}
        )
    if not set(draft.exempt_natures) <= set(SubjectNature.values):
        raise InvalidInput(_("Choose natures that there are."))
    versions = _agreement_versions()
    if draft.since and not versions.filter(label=draft.since).exists():
        raise InvalidInput(
            _("The service agreement has no version %(label)s.") % {"label": draft.since}
        )
    clause = draft.clause_number.strip()
    if clause and not Clause.objects.filter(rule_version__in=versions, number=clause).exists():
        raise InvalidInput(
            _("No version of the service agreement has a clause %(clause)s.") % {"clause": clause}
        )


def _agreement_versions() -> Any:
    return RuleVersion.objects.standing().filter(document__kind=DocumentKind.SERVICE_AGREEMENT)


@transaction.atomic
def approve_rule(
    *, proposal: Proposal, actor: StaffUser, provision: Provision, reason: str
) -> DormancyRule:
    """
    Approve a proposed version; it holds for the sweeps from now on.

    Public Account Provisions, art. 10 §2; our choice: by somebody else than the proposer.

    :raises SamePerson: if the actor proposed it.
    :raises NotPermitted: if the actor may not approve it.
    :raises ProposalClosed: if it was approved, returned or withdrawn.
    :raises ActionRefused: if another version has come into force since it was proposed.
    """
    if proposal.kind != RULE_KIND:
        raise InvalidInput(_("This proposal is not about the rule of dormancy."))
    grounds = Grounds(actor=actor, provision=provision, reason=reason)
    proposals.approve_proposal(proposal=proposal, **grounds)
    content = json.loads(proposal.content)
    newest = DormancyRule.objects.aggregate(number=Max("number"))["number"]
    if newest != content["number"]:
        raise ActionRefused(_("Another version has come into force since this was proposed."))
    present = DormancyRule.objects.get(number=newest)
    since = _agreement_versions().get(label=content["since"]) if content["since"] else None
    changed = [name for name in DormancyRuleDraft.__dataclass_fields__ if name != "since"]
    rule = DormancyRule.objects.create(
        number=newest + 1,
        since=since,
        provision=present.provision,
        effective_from=timezone.now(),
        proposal=proposal,
        approved_result=ProposalResult.APPROVED,
        **{name: content[name] for name in changed},
    )
    audit.record(
        action="accounts.dormancyrule.enforce",
        target=rule,
        changes={name: [content["present"][name], content[name]] for name in changed},
        **grounds,
    )
    return rule
