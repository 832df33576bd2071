"""Services by which the catalogue gets another version: propose one, approve it."""

import hashlib
import json
from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from compliance import audit, proposals
from compliance.clocks.limit_changes import FURTHEST_AHEAD, first_midnight
from compliance.errors import ActionRefused, InvalidInput
from compliance.grounds import Grounds
from compliance.models import Proposal, ProposalResult, Side, StaffUser
from compliance.provisions import Provision
from compliance.roles import require_permission
from enforcement.models import CatalogueVersion
from enforcement.services.catalogue.contents import OWN, Content, content_of, lay, patched
from enforcement.services.catalogue.drafts import (
    PROPOSE,
    content_of_draft,
    draft_of,
    newest_version,
    require_possible,
    require_present,
)

CATALOGUE_KIND: Final = "catalogue"
APPROVE: Final = "enforcement.approve_catalogue"
APPROVE_AS_OFFICER: Final = "enforcement.approve_catalogue_as_officer"
# A second and a third person, one of them compliance officer: what everybody is dealt with by.
SLOTS: Final = (APPROVE, APPROVE_AS_OFFICER)


def open_catalogue_change() -> Proposal | None:
    """Return the proposed version on which not everybody needed has decided, or None."""
    waiting = Proposal.objects.filter(kind=CATALOGUE_KIND, outcome__isnull=True)
    return waiting.select_related("proposer").order_by("pk").first()


def digest_of(content: Content) -> str:
    """Return a digest of every row of a version."""
    text = json.dumps(content, sort_keys=True, ensure_ascii=False, cls=DjangoJSONEncoder)
    return hashlib.sha256(text.encode()).hexdigest()


def base_of(given: Mapping[str, Any]) -> CatalogueVersion:
    """Return the version that a proposed one was made from."""
    return CatalogueVersion.objects.get(label=given["base"])


def content_of_proposal(given: Mapping[str, Any]) -> Content:
    """Return every row of a proposed version."""
    return patched(content_of(base_of(given)), given["changes"])


@transaction.atomic
def propose_catalogue(
    *, not_before: date, actor: StaffUser, provision: Provision, reason: str
) -> Proposal:
    """
    Propose the version that the actor has drafted, for others to approve.

    Opinions on Platform Responsibility, point 2: violations, measures and authority are laid down
    and changed by several. The draft is used up by it.

    :raises NotPermitted: if the actor may not propose catalogues.
    :raises InvalidInput: if rows or day cannot be, or nothing would change.
    :raises ActionRefused: if there is no draft, another version waits or was announced meanwhile.
    """
    require_permission(actor, PROPOSE)
    draft = draft_of(actor)
    if draft is None:
        raise ActionRefused(_("There is no draft."))
    require_present(draft)
    if not draft.changes:
        raise InvalidInput(_("This is the version that is in force already."))
    if open_catalogue_change() is not None:
        raise ActionRefused(_("Another version of the catalogue waits for approval already."))
    now = timezone.now()
    if not timezone.localdate(now) <= not_before <= timezone.localdate(now + FURTHEST_AHEAD):
        raise InvalidInput(_("It comes into force within a year from today."))
    content = content_of_draft(draft)
    require_possible(content)
    proposal = proposals.submit_proposal(
        matter=proposals.open_matter(CATALOGUE_KIND),
        kind=CATALOGUE_KIND,
        content={
            "base": draft.base.label,
            "not_before": not_before,
            "changes": draft.changes,
            "sha256": digest_of(content),
        },
        slots=SLOTS,
        proposer_side=Side.DECIDED,
        approver_side=Side.DECIDED,
        actor=actor,
        provision=provision,
        reason=reason,
    )
    draft.delete()
    return proposal


@transaction.atomic
def approve_catalogue(
    *, proposal: Proposal, actor: StaffUser, provision: Provision, reason: str
) -> CatalogueVersion | None:
    """
    Approve a proposed version; with the last approval it is announced. Return it then, else None.

    Opinions on Platform Responsibility, point 2. It comes into force on the day that was proposed,
    but not before it was announced for seven whole days; what was proposed under an earlier version
    keeps it.

    :raises SamePerson: if the actor proposed it or approved it before.
    :raises NotPermitted: if no open approval fits the actor's roles.
    :raises ProposalClosed: if it was approved, returned or withdrawn.
    :raises ActionRefused: if another version was announced in the meantime.
    """
    if proposal.kind != CATALOGUE_KIND:
        raise InvalidInput(_("This proposal is not about the catalogue."))
    grounds = Grounds(actor=actor, provision=provision, reason=reason)
    is_complete = proposals.approve_proposal(proposal=proposal, **grounds)
    given = json.loads(proposal.content)
    if newest_version().label != given["base"]:
        raise ActionRefused(_("Another version has been announced since this was proposed."))
    if not is_complete:
        return None
    content = content_of_proposal(given)
    if digest_of(content) != given["sha256"]:
        raise ActionRefused(_("The rows are not those that were proposed. Return it."))
    now = timezone.now()
    version = CatalogueVersion.objects.create(
        label=str(CatalogueVersion.objects.count() + 1),
        announced_at=now,
        effective_from=first_midnight(date.fromisoformat(given["not_before"]), now),
        proposal=proposal,
        approved_result=ProposalResult.APPROVED,
        **content[OWN][""],
    )
    lay(version, content)
    audit.record(
        action="enforcement.catalogueversion.announce",
        target=version,
        changes={
            "label": [given["base"], version.label],
            "effective_from": version.effective_from,
        },
        **grounds,
    )
    return version
