"""Who works here: people, their logins, the roles they hold."""

from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import Group, PermissionsMixin
from django.contrib.auth.validators import UnicodeUsernameValidator
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from compliance.history import track_history
from compliance.tables import TableKind
from compliance.workflow import VersionedModel


class Person(VersionedModel):
    """
    A person of the staff file; separation of duties counts persons.

    The system itself and each client of the API act as rows of their own, so that whoever did
    something is never NULL. They cannot log in, hold no role and approve nothing.
    """

    table_kind = TableKind.RECORD
    frozen_fields = ("is_system", "is_client")

    number = models.BigAutoField(_("person number"), primary_key=True)
    name = models.CharField(_("name"), max_length=150)
    post = models.CharField(_("post"), max_length=150, blank=True)
    is_system = models.BooleanField(_("the system"), default=False, editable=False)
    is_client = models.BooleanField(
        _("an API client"), default=False, db_default=False, editable=False
    )
    joined_date = models.DateField(_("joined"), null=True, blank=True)
    left_date = models.DateField(_("left"), null=True, blank=True)

    history = track_history()

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        indexes = [models.Index(fields=["name", "number"], name="person_name")]
        constraints = [
            models.UniqueConstraint(
                fields=["is_system"],
                condition=models.Q(is_system=True),
                name="person_one_system",
            ),
            models.CheckConstraint(
                condition=models.Q(is_system=False) | models.Q(is_client=False),
                name="person_system_is_no_client",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} (P{self.number:05d})"

    @property
    def is_machine(self) -> bool:
        """Return whether nobody of flesh and blood stands behind it."""
        return self.is_system or self.is_client


class StaffUserManager(BaseUserManager["StaffUser"]):
    """Finds logins; they are created by the service `create_staff_login`."""

    def get_by_natural_key(self, username: str | None) -> "StaffUser":
        return self.get(username=username)


class StaffUser(VersionedModel, AbstractBaseUser, PermissionsMixin):
    """A login of a person; deactivated when no longer needed, never deleted."""

    table_kind = TableKind.RECORD

    # The time of the last login is in the action log; a column here would be an unaudited write.
    last_login = None
    user_permissions = None  # type: ignore[assignment]
    username = models.CharField(
        _("login name"),
        max_length=150,
        unique=True,
        validators=[UnicodeUsernameValidator()],
        error_messages={"unique": _("This login name is taken.")},
    )
    person = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="logins", verbose_name=_("person")
    )
    is_active = models.BooleanField(_("active"), default=True)
    groups = models.ManyToManyField(  # type: ignore[assignment]
        Group,
        through="compliance.RoleAssignment",
        through_fields=("staff", "role"),
        related_name="staff_set",
        related_query_name="user",
        verbose_name=_("roles"),
    )

    objects = StaffUserManager()
    history = track_history(excluded=("password",))

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS = []

    class Meta:
        verbose_name = _("login")
        verbose_name_plural = _("logins")
        constraints = [
            models.UniqueConstraint(fields=["id", "person"], name="staffuser_id_person"),
        ]

    def __str__(self) -> str:
        return self.username

    @property
    def is_staff(self) -> bool:
        """Every login is a colleague's: whoever is active may open the console."""
        return self.is_active

    def get_full_name(self) -> str:
        """Return the person's name."""
        return self.person.name

    def get_short_name(self) -> str:
        """Return the person's name."""
        return self.person.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        fields = kwargs.get("update_fields")
        # Django re-hashes or changes a password by saving that column alone, for the person who
        # just proved to know it; the version trigger wants its step all the same.
        if fields is not None and set(fields) == {"password"}:
            self.version += 1
            kwargs["update_fields"] = ["password", "version"]
            self._history_user = self
            self._change_reason = "password"
        super().save(*args, **kwargs)


class RoleAssignment(VersionedModel):
    """A role held by a login from one instant to another."""

    table_kind = TableKind.RECORD

    staff = models.ForeignKey(
        StaffUser,
        on_delete=models.PROTECT,
        related_name="role_assignments",
        verbose_name=_("login"),
    )
    role = models.ForeignKey(
        Group, on_delete=models.PROTECT, related_name="assignments", verbose_name=_("role")
    )
    granted_by = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="+", verbose_name=_("granted by")
    )
    granted_at = models.DateTimeField(_("granted at"), db_default=Now())
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True)

    history = track_history()

    class Meta:
        verbose_name = _("role assignment")
        verbose_name_plural = _("role assignments")
        constraints = [
            models.UniqueConstraint(
                fields=["staff", "role"],
                condition=models.Q(ended_at__isnull=True),
                name="roleassignment_one_open",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.staff}: {self.role}"


class RoleExclusion(models.Model):
    """Two roles that one person may not hold together, whatever the number of logins."""

    table_kind = TableKind.LAID

    role = models.CharField(max_length=150)
    other = models.CharField(max_length=150)

    class Meta:
        verbose_name = _("exclusion of roles")
        verbose_name_plural = _("exclusions of roles")
        constraints = [
            models.UniqueConstraint(fields=["role", "other"], name="roleexclusion_pair"),
            models.CheckConstraint(
                condition=models.Q(role__lt=models.F("other")), name="roleexclusion_ordered"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.role} / {self.other}"
