"""What the platform is told of an account: how it is to be from now on, never what to change."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.enums import AccountStatus
from accounts.models import AccountMark, PublicAccount, Restriction, Transfer
from accounts.profile_words import ProfileChangeStatus, ProfilePart
from compliance.audit import canonical_json
from compliance.grounds import Grounds
from compliance.models import PlatformCommand
from compliance.notices.commands import order_command
from compliance.notices.many import Order, order_many
from compliance.notices.recipients import Reference

RESTRICT = "account.restrict"
RELEASE = "account.release"
CLOSE = "account.close"
REOPEN = "account.reopen"
MARK = "account.mark"
PROFILE = "account.profile"
TRANSFER_NOTICE = "account.transfer_notice"
TRANSFER = "account.transfer"
LABELS = {
    RESTRICT: _("Restrict the account"),
    RELEASE: _("End a restriction of the account"),
    CLOSE: _("Close the account"),
    REOPEN: _("Reopen the account"),
    MARK: _("Show the special marks of the account"),
    PROFILE: _("Show the profile of the account"),
    TRANSFER_NOTICE: _("Tell the followers that the account passes to somebody else"),
    TRANSFER: _("Show the account under its new operator"),
}


def command_state(
    account: PublicAccount, *, kind: str, ground: str, grounds: Grounds
) -> PlatformCommand:
    """
    Order the platform to bring an account into its present state, all restrictions together.

    Public Account Provisions, art. 19 §2: measures are carried out. What is to come is told with
    its days, so that no command is needed for a term to begin or to end.
    """
    return order_command(
        kind=kind,
        subject=Reference("account", account.platform_uid),
        payload=state_for_platform(account, timezone.now()),
        ground_ref=ground,
        **grounds,
    )


def command_profile(account: PublicAccount, *, ground: str, grounds: Grounds) -> PlatformCommand:
    """
    Order the platform to show the profile of an account as it is here now.

    Public Account Provisions, art. 8 §2 and art. 7 §1: what was checked is what is shown.
    """
    return order_command(
        kind=PROFILE,
        subject=Reference("account", account.platform_uid),
        payload={
            "account": account.platform_uid,
            "name": account.name,
            "bio": account.bio,
            "category": account.category,
            # By its digest: the platform sent the picture itself.
            "avatar": account.avatar.sha256 if account.avatar is not None else "",
            "is_avatar_removed": _is_avatar_removed(account),
        },
        ground_ref=ground,
        **grounds,
    )


def _is_avatar_removed(account: PublicAccount) -> bool:
    """Return whether no picture may be shown; one that was never sent here is not known otherwise."""
    shown = account.profile_changes.filter(
        status__in=[ProfileChangeStatus.APPROVED, ProfileChangeStatus.RESET],
        parts__contains=[ProfilePart.AVATAR],
    )
    latest = shown.order_by("-decided_at", "-pk").values_list("status", flat=True).first()
    return account.avatar_id is None and latest == ProfileChangeStatus.RESET


def command_states(
    accounts: Sequence[PublicAccount],
    *,
    kind: str,
    ground_refs: Sequence[str],
    grounds: Grounds,
) -> None:
    """
    Order the platform to bring many accounts into their present states, in a few statements.

    Public Account Provisions, art. 19 §2: as `command_state`; each account has its own ground.
    """
    states = states_for_platform(accounts, timezone.now())
    order_many(
        [
            Order(
                subject=Reference("account", each.platform_uid),
                payload=canonical_json(states[each.pk]),
                ground_ref=ground_ref,
            )
            for each, ground_ref in zip(accounts, ground_refs, strict=True)
        ],
        kind=kind,
        grounds=grounds,
    )


def command_transfer(
    account: PublicAccount, *, kind: str, transfer: Transfer, on: datetime, grounds: Grounds
) -> PlatformCommand:
    """
    Order the platform to tell followers of a transfer, or to show the account's new operator.

    Public Account Provisions, art. 11 §2. Who takes the account over is named as the public page
    names it: an organisation by its name, a person not at all.
    """
    return order_command(
        kind=kind,
        subject=Reference("account", account.platform_uid),
        payload={
            "account": account.platform_uid,
            "transfer": transfer.reference,
            "on": on,
            "from_nature": transfer.from_nature,
            "to_nature": transfer.subject_nature,
            "to_organisation": transfer.organisation_name,
        },
        ground_ref=transfer.ground_ref,
        **grounds,
    )


def state_for_platform(account: PublicAccount, now: datetime) -> dict[str, Any]:
    """Return what the platform needs to know of an account: nothing of whoever runs it."""
    return states_for_platform([account], now)[account.pk]


def states_for_platform(
    accounts: Sequence[PublicAccount], now: datetime
) -> dict[int, dict[str, Any]]:
    """Return what the platform needs to know of each account, by the account's key."""
    states: dict[int, dict[str, Any]] = {
        each.pk: {
            "account": each.platform_uid,
            "is_open": each.status == AccountStatus.ACTIVE,
            "restrictions": [],
            "marks": [],
        }
        for each in accounts
    }
    running = Restriction.objects.filter(
        Q(in_force_until__isnull=True) | Q(in_force_until__gt=now),
        Q(ended_at__isnull=True) | Q(ended_at__gt=now),
        account__in=list(states),
    )
    for restriction in running.order_by("pk"):
        states[restriction.account_id]["restrictions"].append(
            {
                "kind": restriction.kind,
                "functions": sorted(restriction.functions),
                "from": restriction.in_force_from,
                "until": restriction.in_force_until,
            }
        )
    marks = AccountMark.objects.filter(
        Q(in_force_until__isnull=True) | Q(in_force_until__gt=now),
        account__in=list(states),
        ended_at=None,
    )
    for mark in marks.select_related("qualification").order_by("pk"):
        states[mark.account_id]["marks"].append(
            {
                "code": mark.code,
                # The name of the document is published, nothing else of it.
                "material": mark.qualification.type,
                "from": mark.in_force_from,
                "until": mark.in_force_until,
            }
        )
    return states
