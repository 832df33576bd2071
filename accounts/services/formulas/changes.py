"""Services by which a formula is changed: one person proposes a version, another approves it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models.formulas import Formula
from accounts.powers_words import FormulaCode
from accounts.rules.qualifications import beginning_of
from accounts.services.formulas.kinds import FormulaKind, formula_kind
from compliance import audit, proposals
from compliance.errors import ActionRefused, InvalidInput
from compliance.grounds import Grounds
from compliance.models import Proposal, ProposalResult, Side, StaffUser
from compliance.provisions import Provision
from compliance.roles import require_permission

FORMULA_PROPOSAL: Final = "formula"
PROPOSE: Final = "accounts.propose_formula"
APPROVE: Final = "accounts.approve_formula"

# What the rules say of a content that cannot be, as a person in the office reads it.
_PROBLEMS: Final = {
    "weights do not add up to one": gettext_lazy("The weights have to add up to 100 percent."),
    "bounds are out of order": gettext_lazy("Each grade has to begin below the one before it."),
    "points are out of order": gettext_lazy(
        "Points are at least two, with growing values and scores that do not fall."
    ),
    "scores are out of range": gettext_lazy(
        "Scores lie from 0 to 100, and values are not below 0."
    ),
    "days are out of range": gettext_lazy(
        "Days are at most 366, and those that are needed not more than those that are looked at."
    ),
    "limits are out of range": gettext_lazy("Every limit has to be above 0."),
    "months are out of range": gettext_lazy("Months are a whole number from 0 to 24."),
    "who may begin may also go on": gettext_lazy(
        "Choose at least one credit for new rights; it has to suffice for keeping them too."
    ),
    "a better credit has less than a worse one": gettext_lazy(
        "A better credit cannot have fewer powers than a worse one."
    ),
    "caps are out of range": gettext_lazy("Every nature needs a cap of at least 1 account."),
    "heads are not two characters": gettext_lazy(
        "The beginning of a credit code is two letters or digits."
    ),
    "a head is both lawful and barred": gettext_lazy(
        "The beginning of a credit code cannot both agree and not agree with a nature."
    ),
    "a field has no qualification": gettext_lazy(
        "Every field that needs a qualification has to accept at least one."
    ),
    "a word is empty": gettext_lazy("Every word needs a letter, a digit or a character."),
    "signals are out of range": gettext_lazy(
        "Unusual registrations are counted from 1 on, within at most 720 hours."
    ),
    "methods are out of range": gettext_lazy(
        "The real identity is confirmed by 2 to 4 methods: art. 7 §1 asks for more than one."
    ),
    "allowances are out of range": gettext_lazy(
        "A second person cannot be asked for from a number on that nobody may be granted."
    ),
    "weights are out of range": gettext_lazy("Weights lie from 0 to 1000."),
    "renames are out of range": gettext_lazy("A name may change 0 to 366 times a year."),
    "a claim has no words or nobody who may say it": gettext_lazy(
        "Every claim needs words, and a nature or a qualification that may say so."
    ),
    "followers are out of order": gettext_lazy(
        "A medium account has to have more followers than a small one."
    ),
}


@dataclass(frozen=True, kw_only=True)
class FormulaDraft:
    """A version of a formula as it is proposed; without a day it holds from its approval on."""

    code: str
    content: Mapping[str, Any]
    not_before: date | None = None


def open_formula_changes(code: str = "") -> list[Proposal]:
    """Return the proposed versions on which nobody has decided: all, or those of what `code` is of."""
    waiting = Proposal.objects.filter(kind=FORMULA_PROPOSAL, outcome__isnull=True)
    found = list(waiting.select_related("proposer").order_by("pk"))
    if not code:
        return found
    # The parts of one policy share its versions, so that two at a time would undo each other.
    model = formula_kind(code).model
    return [each for each in found if formula_kind(json.loads(each.content)["code"]).model is model]


def check_draft(draft: FormulaDraft) -> Formula:
    """
    Return the newest version, in force or announced, if the draft could take its place.

    :raises InvalidInput: if there is no such formula, something cannot be, or nothing would change.
    """
    kind = formula_kind(draft.code)
    present = newest_version(kind)
    _require_readable(kind, draft.content)
    if draft.content == present.content:
        raise InvalidInput(_("This is the version that is in force already."))
    if draft.not_before is not None and draft.not_before < timezone.localdate():
        raise InvalidInput(_("A version cannot come into force in the past."))
    begins = beginning_of(draft.not_before) if draft.not_before else timezone.now()
    if begins <= present.effective_from:
        raise InvalidInput(
            _("Version %(label)s comes into force on %(day)s; another one begins after it.")
            % {"label": present.label, "day": timezone.localdate(present.effective_from)}
        )
    return present


def newest_version(kind: FormulaKind) -> Formula:
    """Return the version of a formula that was approved last."""
    newest = kind.model._default_manager.order_by("-effective_from").first()
    # A migration lays the first one.
    assert newest is not None
    return newest


def _require_readable(kind: FormulaKind, content: Mapping[str, Any]) -> None:
    try:
        kind.read(content)
    except ValueError as problem:
        said = {**_PROBLEMS, **kind.problems}.get(str(problem))
        raise InvalidInput(said or _UNREADABLE) from problem
    except (KeyError, TypeError, IndexError) as problem:
        raise InvalidInput(_UNREADABLE) from problem


_UNREADABLE: Final = gettext_lazy("The content of this version cannot be read.")


@transaction.atomic
def propose_formula(
    *, draft: FormulaDraft, actor: StaffUser, provision: Provision, reason: str
) -> Proposal:
    """
    Propose another version of a formula of accounts.

    Opinions on Platform Responsibility, point 2; our choice: somebody else approves it.

    :raises NotPermitted: if the actor may not propose it.
    :raises InvalidInput: if something in it cannot be, or nothing would change.
    :raises ActionRefused: if another change of the formula waits for approval.
    """
    require_permission(actor, PROPOSE)
    present = check_draft(draft)
    for other in open_formula_changes(draft.code):
        raise ActionRefused(
            _("A change of “%(formula)s” waits for approval already.")
            % {"formula": FormulaCode(json.loads(other.content)["code"]).label}
        )
    return proposals.submit_proposal(
        matter=proposals.open_matter(FORMULA_PROPOSAL),
        kind=FORMULA_PROPOSAL,
        content={
            "code": draft.code,
            "content": draft.content,
            "not_before": draft.not_before,
            "present": present.content,
            "label": present.label,
        },
        slots=(APPROVE,),
        proposer_side=Side.DECIDED,
        approver_side=Side.DECIDED,
        actor=actor,
        provision=provision,
        reason=reason,
    )


@transaction.atomic
def approve_formula(
    *, proposal: Proposal, actor: StaffUser, provision: Provision, reason: str
) -> Formula:
    """
    Approve a proposed version of a formula; it holds from its day on, or from now on.

    Opinions on Platform Responsibility, point 2; our choice: by somebody else than the proposer.
    What was graded, found or granted by an earlier version keeps its version on record.

    :raises SamePerson: if the actor proposed it.
    :raises NotPermitted: if the actor may not approve it.
    :raises ProposalClosed: if it was approved, returned or withdrawn.
    :raises ActionRefused: if another version has been approved since it was proposed.
    """
    if proposal.kind != FORMULA_PROPOSAL:
        raise InvalidInput(_("This proposal is not about a formula."))
    grounds = Grounds(actor=actor, provision=provision, reason=reason)
    proposals.approve_proposal(proposal=proposal, **grounds)
    given = json.loads(proposal.content)
    kind = formula_kind(given["code"])
    versions, newest = kind.model._default_manager, newest_version(kind)
    if newest.label != given["label"]:
        raise ActionRefused(_("Another version has come into force since this was proposed."))
    now = timezone.now()
    not_before = given["not_before"]
    begins = beginning_of(date.fromisoformat(not_before)) if not_before else now
    row = versions.create(
        label=str(versions.count() + 1),
        effective_from=max(now, begins),
        content=given["content"],
        provision=kind.provision,
        proposal=proposal,
        approved_result=ProposalResult.APPROVED,
    )
    audit.record(
        action=f"{kind.model._meta.label_lower}.enforce",
        target=row,
        changes={"label": [newest.label, row.label], "effective_from": row.effective_from},
        **grounds,
    )
    return row
