"""Services for rule documents: enter one, propose a version or a withdrawal, approve, return."""

import json
from dataclasses import asdict
from datetime import date, timedelta
from typing import Any, Final

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from compliance import audit, proposals
from compliance.errors import ActionRefused, InvalidInput
from compliance.models import (
    CITED_KINDS,
    ChangeKind,
    Clause,
    DocumentKind,
    ProposalResult,
    RuleChange,
    RuleDocument,
    RuleVersion,
    RuleWithdrawal,
    Side,
    StaffUser,
)
from compliance.models.rulebook import MANY_OF_A_KIND, TAKEN_CODES
from compliance.provisions import Provision
from compliance.roles import require_permission
from compliance.rulebook.documents import standing_of
from compliance.rulebook.drafts import (
    ANNOUNCED_BEFORE,
    CODE,
    VersionDraft,
    check_draft,
    require_in_time,
)
from compliance.rulebook.texts import digest_of

PROPOSE: Final = "compliance.propose_rule"
APPROVE: Final = "compliance.approve_rule"
APPROVE_AS_OFFICER: Final = "compliance.approve_rule_as_officer"
# As for a change of a catalogue: a second and a third person, one of them a compliance officer.
SLOTS: Final = (APPROVE, APPROVE_AS_OFFICER)
VERSION_KIND: Final = "rule_version"
WITHDRAWAL_KIND: Final = "rule_withdrawal"


@transaction.atomic
def add_document(
    *,
    code: str,
    kind: str,
    title: str,
    is_public: bool,
    actor: StaffUser,
    provision: Provision,
    reason: str,
) -> RuleDocument:
    """
    Enter a rule document, which is empty until a version of it is approved.

    Public Account Provisions, art. 6 §1 and §2. Rules that bind operators are always published.

    :raises NotPermitted: if the actor may not propose rules.
    :raises InvalidInput: if code, kind or title do not do, or there is one of that kind already.
    """
    require_permission(actor, PROPOSE)
    code, title = code.strip(), title.strip()
    if not CODE.fullmatch(code) or len(code) > 60 or code in TAKEN_CODES:
        raise InvalidInput(
            _("A code has small letters, digits and hyphens: it becomes part of an address.")
        )
    if kind not in DocumentKind.values:
        raise InvalidInput(_("Choose what kind of document it is."))
    if not title or len(title) > 200 or audit.UNSEEN.search(title):
        raise InvalidInput(_("Give the document a title of at most 200 characters."))
    if RuleDocument.objects.filter(code=code).exists():
        raise InvalidInput(_("There is a document with this code already."))
    if kind not in MANY_OF_A_KIND and RuleDocument.objects.filter(kind=kind).exists():
        raise InvalidInput(
            _("There is a document of this kind already: propose a new version of it.")
        )
    document = RuleDocument(
        code=code, kind=kind, title=title, is_public=is_public or kind in CITED_KINDS
    )
    return audit.create(document, actor=actor, provision=provision, reason=reason)


def earliest_date(document: RuleDocument, today: date) -> date:
    """Return the first day on which a version announced today may come into force."""
    earliest = today if document.kind == DocumentKind.LAW else today + ANNOUNCED_BEFORE
    newest = standing_of(document, today).newest
    if newest is not None:
        earliest = max(earliest, newest.effective_date + timedelta(days=1))
    return earliest


@transaction.atomic
def propose_version(
    *,
    document: RuleDocument,
    draft: VersionDraft,
    actor: StaffUser,
    provision: Provision,
    reason: str,
) -> RuleChange:
    """
    Propose a new version of a rule document, whole, for others to approve.

    Public Account Provisions, art. 6 §2: rules are made and published. What is approved are exactly
    these clauses; a change of a word is a new proposal.

    :raises NotPermitted: if the actor may not propose rules.
    :raises InvalidInput: if label, dates, summary or clauses do not do.
    :raises ActionRefused: if a change of the document waits already.
    """
    require_permission(actor, PROPOSE)
    _hold(document)
    draft = check_draft(document, draft)
    present = standing_of(document, timezone.localdate()).newest
    content = {
        **_about(document, ChangeKind.VERSION, draft.label),
        "effective_date": draft.effective_date.isoformat(),
        "accept_until": draft.accept_until.isoformat() if draft.accept_until else None,
        "change_summary": draft.change_summary,
        "replaces": present.label if present is not None else None,
        "clauses": [asdict(each) for each in draft.clauses],
        "clauses_sha256": digest_of(draft.clauses),
    }
    return _submit(document, ChangeKind.VERSION, content, None, actor, provision, reason)


@transaction.atomic
def propose_withdrawal(
    *, version: RuleVersion, actor: StaffUser, provision: Provision, reason: str
) -> RuleChange:
    """
    Propose that an announced version never comes into force; the reason is published.

    Public Account Provisions, art. 6 §2.

    :raises NotPermitted: if the actor may not propose rules.
    :raises ActionRefused: if it is in force or withdrawn, or a change of the document waits.
    """
    require_permission(actor, PROPOSE)
    document = version.document
    _hold(document)
    _require_announced(version)
    content = {
        **_about(document, ChangeKind.WITHDRAWAL, version.label),
        "effective_date": version.effective_date.isoformat(),
        "reason": audit.require_reason(reason),
    }
    return _submit(document, ChangeKind.WITHDRAWAL, content, version, actor, provision, reason)


