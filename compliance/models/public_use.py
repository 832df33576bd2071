"""How often the public pages were asked from one address within a minute."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from compliance.tables import TableKind


class PublicUse(models.Model):
    """A count by a keyed digest of an address; forgotten once its minute is over."""

    table_kind = TableKind.WORK

    address = models.BinaryField(_("digest of the address"), primary_key=True, max_length=32)
    minute = models.DateTimeField(_("minute"))
    used = models.PositiveIntegerField(_("requests"))

    class Meta:
        verbose_name = _("use of the public pages")
        verbose_name_plural = _("use of the public pages")
        indexes = [models.Index(fields=["minute"], name="publicuse_minute")]

    def __str__(self) -> str:
        return f"{self.minute}: {self.used}"
