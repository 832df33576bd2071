"""That a measure was ended before its time: on which ground, told how, by whose word."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from compliance.constraints import CompositeForeignKey
from compliance.models import Person, Proposal, ProposalResult
from compliance.tables import TableKind
from enforcement.measure_words import LiftGround
from enforcement.models.measures import Measure


class MeasureLift(models.Model):
    """
    Why one measure was lifted. What two have approved is lifted by no fewer.

    Entries of the blacklist and ordered corrections end in flows of their own, with their own record.
    """

    table_kind = TableKind.LOG

    measure = models.OneToOneField(
        Measure, on_delete=models.PROTECT, related_name="lift", verbose_name=_("measure")
    )
    # Copied from the measure, so that the database can compare.
    approvals_of_measure = models.PositiveSmallIntegerField(editable=False)
    ground = models.CharField(_("ground"), max_length=12, choices=LiftGround.choices)
    told = models.TextField(_("reason told to the operator"))
    lifted_by = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="+", verbose_name=_("lifted by")
    )
    lifted_at = models.DateTimeField(_("lifted at"))
    # Empty where one person may lift it alone.
    proposal = models.OneToOneField(
        Proposal, on_delete=models.PROTECT, null=True, related_name="measure_lift"
    )
    approved_result = models.CharField(max_length=12, null=True, editable=False)
    approvals_given = models.PositiveSmallIntegerField(_("approvals"), null=True)

    class Meta:
        verbose_name = _("lifting of a measure")
        verbose_name_plural = _("liftings of measures")
        permissions = [
            ("propose_lift", "Can propose that measures be lifted"),
            ("approve_lift", "Can approve liftings as supervisor"),
            ("approve_lift_as_officer", "Can approve liftings as compliance officer"),
        ]
        indexes = [models.Index(fields=["ground", "-id"], name="measurelift_ground")]
        constraints = [
            models.CheckConstraint(
                condition=Q(ground__in=LiftGround.values), name="measurelift_ground_known"
            ),
            models.CheckConstraint(condition=~Q(told=""), name="measurelift_tells_why"),
            CompositeForeignKey(
                name="measurelift_of_measure",
                fields=["measure", "approvals_of_measure"],
                to="enforcement.Measure",
                to_fields=["id", "approvals_given"],
            ),
            # "Is not null" said aloud: a CHECK that comes out as NULL passes.
            models.CheckConstraint(
                condition=Q(
                    proposal__isnull=False,
                    approved_result__isnull=False,
                    approved_result=ProposalResult.APPROVED,
                    approvals_given__isnull=False,
                )
                | Q(
                    proposal__isnull=True,
                    approved_result__isnull=True,
                    approvals_given__isnull=True,
                ),
                name="measurelift_proposal_was_approved",
            ),
            models.CheckConstraint(
                condition=Q(approvals_of_measure__lt=2)
                | Q(approvals_given__isnull=False, approvals_given__gte=2),
                name="measurelift_two_lift_what_two_ordered",
            ),
            CompositeForeignKey(
                name="measurelift_approval_is_real",
                fields=["proposal", "approved_result"],
                to="compliance.ProposalOutcome",
                to_fields=["proposal", "result"],
            ),
            CompositeForeignKey(
                name="measurelift_approvals_are_real",
                fields=["proposal", "approvals_given"],
                to="compliance.Proposal",
                to_fields=["id", "approvals_needed"],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.measure}: {self.get_ground_display()}"
