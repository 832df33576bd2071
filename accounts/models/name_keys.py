"""The keys by which near names find each other: computed from names, held in step by services."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models.accounts import PublicAccount
from accounts.models.names import ListedName
from compliance.tables import TableKind


class ListedNameKey(models.Model):
    """One of the keys of a barred or reserved name in force."""

    table_kind = TableKind.WORK

    # Nothing else is asked than who stands under a key: the primary key answers it by itself.
    pk = models.CompositePrimaryKey("key", "listed_name")
    key = models.BigIntegerField()
    listed_name = models.ForeignKey(
        ListedName, on_delete=models.PROTECT, db_index=False, related_name="+"
    )

    class Meta:
        verbose_name = _("key of a listed name")
        verbose_name_plural = _("keys of listed names")

    def __str__(self) -> str:
        return f"{self.key}: {self.listed_name_id}"


class AccountNameKey(models.Model):
    """The key of the name of an active account."""

    table_kind = TableKind.WORK

    pk = models.CompositePrimaryKey("key", "account")
    key = models.BigIntegerField()
    account = models.ForeignKey(
        PublicAccount, on_delete=models.PROTECT, db_index=False, related_name="+"
    )

    class Meta:
        verbose_name = _("key of an account's name")
        verbose_name_plural = _("keys of accounts' names")

    def __str__(self) -> str:
        return f"{self.key}: {self.account_id}"