@transaction.atomic
def approve_change(
    *, change: RuleChange, actor: StaffUser, provision: Provision, reason: str
) -> bool:
    """
    Approve a proposed change; with the last approval it is announced. Return whether it was.

    Opinions on Platform Responsibility, point 2: a second and a third person answer for a rule.

    :raises NotPermitted: if no open approval fits the actor's roles.
    :raises SamePerson: if the actor proposed it or approved it before, under whichever login.
    :raises ProposalClosed: if it was decided, returned or withdrawn.
    :raises ActionRefused: if its date is too near by now, or the version is in force by now.
    """
    is_complete = proposals.approve_proposal(
        proposal=change.proposal, actor=actor, provision=provision, reason=reason
    )
    audit.lock(change.document)
    content = json.loads(change.proposal.content)
    if change.kind == ChangeKind.WITHDRAWAL:
        assert change.withdraws is not None
        _require_announced(change.withdraws)
        if is_complete:
            _withdraw(change.withdraws, change, content, actor, provision, reason)
        return is_complete
    require_in_time(change.document, date.fromisoformat(content["effective_date"]))
    if is_complete:
        _announce(change, content, actor, provision, reason)
    return is_complete


@transaction.atomic
def return_change(
    *, change: RuleChange, actor: StaffUser, provision: Provision, reason: str
) -> None:
    """
    Return a proposed change to its proposer; the reason is the suggestion for a new one.

    Opinions on Platform Responsibility, point 2.

    :raises NotPermitted: if no open approval fits the actor's roles.
    :raises SamePerson: if the actor proposed it or gave a verdict before.
    :raises ProposalClosed: if it was decided, returned or withdrawn.
    """
    proposals.return_proposal(
        proposal=change.proposal, actor=actor, provision=provision, reason=reason
    )


@transaction.atomic
def withdraw_change(
    *, change: RuleChange, actor: StaffUser, provision: Provision, reason: str
) -> None:
    """
    Take back a change that one proposed and that nobody has decided.

    Opinions on Platform Responsibility, point 2.

    :raises ActionRefused: if somebody else proposed it.
    :raises ProposalClosed: if it was decided, returned or withdrawn.
    """
    proposals.withdraw_proposal(
        proposal=change.proposal, actor=actor, provision=provision, reason=reason
    )


def _hold(document: RuleDocument) -> None:
    # One change at a time: the document's row is the lock.
    audit.lock(document)
    if document.changes.open().exists():
        raise ActionRefused(
            _("A change of this document waits for approval. It has to be decided first.")
        )


def _about(document: RuleDocument, kind: ChangeKind, label: str) -> dict[str, Any]:
    return {
        "act": str(kind),
        "document": document.code,
        "kind": document.kind,
        "title": document.title,
        "label": label,
    }


def _submit(
    document: RuleDocument,
    kind: ChangeKind,
    content: dict[str, Any],
    withdraws: RuleVersion | None,
    actor: StaffUser,
    provision: Provision,
    reason: str,
) -> RuleChange:
    named = VERSION_KIND if kind == ChangeKind.VERSION else WITHDRAWAL_KIND
    proposal = proposals.submit_proposal(
        matter=proposals.open_matter(named),
        kind=named,
        content=content,
        slots=SLOTS,
        proposer_side=Side.DECIDED,
        approver_side=Side.DECIDED,
        actor=actor,
        provision=provision,
        reason=reason,
    )
    return RuleChange.objects.create(
        document=document, kind=kind, proposal=proposal, withdraws=withdraws
    )


def _require_announced(version: RuleVersion) -> None:
    if RuleWithdrawal.objects.filter(version=version).exists():
        raise ActionRefused(_("This version was withdrawn already."))
    if version.effective_date <= timezone.localdate():
        raise ActionRefused(
            _("This version is in force. It ends with the next one, not by a withdrawal.")
        )


def _announce(
    change: RuleChange,
    content: dict[str, Any],
    actor: StaffUser,
    provision: Provision,
    reason: str,
) -> RuleVersion:
    accept_until = content["accept_until"]
    version = RuleVersion.objects.create(
        document=change.document,
        label=content["label"],
        effective_date=date.fromisoformat(content["effective_date"]),
        announced_at=timezone.now(),
        change_summary=content["change_summary"],
        accept_until=date.fromisoformat(accept_until) if accept_until else None,
        clauses_sha256=content["clauses_sha256"],
        proposal=change.proposal,
        approved_result=ProposalResult.APPROVED,
    )
    Clause.objects.bulk_create(
        Clause(rule_version=version, position=position, **each)
        for position, each in enumerate(content["clauses"], start=1)
    )
    audit.record(
        action="compliance.ruleversion.announce",
        target=version,
        actor=actor,
        provision=provision,
        reason=reason,
        changes={"proposal": change.proposal_id, "clauses_sha256": version.clauses_sha256},
    )
    return version


def _withdraw(
    version: RuleVersion,
    change: RuleChange,
    content: dict[str, Any],
    actor: StaffUser,
    provision: Provision,
    reason: str,
) -> None:
    RuleWithdrawal.objects.create(
        version=version,
        proposal=change.proposal,
        approved_result=ProposalResult.APPROVED,
        withdrawn_at=timezone.now(),
        reason=content["reason"],
    )
    audit.record(
        action="compliance.ruleversion.withdraw",
        target=version,
        actor=actor,
        provision=provision,
        reason=reason,
        changes={"proposal": change.proposal_id},
    )
