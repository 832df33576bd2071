"""Services for clients of the API, their keys and what they may do."""

import json
from datetime import timedelta

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from compliance import audit, proposals
from compliance.api.keys import NewKey, make_key
from compliance.errors import ActionRefused, InvalidInput, ProposalClosed
from compliance.grounds import Grounds
from compliance.models import (
    ApiClient,
    ApiKey,
    ApiScopeGrant,
    Person,
    Proposal,
    ProposalResult,
    Side,
    StaffUser,
)
from compliance.provisions import Provision
from compliance.roles import require_permission
from compliance.scopes import find_scope

SCOPE_KIND = "api_scope"
MATTER = "api_client"
APPROVER = "compliance.approve_scope"
# Our choices; no article sets them.
LONGEST_TERM_DAYS = 366
LONGEST_OVERLAP_HOURS = 168
KEYS_AT_ONCE = 2
MOST_A_MINUTE = 100_000


def _require_keeper(actor: StaffUser) -> None:
    require_permission(actor, "compliance.change_apiclient")


def _require_limits(reads: int, writes: int) -> None:
    if not (1 <= reads <= MOST_A_MINUTE and 1 <= writes <= MOST_A_MINUTE):
        raise InvalidInput(
            _("A limit is between 1 and %(most)s requests a minute.") % {"most": MOST_A_MINUTE}
        )


def _require_words(*texts: str) -> None:
    if any(not text or audit.UNSEEN.search(text) for text in texts):
        raise InvalidInput(_("Give name and responsible post, without invisible characters."))


@transaction.atomic
def register_client(
    *,
    name: str,
    contact_post: str,
    reads_a_minute: int,
    writes_a_minute: int,
    actor: StaffUser,
    provision: Provision,
    reason: str,
) -> ApiClient:
    """
    Register a system of the platform that will call the API; it may do nothing yet.

    Personal Information Protection Law, art. 51: who may process what is laid down. The client acts
    as a login of its own with which nobody logs in.

    :raises NotPermitted: if the actor may not keep clients.
    :raises InvalidInput: if a name is blank or taken, or a limit is out of bounds.
    """
    _require_keeper(actor)
    name, contact_post = name.strip(), contact_post.strip()
    _require_words(name, contact_post)
    _require_limits(reads_a_minute, writes_a_minute)
    grounds = Grounds(actor=actor, provision=provision, reason=reason)
    person = audit.create(Person(name=name, post=contact_post, is_client=True), **grounds)
    login = StaffUser(username=f"api-{person.number:05d}", person=person, is_active=False)
    login.set_unusable_password()
    login._password = None  # type: ignore[attr-defined]
    client = ApiClient(
        name=name,
        contact_post=contact_post,
        actor=audit.create(login, **grounds),
        matter=proposals.open_matter(MATTER),
        reads_a_minute=reads_a_minute,
        writes_a_minute=writes_a_minute,
    )
    try:
        with transaction.atomic():
            return audit.create(client, **grounds)
    except IntegrityError as problem:
        raise InvalidInput(_("Another client has this name.")) from problem


@transaction.atomic
def change_client(
    *,
    client: ApiClient,
    contact_post: str,
    reads_a_minute: int,
    writes_a_minute: int,
    expected_version: int,
    actor: StaffUser,
    provision: Provision,
    reason: str,
) -> None:
    """
    Change a client's limits and the post that answers for it.

    Personal Information Protection Law, art. 51.

    :raises NotPermitted: if the actor may not keep clients.
    :raises InvalidInput: if the post is blank or a limit is out of bounds.
    :raises StaleVersion: if somebody else has changed the client.
    """
    _require_keeper(actor)
    contact_post = contact_post.strip()
    _require_words(contact_post)
    _require_limits(reads_a_minute, writes_a_minute)
    audit.amend(
        client,
        "change",
        actor=actor,
        provision=provision,
        reason=reason,
        expected_version=expected_version,
        contact_post=contact_post,
        reads_a_minute=reads_a_minute,
        writes_a_minute=writes_a_minute,
    )


@transaction.atomic
def stop_client(*, client: ApiClient, actor: StaffUser, provision: Provision, reason: str) -> None:
    """
    Take a client out of use at once; no key of it is accepted any more.

    Personal Information Protection Law, art. 51.

    :raises NotPermitted: if the actor may not keep clients.
    :raises ActionRefused: if it is out of use already.
    """
    _require_keeper(actor)
    audit.lock(client)
    if not client.is_active:
        raise ActionRefused(_("This client is out of use already."))
    audit.amend(client, "stop", actor=actor, provision=provision, reason=reason, is_active=False)


