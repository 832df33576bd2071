"""How each approver weighed what the operator said: told in the decision."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from compliance.constraints import CompositeForeignKey
from compliance.models import Person, Proposal
from compliance.tables import TableKind
from enforcement.models.decisions import Decision


class StatementWeighing(models.Model):
    """What one approver says of the operator's statement; written with the approval."""

    table_kind = TableKind.LOG

    decision = models.ForeignKey(
        Decision, on_delete=models.PROTECT, related_name="weighings", verbose_name=_("decision")
    )
    proposal = models.ForeignKey(Proposal, on_delete=models.PROTECT, related_name="+")
    approver = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="+", verbose_name=_("approver")
    )
    text = models.TextField(_("how the statement was weighed"))
    at = models.DateTimeField(_("at"), db_default=Now(), editable=False)

    class Meta:
        verbose_name = _("weighing of a statement")
        verbose_name_plural = _("weighings of statements")
        constraints = [
            models.UniqueConstraint(
                fields=["proposal", "approver"], name="statementweighing_once_per_approver"
            ),
            models.CheckConstraint(condition=~Q(text=""), name="statementweighing_says_something"),
            CompositeForeignKey(
                name="statementweighing_of_decision",
                fields=["decision", "proposal"],
                to="enforcement.Decision",
                to_fields=["id", "proposal"],
            ),
            CompositeForeignKey(
                name="statementweighing_by_an_approver",
                fields=["proposal", "approver"],
                to="compliance.Approval",
                to_fields=["proposal", "approver"],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.decision} {self.approver}"
