"""Clients of the API, what they may do, their keys, how often they ask, and answers that are kept."""

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from compliance.constraints import CompositeForeignKey
from compliance.history import track_history
from compliance.models.matters import Matter, Proposal, ProposalResult
from compliance.models.staff import Person, StaffUser
from compliance.scopes import scope_label
from compliance.tables import TableKind
from compliance.workflow import VersionedModel

# Our choice; no article sets them. Enough for a platform of some million accounts.
READS_A_MINUTE = 600
WRITES_A_MINUTE = 240


class ApiClient(VersionedModel):
    """A system of the platform that calls the API; it acts as a login that nobody can use."""

    table_kind = TableKind.RECORD
    frozen_fields = ("actor", "matter")

    name = models.CharField(_("name"), max_length=100, unique=True)
    # A post and not a person: people come and go, and their names are not for this table.
    contact_post = models.CharField(_("responsible post"), max_length=150)
    actor = models.OneToOneField(
        StaffUser, on_delete=models.PROTECT, related_name="api_client", verbose_name=_("acts as")
    )
    matter = models.OneToOneField(Matter, on_delete=models.PROTECT, related_name="+")
    reads_a_minute = models.PositiveIntegerField(_("reads a minute"), default=READS_A_MINUTE)
    writes_a_minute = models.PositiveIntegerField(_("writes a minute"), default=WRITES_A_MINUTE)
    is_active = models.BooleanField(_("in use"), default=True)
    created_at = models.DateTimeField(_("created at"), db_default=Now(), editable=False)

    history = track_history()

    class Meta:
        verbose_name = _("API client")
        verbose_name_plural = _("API clients")
        permissions = [("approve_scope", "Can approve that an API client may write")]
        constraints = [
            models.CheckConstraint(
                condition=~Q(name="") & ~Q(contact_post=""), name="apiclient_is_named"
            ),
            models.CheckConstraint(
                condition=Q(reads_a_minute__gte=1, reads_a_minute__lte=100_000)
                & Q(writes_a_minute__gte=1, writes_a_minute__lte=100_000),
                name="apiclient_limits_in_bounds",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class ApiScopeGrant(VersionedModel):
    """That a client may use one scope, from one instant to another."""

    table_kind = TableKind.RECORD
    frozen_fields = ("client", "scope", "is_writing", "proposal", "granted_by", "granted_at")

    client = models.ForeignKey(
        ApiClient, on_delete=models.PROTECT, related_name="scopes", verbose_name=_("API client")
    )
    scope = models.CharField(_("scope"), max_length=60)
    is_writing = models.BooleanField(_("may write"))
    # A scope that writes is granted by two persons.
    proposal = models.OneToOneField(
        Proposal,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("proposal"),
    )
    approved_result = models.CharField(max_length=12, null=True, editable=False)
    granted_by = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="+", verbose_name=_("granted by")
    )
    granted_at = models.DateTimeField(_("granted at"), db_default=Now(), editable=False)
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True)

    history = track_history()

    class Meta:
        verbose_name = _("scope of an API client")
        verbose_name_plural = _("scopes of API clients")
        constraints = [
            models.UniqueConstraint(
                fields=["client", "scope"],
                condition=Q(ended_at__isnull=True),
                name="apiscopegrant_one_open",
            ),
            # "Is not null" said aloud: a CHECK that comes out as NULL passes.
            models.CheckConstraint(
                condition=Q(is_writing=False)
                | Q(
                    proposal__isnull=False,
                    approved_result__isnull=False,
                    approved_result=ProposalResult.APPROVED,
                ),
                name="apiscopegrant_writing_is_approved",
            ),
            CompositeForeignKey(
                name="apiscopegrant_approval_is_real",
                fields=["proposal", "approved_result"],
                to="compliance.ProposalOutcome",
                to_fields=["proposal", "result"],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.client}: {self.scope}"

    @property
    def scope_label(self) -> str | Promise:
        """Return the scope in words."""
        return scope_label(self.scope)


class ApiKey(VersionedModel):
    """A key of a client: what is shown of it and a keyed digest; the secret is never stored."""

    table_kind = TableKind.RECORD
    frozen_fields = ("client", "prefix", "digest", "key_version", "created_by", "created_at")

    client = models.ForeignKey(
        ApiClient, on_delete=models.PROTECT, related_name="keys", verbose_name=_("API client")
    )
    prefix = models.CharField(_("key"), max_length=16, unique=True)
    digest = models.BinaryField(max_length=32)
    key_version = models.CharField(max_length=40)
    created_by = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="+", verbose_name=_("created by")
    )
    created_at = models.DateTimeField(_("created at"), db_default=Now(), editable=False)
    expires_at = models.DateTimeField(_("valid until"))
    revoked_at = models.DateTimeField(_("revoked at"), null=True, blank=True)

    history = track_history(excluded=("digest",))

    class Meta:
        verbose_name = _("API key")
        verbose_name_plural = _("API keys")
        indexes = [models.Index(fields=["client", "-id"], name="apikey_client")]
        constraints = [
            models.CheckConstraint(
                condition=Q(expires_at__gt=F("created_at")), name="apikey_term_is_positive"
            ),
        ]

    def __str__(self) -> str:
        return f"heyan_{self.prefix}"


class ApiKeyUse(models.Model):
    """When a key was last used and last refused; to the minute, neither audited nor versioned."""

    table_kind = TableKind.WORK

    key = models.OneToOneField(
        ApiKey, on_delete=models.PROTECT, primary_key=True, related_name="use"
    )
    last_used_at = models.DateTimeField(_("last used"), null=True)
    last_refused_at = models.DateTimeField(_("last refused"), null=True)

    class Meta:
        verbose_name = _("use of an API key")
        verbose_name_plural = _("use of API keys")

    def __str__(self) -> str:
        return str(self.key_id)


class ApiAllowance(models.Model):
    """How many requests of one kind a client has made in the minute that began at `minute`."""

    table_kind = TableKind.WORK

    client = models.ForeignKey(ApiClient, on_delete=models.PROTECT, related_name="+")
    is_writing = models.BooleanField()
    minute = models.DateTimeField()
    used = models.PositiveIntegerField()

    class Meta:
        verbose_name = _("used allowance of an API client")
        verbose_name_plural = _("used allowances of API clients")
        constraints = [
            models.UniqueConstraint(fields=["client", "is_writing"], name="apiallowance_one"),
        ]

    def __str__(self) -> str:
        return f"{self.client_id}: {self.used}"


class KeptAnswer(models.Model):
    """
    The answer to a request that a client may repeat, written with what the request did.

    It holds what the API answers and so no identity data; of the request only a keyed digest.
    """

    table_kind = TableKind.WORK

    client = models.ForeignKey(ApiClient, on_delete=models.PROTECT, related_name="+")
    key = models.CharField(max_length=128)
    request_digest = models.BinaryField(max_length=32)
    key_version = models.CharField(max_length=40)
    status = models.PositiveSmallIntegerField()
    headers = models.JSONField(default=dict)
    body = models.TextField()
    kept_until = models.DateTimeField()

    class Meta:
        verbose_name = _("kept answer")
        verbose_name_plural = _("kept answers")
        indexes = [models.Index(fields=["kept_until"], name="keptanswer_until")]
        constraints = [
            models.UniqueConstraint(fields=["client", "key"], name="keptanswer_one_per_key"),
        ]

    def __str__(self) -> str:
        return f"{self.client_id}: {self.key}"