@transaction.atomic
def resume_client(
    *, client: ApiClient, actor: StaffUser, provision: Provision, reason: str
) -> None:
    """
    Take a client into use again, with the keys that are still valid.

    Personal Information Protection Law, art. 51.

    :raises NotPermitted: if the actor may not keep clients.
    :raises ActionRefused: if it is in use.
    """
    _require_keeper(actor)
    audit.lock(client)
    if client.is_active:
        raise ActionRefused(_("This client is in use."))
    audit.amend(client, "resume", actor=actor, provision=provision, reason=reason, is_active=True)


def _create_key(client: ApiClient, days: int, grounds: Grounds) -> tuple[ApiKey, NewKey]:
    if not 1 <= days <= LONGEST_TERM_DAYS:
        raise InvalidInput(
            _("A key is valid for 1 to %(most)s days.") % {"most": LONGEST_TERM_DAYS}
        )
    if not client.is_active:
        raise ActionRefused(_("This client is out of use. Take it into use first."))
    now = timezone.now()
    valid = client.keys.filter(revoked_at=None, expires_at__gt=now)
    if valid.count() >= KEYS_AT_ONCE:
        raise ActionRefused(
            _("A client has at most two valid keys. Revoke one, or wait for its end.")
        )
    made = make_key()
    key = ApiKey(
        client=client,
        prefix=made.prefix,
        digest=made.digest,
        key_version=made.key_version,
        created_by=grounds["actor"].person,
        expires_at=now + timedelta(days=days),
    )
    return audit.create(key, **grounds), made


@transaction.atomic
def issue_key(
    *, client: ApiClient, days: int, actor: StaffUser, provision: Provision, reason: str
) -> tuple[ApiKey, NewKey]:
    """
    Make a key for a client; its text is in what is returned and nowhere else.

    Personal Information Protection Law, art. 51.

    :raises NotPermitted: if the actor may not keep clients.
    :raises InvalidInput: if the term is out of bounds.
    :raises ActionRefused: if the client is out of use or has two valid keys.
    """
    _require_keeper(actor)
    audit.lock(client)
    return _create_key(client, days, Grounds(actor=actor, provision=provision, reason=reason))


@transaction.atomic
def rotate_key(
    *,
    key: ApiKey,
    days: int,
    overlap_hours: int,
    actor: StaffUser,
    provision: Provision,
    reason: str,
) -> tuple[ApiKey, NewKey]:
    """
    Make a new key and let the old one end after an overlap, so that nothing has to stand still.

    Personal Information Protection Law, art. 51.

    :raises NotPermitted: if the actor may not keep clients.
    :raises InvalidInput: if the term or the overlap is out of bounds.
    :raises ActionRefused: if the old key is over, or the client is out of use or has two keys.
    """
    _require_keeper(actor)
    if not 0 <= overlap_hours <= LONGEST_OVERLAP_HOURS:
        raise InvalidInput(
            _("The old key goes on for 0 to %(most)s hours.") % {"most": LONGEST_OVERLAP_HOURS}
        )
    grounds = Grounds(actor=actor, provision=provision, reason=reason)
    # The client is the lock under which its keys are counted.
    client = audit.lock(key.client)
    _require_valid(audit.lock(key))
    made = _create_key(client, days, grounds)
    until = min(key.expires_at, timezone.now() + timedelta(hours=overlap_hours))
    audit.amend(key, "replace", **grounds, expires_at=until)
    return made


def _require_valid(key: ApiKey) -> None:
    if key.revoked_at is not None or key.expires_at <= timezone.now():
        raise ActionRefused(_("This key is no longer valid."))


@transaction.atomic
def revoke_key(*, key: ApiKey, actor: StaffUser, provision: Provision, reason: str) -> None:
    """
    End a key at once.

    Personal Information Protection Law, art. 51.

    :raises NotPermitted: if the actor may not keep clients.
    :raises ActionRefused: if it is over already.
    """
    _require_keeper(actor)
    _require_valid(audit.lock(key))
    audit.amend(
        key,
        "revoke",
        actor=actor,
        provision=provision,
        reason=reason,
        revoked_at=timezone.now(),
    )


