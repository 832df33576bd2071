"""Services of who asks to earn: decided by the rule at once, given up when no longer wanted."""

from typing import Final

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.enums import AccountStatus, ApplicationSource
from accounts.models import EarningApplication, PublicAccount
from accounts.powers_words import EarningBehaviour
from accounts.rules.earning import obstacles, possible_from
from accounts.services.earning.facts import earning_rule, facts_of
from accounts.services.earning.telling import command_rights, tell
from accounts.services.earning.words import as_kept
from compliance import audit
from compliance.errors import ActionRefused
from compliance.grounds import Grounds
from compliance.models import StaffUser
from compliance.provisions import Provision
from compliance.roles import require_permission

APPLY: Final = "accounts.apply_for_earning"


def rights_of(account: PublicAccount) -> list[EarningApplication]:
    """Return the rights that an account has now, in the order of the article."""
    found = {each.behaviour: each for each in account.earning_applications.in_force()}
    return [found[each] for each in EarningBehaviour if each in found]


@transaction.atomic
def apply_for_earning(
    *,
    account: PublicAccount,
    behaviour: EarningBehaviour,
    source: ApplicationSource,
    actor: StaffUser,
    provision: Provision,
    reason: str,
) -> EarningApplication:
    """
    Decide at once, by the rule in force, whether an account may earn by one behaviour.

    Public Account Provisions, art. 14 §1. Granted, it is told to the platform; refused, the operator
    is told what stands against it, from when it would not, and how to appeal. Marked as automated.

    :raises NotPermitted: if the actor may not apply.
    :raises MissingReason: if the reason is blank.
    :raises ActionRefused: if the account is closed or has this right already.
    """
    require_permission(actor, APPLY)
    grounds = Grounds(actor=actor, provision=provision, reason=audit.require_reason(reason))
    audit.lock(account)
    if account.status != AccountStatus.ACTIVE:
        raise ActionRefused(_("The account is closed; nothing can be earned with it."))
    if account.earning_applications.in_force().filter(behaviour=behaviour).exists():
        raise ActionRefused(
            _("The account has this right already: “%(behaviour)s”.")
            % {"behaviour": EarningBehaviour(behaviour).label}
        )
    now = timezone.now()
    version = earning_rule(now)
    found = obstacles(
        facts_of([account], now)[account.pk], version.rule, timezone.localdate(now), behaviour
    )
    application = audit.create(
        EarningApplication(
            account=account,
            subject_id=account.subject_id,
            behaviour=behaviour,
            source=source,
            applied_at=now,
        ),
        **grounds,
    )
    audit.move(
        application,
        "refuse" if found else "grant",
        **grounds,
        decided_at=now,
        rule=version.row,
        obstacles=as_kept(found),
        possible_from=possible_from(found),
    )
    if not found:
        command_rights(account, ground=_reference(application), grounds=grounds)
    tell([application], actor=actor)
    return application


def _reference(application: EarningApplication) -> str:
    return f"earning:{application.pk}"


@transaction.atomic
def give_up_earning(
    *,
    application: EarningApplication,
    expected_version: int | None = None,
    actor: StaffUser,
    provision: Provision,
    reason: str,
) -> None:
    """
    End a right because the operator no longer wants it.

    Public Account Provisions, art. 14 §1.

    :raises NotPermitted: if the actor may not apply.
    :raises MissingReason: if the reason is blank.
    :raises StaleVersion: if `expected_version` is given and the right has moved on.
    :raises TransitionRefused: if it is not in force.
    """
    require_permission(actor, APPLY)
    grounds = Grounds(actor=actor, provision=provision, reason=reason)
    account = audit.lock(PublicAccount.objects.get(pk=application.account_id))
    audit.move(
        application,
        "give_up",
        **grounds,
        expected_version=expected_version,
        ended_at=timezone.now(),
    )
    command_rights(account, ground=_reference(application), grounds=grounds)
