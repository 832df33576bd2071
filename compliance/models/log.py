"""The action log: what was done or refused, by whom, under which article, why."""

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from compliance.history import CurrentTransaction, TransactionIdField
from compliance.provisions import Provision
from compliance.tables import TableKind


class ActionOutcome(models.TextChoices):
    """How an act ended."""

    DONE = "carried_out", _("carried out")
    REFUSED = "refused", _("refused")


class ActionLogQuerySet(models.QuerySet["ActionLog"]):
    """Named filters of the action log."""

    def for_object(self, obj: models.Model) -> "ActionLogQuerySet":
        """Rows about `obj`."""
        return self.filter(object_type=obj._meta.label_lower, object_id=str(obj.pk))

    def refused(self) -> "ActionLogQuerySet":
        """Attempts that were refused."""
        return self.filter(outcome=ActionOutcome.REFUSED)


ActionLogManager = models.Manager.from_queryset(ActionLogQuerySet)


class ActionLog(models.Model):
    """
    One act or refused attempt; inserted once, never changed.

    The table is partitioned by month of `at`, so nothing may hold a foreign key to it. `payload`
    holds the canonical bytes that are sealed: they are stored, not computed again.
    """

    table_kind = TableKind.LOG

    id = models.BigAutoField(primary_key=True)
    at = models.DateTimeField(_("at"), db_default=Now(), editable=False)
    transaction_id = TransactionIdField(db_default=CurrentTransaction(), editable=False)
    actor_number = models.BigIntegerField(_("person number"))
    actor_name = models.CharField(_("person"), max_length=150)
    login = models.CharField(_("login name"), max_length=150)
    request_id = models.CharField(_("request"), max_length=64, blank=True)
    action = models.CharField(_("act"), max_length=120)
    object_type = models.CharField(_("record type"), max_length=100)
    object_id = models.CharField(_("record"), max_length=64)
    provision = models.CharField(_("provision"), max_length=60, choices=Provision.choices)
    reason = models.TextField(_("reason"))
    outcome = models.CharField(
        _("outcome"), max_length=12, choices=ActionOutcome.choices, default=ActionOutcome.DONE
    )
    changes = models.JSONField(_("changes"), default=dict, encoder=DjangoJSONEncoder)
    payload = models.TextField(_("canonical form"), editable=False)

    objects = ActionLogManager()

    class Meta:
        verbose_name = _("action log entry")
        verbose_name_plural = _("action log")
        indexes = [
            models.Index(fields=["object_type", "object_id", "id"], name="actionlog_object"),
            models.Index(fields=["actor_number", "id"], name="actionlog_actor"),
            models.Index(fields=["action", "id"], name="actionlog_action"),
            models.Index(fields=["at"], name="actionlog_at"),
        ]

    def __str__(self) -> str:
        return f"{self.action} #{self.pk}"
