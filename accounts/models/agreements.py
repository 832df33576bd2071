"""That operators accepted the service agreement: which version, when, and how that is known."""

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from accounts.enums import AcceptanceMethod
from accounts.models.accounts import PublicAccount
from accounts.models.transfers import Transfer
from compliance.models import RuleVersion
from compliance.tables import TableKind


class AgreementAcceptance(models.Model):
    """An operator's acceptance of one version of the service agreement for one account."""

    table_kind = TableKind.LOG

    account = models.ForeignKey(
        PublicAccount,
        on_delete=models.PROTECT,
        related_name="acceptances",
        verbose_name=_("account"),
    )
    version = models.ForeignKey(
        RuleVersion,
        on_delete=models.PROTECT,
        related_name="acceptances",
        verbose_name=_("version of the service agreement"),
    )
    # By which the subject that accepted came to run the account; none for the one that registered.
    transfer = models.ForeignKey(
        Transfer,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="acceptances",
        verbose_name=_("transfer"),
    )
    accepted_at = models.DateTimeField(_("accepted at"))
    method = models.CharField(_("how"), max_length=20, choices=AcceptanceMethod.choices)
    source_ref = models.CharField(_("reference of the source"), max_length=120)
    recorded_at = models.DateTimeField(_("recorded at"), db_default=Now(), editable=False)

    class Meta:
        verbose_name = _("acceptance of the service agreement")
        verbose_name_plural = _("acceptances of the service agreement")
        constraints = [
            models.UniqueConstraint(
                fields=["account", "version", "transfer"],
                nulls_distinct=False,
                name="acceptance_once",
            ),
            models.CheckConstraint(
                condition=models.Q(method__in=AcceptanceMethod.values),
                name="acceptance_method_known",
            ),
            models.CheckConstraint(
                condition=~models.Q(source_ref=""), name="acceptance_names_its_source"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.account_id}: {self.version_id}"