def waiting_scopes(client: ApiClient) -> list[tuple[Proposal, str]]:
    """Return what was proposed that the client may do and nobody has decided, oldest first."""
    waiting = Proposal.objects.filter(matter=client.matter_id, kind=SCOPE_KIND, outcome=None)
    return [(each, json.loads(each.content)["scope"]) for each in waiting.order_by("pk")]


@transaction.atomic
def grant_scope(
    *, client: ApiClient, scope: str, actor: StaffUser, provision: Provision, reason: str
) -> ApiScopeGrant | Proposal:
    """
    Let a client read something, or propose that it may write.

    Our choice, no article: who keeps keys could use them, and has no power over any case; so
    another role approves before a client may write. To read needs one person: no identity data is
    read through the API.

    :raises NotPermitted: if the actor may not keep clients.
    :raises InvalidInput: if there is no such scope.
    :raises ActionRefused: if the client has it, or it waits for approval.
    """
    _require_keeper(actor)
    wanted = find_scope(scope)
    if wanted is None:
        raise InvalidInput(_("There is no such scope."))
    audit.lock(client)
    if client.scopes.filter(scope=scope, ended_at=None).exists():
        raise ActionRefused(_("The client has this scope already."))
    grounds = Grounds(actor=actor, provision=provision, reason=reason)
    if not wanted.is_writing:
        grant = ApiScopeGrant(client=client, scope=scope, is_writing=False, granted_by=actor.person)
        return audit.create(grant, **grounds)
    if any(code == scope for _proposal, code in waiting_scopes(client)):
        raise ActionRefused(_("This scope already waits for approval."))
    return proposals.submit_proposal(
        matter=client.matter,
        kind=SCOPE_KIND,
        content={"client": client.pk, "name": client.name, "scope": scope},
        slots=[APPROVER],
        proposer_side=Side.REQUESTER,
        approver_side=Side.RELEASER,
        **grounds,
    )


def _scope_of(client: ApiClient, proposal: Proposal) -> str:
    if proposal.matter_id != client.matter_id or proposal.kind != SCOPE_KIND:
        raise InvalidInput
    return str(json.loads(proposal.content)["scope"])


@transaction.atomic
def approve_scope(
    *,
    client: ApiClient,
    proposal: Proposal,
    actor: StaffUser,
    provision: Provision,
    reason: str,
) -> ApiScopeGrant:
    """
    Approve that a client may write; it may from then on.

    Our choice, no article: the second of the two persons.

    :raises SamePerson: if the actor proposed it.
    :raises NotPermitted: if the actor's roles do not approve it.
    :raises ProposalClosed: if it was decided before.
    :raises InvalidInput: if the proposal is about something else.
    """
    scope = _scope_of(client, proposal)
    audit.lock(client)
    grounds = Grounds(actor=actor, provision=provision, reason=reason)
    proposals.approve_proposal(proposal=proposal, **grounds)
    grant = ApiScopeGrant(
        client=client,
        scope=scope,
        is_writing=True,
        proposal=proposal,
        approved_result=ProposalResult.APPROVED,
        granted_by=actor.person,
    )
    try:
        with transaction.atomic():
            return audit.create(grant, **grounds)
    except IntegrityError as problem:
        raise ProposalClosed(_("The client has this scope already.")) from problem


@transaction.atomic
def return_scope(
    *,
    client: ApiClient,
    proposal: Proposal,
    actor: StaffUser,
    provision: Provision,
    reason: str,
) -> None:
    """
    Return a proposal that a client may write.

    Our choice, no article: the second of the two persons.

    :raises SamePerson: if the actor proposed it.
    :raises NotPermitted: if the actor's roles do not approve it.
    :raises ProposalClosed: if it was decided before.
    :raises InvalidInput: if the proposal is about something else.
    """
    _scope_of(client, proposal)
    proposals.return_proposal(proposal=proposal, actor=actor, provision=provision, reason=reason)


@transaction.atomic
def end_scope(*, grant: ApiScopeGrant, actor: StaffUser, provision: Provision, reason: str) -> None:
    """
    End at once what a client may do.

    Personal Information Protection Law, art. 51.

    :raises NotPermitted: if the actor may not keep clients.
    :raises ActionRefused: if it ended before.
    """
    _require_keeper(actor)
    audit.lock(grant)
    if grant.ended_at is not None:
        raise ActionRefused(_("This scope ended before."))
    audit.amend(
        grant,
        "end",
        actor=actor,
        provision=provision,
        reason=reason,
        ended_at=timezone.now(),
    )
