"""Services for people, their logins and roles."""

from django.contrib.auth.models import Group
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from compliance import audit, roles
from compliance.errors import ActionRefused, InvalidInput, NotPermitted
from compliance.grounds import Grounds
from compliance.models import Person, RoleAssignment, StaffUser
from compliance.provisions import Provision

SYSTEM_LOGIN = "system"


def system_actor() -> StaffUser:
    """Return the login as which the system itself acts; nobody can log in with it."""
    return StaffUser.objects.select_related("person").get(username=SYSTEM_LOGIN)


def _require_staff_rights(actor: StaffUser) -> None:
    roles.require_permission(actor, "compliance.change_staffuser")


@transaction.atomic
def add_person(
    *, name: str, post: str, actor: StaffUser, provision: Provision, reason: str
) -> Person:
    """
    Enter a person in the staff file.

    Opinions on Platform Responsibility, point 10: the entry of staff is registered.

    :raises NotPermitted: if the actor may not keep the staff file.
    :raises InvalidInput: if the name is blank.
    """
    _require_staff_rights(actor)
    if not name.strip():
        raise InvalidInput(_("Give the person's name."))
    person = Person(name=name.strip(), post=post, joined_date=timezone.localdate())
    return audit.create(person, actor=actor, provision=provision, reason=reason)


@transaction.atomic
def create_login(
    *,
    person: Person,
    username: str,
    password: str,
    actor: StaffUser,
    provision: Provision,
    reason: str,
) -> StaffUser:
    """
    Give a person a login.

    Opinions on Platform Responsibility, point 10.

    :raises NotPermitted: if the actor may not keep logins.
    :raises InvalidInput: if the person is a machine, the name is taken or the password is too weak.
    """
    _require_staff_rights(actor)
    if person.is_machine:
        raise InvalidInput(_("Logins are for people. A machine acts as the login that it has."))
    login = StaffUser(username=StaffUser.normalize_username(username), person=person)
    try:
        login.full_clean(exclude=["password", "version"])
        validate_password(password, login)
    except ValidationError as problem:
        raise InvalidInput(" ".join(problem.messages)) from problem
    login.set_password(password)
    # Django would save the new hash again at the first login otherwise.
    login._password = None  # type: ignore[attr-defined]
    return audit.create(login, actor=actor, provision=provision, reason=reason)


@transaction.atomic
def assign_role(
    *, staff: StaffUser, role: str, actor: StaffUser, provision: Provision, reason: str
) -> RoleAssignment:
    """
    Give a login a role.

    Opinions on Platform Responsibility, point 10; separation of duties is our choice, after the
    separation of administration, audit and security duties of graded protection.

    :raises NotPermitted: if the actor may not keep roles.
    :raises ActionRefused: if the person holds it already or holds one that excludes it, or is a
        machine.
    """
    _require_staff_rights(actor)
    if staff.person.is_machine:
        raise ActionRefused(_("Roles are for people; an API client is given scopes."))
    group = Group.objects.get(name=role)
    assignment = RoleAssignment(staff=staff, role=group, granted_by=actor.person)
    try:
        with transaction.atomic():
            return audit.create(assignment, actor=actor, provision=provision, reason=reason)
    except IntegrityError as problem:
        if "roleassignment_compatible" in str(problem) or "excludes" in str(problem):
            raise ActionRefused(
                _("This person holds a role that excludes “%(role)s”.")
                % {"role": roles.role_label(role)}
            ) from problem
        raise ActionRefused(_("This login holds that role already.")) from problem


def _keep_an_administrator(leaving: StaffUser) -> None:
    # The system's own row is the lock under which two administrators cannot leave at once.
    Person.objects.select_for_update(no_key=True).get(is_system=True)
    others = RoleAssignment.objects.filter(
        role__name=roles.SYSTEM_ADMINISTRATOR, ended_at=None, staff__is_active=True
    ).exclude(staff=leaving)
    if not others.exists():
        raise ActionRefused(
            _("This is the last system administrator. Give the role to somebody else first.")
        )


@transaction.atomic
def end_role(
    *, assignment: RoleAssignment, actor: StaffUser, provision: Provision, reason: str
) -> None:
    """
    End a role that a login holds, at once.

    Opinions on Platform Responsibility, point 10.

    :raises NotPermitted: if the actor may not keep roles.
    :raises ActionRefused: if it ended before, or nobody would be left to keep logins.
    """
    _require_staff_rights(actor)
    audit.lock(assignment)
    if assignment.ended_at is not None:
        raise ActionRefused(_("This role ended before."))
    if assignment.role.name == roles.SYSTEM_ADMINISTRATOR:
        _keep_an_administrator(assignment.staff)
    audit.amend(
        assignment,
        "end",
        actor=actor,
        provision=provision,
        reason=reason,
        ended_at=timezone.now(),
    )


@transaction.atomic
def deactivate_login(
    *, staff: StaffUser, actor: StaffUser, provision: Provision, reason: str
) -> None:
    """
    Take a login out of use, at once; it is never deleted.

    Opinions on Platform Responsibility, point 10: leaving staff lose access.

    :raises NotPermitted: if the actor may not keep logins.
    :raises ActionRefused: if it is out of use already, or nobody would be left to keep logins.
    """
    _require_staff_rights(actor)
    audit.lock(staff)
    if not staff.is_active:
        raise ActionRefused(_("This login is out of use already."))
    if staff.role_assignments.filter(role__name=roles.SYSTEM_ADMINISTRATOR, ended_at=None).exists():
        _keep_an_administrator(staff)
    audit.amend(
        staff, "deactivate", actor=actor, provision=provision, reason=reason, is_active=False
    )


@transaction.atomic
def change_password(
    *, staff: StaffUser, password: str, actor: StaffUser, provision: Provision, reason: str
) -> None:
    """
    Give a login another password; each person changes the one of their own logins.

    Opinions on Platform Responsibility, point 10.

    :raises NotPermitted: if the login is another person's.
    :raises InvalidInput: if the password is too weak.
    """
    if staff.person_id != actor.person_id:
        raise NotPermitted(_("A password is changed by whoever it belongs to."))
    try:
        validate_password(password, staff)
    except ValidationError as problem:
        raise InvalidInput(" ".join(problem.messages)) from problem
    staff.set_password(password)
    staff.save(update_fields=["password"])
    audit.record(
        action="compliance.staffuser.change_password",
        target=staff,
        actor=actor,
        provision=provision,
        reason=reason,
    )


@transaction.atomic
def add_colleague(
    *,
    name: str,
    post: str,
    username: str,
    password: str,
    role: str,
    actor: StaffUser,
    provision: Provision,
    reason: str,
) -> StaffUser:
    """
    Enter a person in the staff file with a login and a role, all or nothing.

    Opinions on Platform Responsibility, point 10.

    :raises NotPermitted: if the actor may not keep the staff file.
    :raises InvalidInput: if a name is blank or taken, or the password is too weak.
    """
    grounds: Grounds = {"actor": actor, "provision": provision, "reason": reason}
    person = add_person(name=name, post=post, **grounds)
    login = create_login(person=person, username=username, password=password, **grounds)
    assign_role(staff=login, role=role, **grounds)
    return login
