"""Services for the pictures that only their holders may show, and for the avatars of applications."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import (
    Application,
    ApplicationAvatar,
    ApplicationCheck,
    ReservedAvatar,
    ReservedAvatarKey,
)
from accounts.rules.looks import stored_keys
from accounts.services.profiles.avatars import DrawnAvatar, check_avatar, keep_avatar
from compliance import audit
from compliance.errors import ActionRefused, InvalidInput
from compliance.models import StaffUser
from compliance.provisions import Provision
from compliance.roles import require_permission

LIST: Final = "accounts.add_avatars"
LONGEST_WORDS: Final = 200
USCC_LENGTH: Final = 18
# One loader at a time: any number that no other advisory lock has.
_LOCK: Final = 7_304_302


@dataclass(frozen=True)
class AvatarRow:
    """A picture to be listed: whose emblem it is, why, and the code of its holder if it has one."""

    drawn: DrawnAvatar
    name: str
    reason: str
    holder_uscc: str = ""


class AvatarOutcome(StrEnum):
    """What came of one picture."""

    ADDED = "added"
    ALREADY_LISTED = "already_listed"


def avatar_problem(row: AvatarRow) -> str:
    """Return in words why a picture cannot be listed, "" if it can."""
    for words in (row.name, row.reason):
        if not words.strip() or len(words.strip()) > LONGEST_WORDS or audit.UNSEEN.search(words):
            return _(
                "Say whose picture it is and why it is listed, in at most %(count)s characters."
            ) % {"count": LONGEST_WORDS}
    code = row.holder_uscc.strip()
    if code and (len(code) != USCC_LENGTH or not code.isascii() or not code.isalnum()):
        return _("The unified social credit code does not have 18 characters.")
    if not row.drawn.looks:
        return _("The picture has no shape by which another one could be compared with it.")
    return ""


@transaction.atomic
def add_reserved_avatars(
    *, rows: Sequence[AvatarRow], actor: StaffUser, provision: Provision, reason: str
) -> list[AvatarOutcome]:
    """
    List pictures as reserved, and say what came of each.

    Public Account Provisions, art. 8 §2: nobody shows an emblem or logo as if it were the own one. A
    picture that is listed stays as it is, so that a list can be loaded again.

    :raises NotPermitted: if the actor may not keep the list.
    :raises MissingReason: if the reason is blank.
    :raises InvalidInput: if a picture cannot be listed; `avatar_problem` says beforehand.
    """
    require_permission(actor, LIST)
    reason = audit.require_reason(reason)
    for row in rows:
        if problem := avatar_problem(row):
            raise InvalidInput(problem)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
    outcomes = []
    for row in rows:
        image = keep_avatar(row.drawn)
        if ReservedAvatar.objects.in_force().filter(image=image).exists():
            outcomes.append(AvatarOutcome.ALREADY_LISTED)
            continue
        reserved = audit.create(
            ReservedAvatar(
                image=image,
                name=row.name.strip(),
                reason=row.reason.strip(),
                holder_uscc=row.holder_uscc.strip().upper(),
                listed_at=timezone.now(),
            ),
            actor=actor,
            provision=provision,
            reason=reason,
        )
        ReservedAvatarKey.objects.bulk_create(
            ReservedAvatarKey(key=key, avatar=reserved) for key in sorted(stored_keys(image.looks))
        )
        outcomes.append(AvatarOutcome.ADDED)
    return outcomes


@transaction.atomic
def remove_reserved_avatar(
    *,
    reserved: ReservedAvatar,
    expected_version: int,
    actor: StaffUser,
    provision: Provision,
    reason: str,
) -> None:
    """
    Take a picture off the list; what was decided by it stays on record.

    Public Account Provisions, art. 8 §2.

    :raises NotPermitted: if the actor may not keep the list.
    :raises MissingReason: if the reason is blank.
    :raises StaleVersion: if it has moved on.
    :raises ActionRefused: if it was taken off already.
    """
    require_permission(actor, LIST)
    audit.lock(reserved, expected_version=expected_version)
    if reserved.removed_at is not None:
        raise ActionRefused(_("It was taken off the list already."))
    audit.amend(
        reserved,
        "remove",
        actor=actor,
        provision=provision,
        reason=reason,
        removed_at=timezone.now(),
    )
    ReservedAvatarKey.objects.filter(avatar=reserved).delete()


@transaction.atomic
def set_application_avatar(
    *,
    application: Application,
    drawn: DrawnAvatar,
    actor: StaffUser,
    provision: Provision,
    reason: str,
) -> ApplicationAvatar:
    """
    Put an avatar to an application on which nothing was decided, and compare it with reserved ones.

    Public Account Provisions, art. 8 §2. What it looks like stands among the checks of the
    application, for the person who decides; the account gets the picture with its approval.

    :raises NotPermitted: if the actor may not hand in applications.
    :raises MissingReason: if the reason is blank.
    :raises ActionRefused: if the application is decided: an account's avatar is a change of its
        profile.
    """
    require_permission(actor, "accounts.register_account")
    reason = audit.require_reason(reason)
    audit.lock(application)
    if not Application.objects.open().filter(pk=application.pk).exists():
        raise ActionRefused(
            _(
                "The application is decided; hand the avatar in as a change of the account's profile."
            )
        )
    image = keep_avatar(drawn)
    latest = application.avatars.order_by("-pk").first()
    if latest is not None and latest.image_id == image.pk:
        return latest
    placed = ApplicationAvatar.objects.create(application=application, image=image)
    found = check_avatar(image, application.subject)
    if found.reason:
        ApplicationCheck.objects.create(
            application=application,
            code=found.code,
            outcome=found.outcome,
            reason_key=found.reason,
            params=dict(found.params),
        )
    audit.record(
        action="accounts.application.set_avatar",
        target=application,
        actor=actor,
        provision=provision,
        reason=reason,
        changes={"avatar": image.sha256},
    )
    return placed
