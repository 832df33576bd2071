"""Texts of notices in versions: what is in force, and how a new version comes about."""

import json
from collections.abc import Mapping
from dataclasses import dataclass

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from compliance import audit, proposals
from compliance.errors import ActionRefused, InvalidInput, ProposalClosed
from compliance.models import (
    Audience,
    NoticeLanguage,
    NoticeTemplate,
    Proposal,
    ProposalResult,
    Side,
    StaffUser,
)
from compliance.notices.purposes import Purpose, get_purpose
from compliance.notices.texts import placeholders_in
from compliance.provisions import Provision
from compliance.roles import require_permission

TEMPLATE_KIND = "notice_template"
# As for catalogues: a supervisor and a compliance officer, neither of them the proposer.
SLOTS = ("compliance.approve_noticetemplate", "compliance.approve_noticetemplate_as_officer")
LONGEST_SUBJECT = 200


@dataclass(frozen=True)
class Wording:
    """A text as it is edited: its subject line and its body, with placeholders."""

    subject: str
    body: str


def templates_in_force(purpose: Purpose, audience: Audience) -> dict[str, NoticeTemplate]:
    """
    Return the newest text in each language.

    Our choice, no article: a purpose is used only where its text exists in every language.

    :raises ActionRefused: if a language has none.
    """
    found = {
        each.language: each
        for each in NoticeTemplate.objects.filter(purpose=purpose.code, audience=audience)
        .order_by("language", "-number")
        .distinct("language")
    }
    if set(found) != set(NoticeLanguage.values):
        raise ActionRefused(
            _("There is no text in force for “%(purpose)s” in every language.")
            % {"purpose": purpose.label}
        )
    return found


def check_wording(purpose: Purpose, wording: Wording) -> None:
    """
    Refuse a text that could not be used for its purpose.

    Public Account Provisions, art. 20 §2: reasons and the way to appeal are told.

    :raises InvalidInput: if it is empty, names an unknown placeholder or lacks a required one.
    """
    subject, body = wording.subject.strip(), wording.body.strip()
    if not subject or not body:
        raise InvalidInput(_("A text has a subject line and a body, in every language."))
    if len(subject) > LONGEST_SUBJECT or "\n" in subject or "\r" in subject:
        raise InvalidInput(
            _("The subject line is one line of at most %(count)s characters.")
            % {"count": LONGEST_SUBJECT}
        )
    if audit.UNSEEN.search(subject + body.replace("\r", "")):
        raise InvalidInput(_("The text holds invisible characters. Write it without them."))
    used = placeholders_in(subject) | placeholders_in(body)
    unknown = sorted(used - purpose.known)
    if unknown:
        raise InvalidInput(_("There is no placeholder “%(name)s”.") % {"name": unknown[0]})
    lacking = sorted(purpose.required - placeholders_in(body))
    if lacking:
        raise InvalidInput(
            _("The text lacks the placeholder “%(name)s”, which every version must hold.")
            % {"name": lacking[0]}
        )


def _normal(wording: Wording) -> dict[str, str]:
    body = "\n".join(wording.body.strip().splitlines())
    return {"subject": wording.subject.strip(), "body": body}


@transaction.atomic
def propose_template(
    *,
    purpose: str,
    audience: str,
    wordings: Mapping[str, Wording],
    actor: StaffUser,
    provision: Provision,
    reason: str,
) -> Proposal:
    """
    Propose a new version of a text, in every language at once, for two others to approve.

    Opinions on Platform Responsibility, point 2: what people are told is laid down and approved.

    :raises NotPermitted: if the actor does not keep the texts.
    :raises InvalidInput: if a text does not do, a language is missing, or nothing is changed.
    :raises ActionRefused: if another version of the same text waits for approval.
    """
    require_permission(actor, "compliance.propose_noticetemplate")
    kind = get_purpose(purpose)
    if audience not in kind.audiences or set(wordings) != set(NoticeLanguage.values):
        raise InvalidInput(_("Give the text for this audience in every language."))
    for wording in wordings.values():
        check_wording(kind, wording)
    if pending_proposal(purpose, audience) is not None:
        raise ActionRefused(_("A new version of this text waits for approval already."))
    present = NoticeTemplate.objects.filter(purpose=purpose, audience=audience)
    newest = {each.language: each for each in present.order_by("number")}
    texts = {language: _normal(wording) for language, wording in sorted(wordings.items())}
    if all(
        language in newest
        and text == {"subject": newest[language].subject, "body": newest[language].body}
        for language, text in texts.items()
    ):
        raise InvalidInput(_("Nothing is changed: the text in force reads the same."))
    return proposals.submit_proposal(
        matter=proposals.open_matter(TEMPLATE_KIND),
        kind=TEMPLATE_KIND,
        content={
            "purpose": purpose,
            "audience": audience,
            "number": max((each.number for each in newest.values()), default=0) + 1,
            "texts": texts,
        },
        slots=SLOTS,
        proposer_side=Side.DECIDED,
        approver_side=Side.DECIDED,
        actor=actor,
        provision=provision,
        reason=reason,
    )


