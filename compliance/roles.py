"""Roles, the permissions they carry, and which of them one person may not hold together."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.models import Group, Permission
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _gettext
from django.utils.translation import gettext_lazy as _

from compliance.errors import NotPermitted
from compliance.models import ApiScopeGrant, Deputy, RoleAssignment, RoleExclusion, StaffUser
from compliance.scopes import find_scope

MODERATOR = "moderator"
COMPLAINT_HANDLER = "complaint_handler"
COMPLIANCE_OFFICER = "compliance_officer"
SUPERVISOR = "supervisor"
AUDITOR = "auditor"
SYSTEM_ADMINISTRATOR = "system_administrator"


@dataclass(frozen=True)
class RoleDefinition:
    """A role: its code (the group's name), its label, its permissions as app_label.codename."""

    code: str
    label: str | Promise
    permissions: tuple[str, ...]


LABELS: dict[str, Promise] = {
    MODERATOR: _("moderator"),
    COMPLAINT_HANDLER: _("complaint handler"),
    COMPLIANCE_OFFICER: _("compliance officer"),
    SUPERVISOR: _("supervisor"),
    AUDITOR: _("auditor"),
    SYSTEM_ADMINISTRATOR: _("system administrator"),
}

# Each package adds its own permissions at start, through `grant_to`.
_permissions: dict[str, set[str]] = {code: set() for code in LABELS}

# Whoever keeps logins and roles has no power over a case, and whoever audits does neither.
EXCLUSIONS: tuple[tuple[str, str], ...] = tuple(
    (first, second) if first < second else (second, first)
    for first, second in (
        *((SYSTEM_ADMINISTRATOR, other) for other in LABELS if other != SYSTEM_ADMINISTRATOR),
        *((AUDITOR, other) for other in LABELS if other not in (AUDITOR, SYSTEM_ADMINISTRATOR)),
    )
)


def grant_to(role: str, *permissions: str) -> None:
    """Add permissions ("app_label.codename") to a role's definition; called when apps are ready."""
    _permissions[role].update(permissions)


def definitions() -> list[RoleDefinition]:
    """Return every role as defined by the packages that are installed."""
    return [
        RoleDefinition(code, label, tuple(sorted(_permissions[code])))
        for code, label in LABELS.items()
    ]


def sync_roles(using: str) -> None:
    """Bring groups, their permissions and the exclusions of roles to what is defined."""
    known = {
        f"{each.content_type.app_label}.{each.codename}": each
        for each in Permission.objects.using(using).select_related("content_type")
    }
    for definition in definitions():
        missing = [name for name in definition.permissions if name not in known]
        if missing:
            raise ValueError(f"Role {definition.code} names unknown permissions: {missing}")
        group, _created = Group.objects.using(using).get_or_create(name=definition.code)
        group.permissions.set([known[name] for name in definition.permissions])
    for role, other in EXCLUSIONS:
        RoleExclusion.objects.using(using).get_or_create(role=role, other=other)


def role_label(code: str) -> str:
    """Return the name of a role in the language of the screen."""
    return str(LABELS.get(code, code))


def require_permission(actor: StaffUser, permission: str) -> None:
    """
    Refuse an act that the actor's roles do not allow; the system may do all that services do.

    A client of the API may do what the scopes that it holds now stand for.

    :raises NotPermitted: if the actor is inactive or lacks the permission.
    """
    if actor.person.is_system:
        return
    if actor.person.is_client:
        if permission not in _permissions_of_client(actor):
            raise NotPermitted
        return
    if not actor.is_active or not actor.has_perm(permission):
        raise NotPermitted


# Which permissions a deputy can be named for: approvals, and what they are called.
_delegable: dict[str, str | Promise] = {}


def make_delegable(permission: str, label: str | Promise) -> None:
    """Let deputies be named for an approval; called when apps are ready."""
    _delegable[permission] = label


def approval_in_words(permission: str) -> str:
    """Return what an approval is called: by its name, or by the roles that give it."""
    named = _delegable.get(permission)
    if named is not None:
        return str(named)
    roles = [role_label(each.code) for each in definitions() if permission in each.permissions]
    return _gettext(", ").join(roles)


def delegable() -> dict[str, str | Promise]:
    """Return the permissions that deputies can be named for, with their names."""
    return {**_delegable}


def _permissions_of_client(actor: StaffUser) -> set[str]:
    granted = ApiScopeGrant.objects.filter(
        client__actor=actor, client__is_active=True, ended_at=None
    ).values_list("scope", flat=True)
    known = (find_scope(code) for code in granted)
    return {permission for scope in known if scope for permission in scope.permissions}


class RoleBackend(ModelBackend):
    """
    Gives a login the permissions of the roles it holds now.

    What it may do besides, as a deputy for others in all matters, are its own permissions.
    """

    def get_user_permissions(self, user_obj: Any, obj: Any = None) -> set[str]:
        if not user_obj.is_active or user_obj.is_anonymous or obj is not None:
            return set()
        if not hasattr(user_obj, "_user_perm_cache"):
            standing_in = Deputy.objects.valid(timezone.now()).filter(
                deputy=user_obj.person_id, matter=None
            )
            user_obj._user_perm_cache = set(standing_in.values_list("permission", flat=True))
        found: set[str] = user_obj._user_perm_cache
        return found

    def _get_group_permissions(self, user_obj: Any) -> Any:
        return Permission.objects.filter(
            group__assignments__staff=user_obj, group__assignments__ended_at__isnull=True
        )


def people_with_each(permissions: Iterable[str]) -> dict[str, set[int]]:
    """Return the numbers of the active persons whose roles carry each permission."""
    wanted = set(permissions)
    held = RoleAssignment.objects.filter(
        ended_at__isnull=True,
        staff__is_active=True,
        role__permissions__codename__in={each.partition(".")[2] for each in wanted},
    ).values_list(
        "role__permissions__content_type__app_label",
        "role__permissions__codename",
        "staff__person_id",
    )
    found: dict[str, set[int]] = {permission: set() for permission in wanted}
    for app_label, codename, number in held:
        if f"{app_label}.{codename}" in wanted:
            found[f"{app_label}.{codename}"].add(number)
    return found


def people_with(permission: str) -> Iterable[int]:
    """Return the numbers of the active persons whose roles carry `permission`."""
    return people_with_each([permission])[permission]