def pending_proposals() -> QuerySet[Proposal]:
    """Return the proposed texts on which no verdict has ended."""
    return Proposal.objects.filter(kind=TEMPLATE_KIND, outcome__isnull=True).order_by("pk")


def pending_proposal(purpose: str, audience: str) -> Proposal | None:
    """Return the proposed version of one text that waits for approval, if there is one."""
    for proposal in pending_proposals():
        content = json.loads(proposal.content)
        if (content["purpose"], content["audience"]) == (purpose, audience):
            return proposal
    return None


@transaction.atomic
def approve_template(
    *, proposal: Proposal, actor: StaffUser, provision: Provision, reason: str
) -> bool:
    """
    Approve a proposed text; with the second approval it is in force. Return whether it is.

    Opinions on Platform Responsibility, point 2. What was written before stays as it was written.

    :raises SamePerson: if the actor proposed it or approved it before.
    :raises NotPermitted: if no open approval fits the actor's roles.
    :raises ProposalClosed: if it was decided, returned or withdrawn.
    """
    _require_kind(proposal)
    is_complete = proposals.approve_proposal(
        proposal=proposal, actor=actor, provision=provision, reason=reason
    )
    if not is_complete:
        return False
    content = json.loads(proposal.content)
    purpose = get_purpose(content["purpose"])
    for language, text in content["texts"].items():
        # What the product asks of a text may have changed since it was proposed.
        check_wording(purpose, Wording(**text))
        template = NoticeTemplate.objects.create(
            purpose=purpose.code,
            audience=content["audience"],
            language=language,
            number=content["number"],
            reasons_in=purpose.reasons_in,
            appeal_in=purpose.appeal_in,
            proposal=proposal,
            approved_result=ProposalResult.APPROVED,
            **text,
        )
        audit.record(
            action="compliance.noticetemplate.create",
            target=template,
            actor=actor,
            provision=provision,
            reason=reason,
            changes={"purpose": purpose.code, "number": template.number},
        )
    return True


@transaction.atomic
def return_template(
    *, proposal: Proposal, actor: StaffUser, provision: Provision, reason: str
) -> None:
    """
    Return a proposed text to its proposer; the reason is the suggestion for a new one.

    Opinions on Platform Responsibility, point 2.

    :raises SamePerson: if the actor proposed it or approved it before.
    :raises NotPermitted: if no open approval fits the actor's roles.
    :raises ProposalClosed: if it was decided, returned or withdrawn.
    """
    _require_kind(proposal)
    proposals.return_proposal(proposal=proposal, actor=actor, provision=provision, reason=reason)


@transaction.atomic
def withdraw_template(
    *, proposal: Proposal, actor: StaffUser, provision: Provision, reason: str
) -> None:
    """
    Take back a proposed text of one's own.

    Opinions on Platform Responsibility, point 2.

    :raises ActionRefused: if somebody else proposed it.
    :raises ProposalClosed: if it was decided, returned or withdrawn.
    """
    _require_kind(proposal)
    proposals.withdraw_proposal(proposal=proposal, actor=actor, provision=provision, reason=reason)


def _require_kind(proposal: Proposal) -> None:
    if proposal.kind != TEMPLATE_KIND:
        raise ProposalClosed
