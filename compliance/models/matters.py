"""Matters, who took part in them, proposals and what other persons said of them."""

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from compliance.constraints import CompositeForeignKey
from compliance.models.staff import Person
from compliance.provisions import Provision
from compliance.tables import TableKind


class Side(models.TextChoices):
    """On which side a person took part in a matter; one side a person and matter."""

    DECIDED = "decided", _("decided")
    # After an appeal sent it back: whoever decided before does not decide again.
    DECIDED_ANEW = "decided_anew", _("decided anew after an appeal")
    APPEAL = "appeal", _("heard the appeal")
    SECOND_APPEAL = "second_appeal", _("heard the second appeal")
    REQUESTER = "requester", _("asked for it")
    RELEASER = "releaser", _("released it")
    REVIEWER = "reviewer", _("reviewed it later")


# What is proposed, in words; each package names its own kinds when apps are ready.
_kind_labels: dict[str, str | Promise] = {}


def name_kind(kind: str, label: str | Promise) -> None:
    """Give a kind of proposal its name on the screens; called when apps are ready."""
    _kind_labels[kind] = label


class Matter(models.Model):
    """Something that persons decide on: an application, a case's decision, a filing."""

    # Its row is the lock under which verdicts on its proposals are given one at a time, and
    # PostgreSQL asks for the right to update where a row is locked.
    table_kind = TableKind.RECORD

    kind = models.CharField(_("kind"), max_length=60)
    opened_at = models.DateTimeField(_("opened at"), db_default=Now(), editable=False)

    class Meta:
        verbose_name = _("matter")
        verbose_name_plural = _("matters")

    def __str__(self) -> str:
        return f"#{self.pk}"


class Participation(models.Model):
    """That a person took part in a matter on one side, for good."""

    table_kind = TableKind.LOG

    matter = models.ForeignKey(Matter, on_delete=models.PROTECT, related_name="participations")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="participations")
    side = models.CharField(_("side"), max_length=20, choices=Side.choices)
    at = models.DateTimeField(_("at"), db_default=Now(), editable=False)

    class Meta:
        verbose_name = _("participation")
        verbose_name_plural = _("participations")
        constraints = [
            models.UniqueConstraint(
                fields=["matter", "person"], name="participation_one_side_per_person"
            ),
            # What acts refer to by composite foreign key.
            models.UniqueConstraint(fields=["matter", "person", "side"], name="participation_key"),
            models.CheckConstraint(
                condition=Q(side__in=Side.values), name="participation_side_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.side} {self.matter_id}"


class ProposalQuerySet(models.QuerySet["Proposal"]):
    """Named filters of proposals."""

    def open(self) -> "ProposalQuerySet":
        """Proposals that nobody has ended; read from the few that are, whatever was before."""
        return self.filter(open_mark__isnull=False)


ProposalManager = models.Manager.from_queryset(ProposalQuerySet)


class Proposal(models.Model):
    """
    What one person proposes and others have to approve, with its children fixed for good.

    A change is a new proposal that names the one it replaces. `content` is canonical JSON,
    `content_sha256` its digest: whoever approves approves exactly these bytes.
    """

    table_kind = TableKind.LOG

    matter = models.ForeignKey(Matter, on_delete=models.PROTECT, related_name="proposals")
    kind = models.CharField(_("kind"), max_length=60)
    proposer = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="proposals", verbose_name=_("proposer")
    )
    proposer_side = models.CharField(max_length=20, choices=Side.choices)
    approver_side = models.CharField(max_length=20, choices=Side.choices)
    approvals_needed = models.PositiveSmallIntegerField(_("approvals needed"))
    content = models.TextField(_("content"))
    content_sha256 = models.CharField(_("SHA-256 of the content"), max_length=64)
    provision = models.CharField(_("provision"), max_length=60, choices=Provision.choices)
    reason = models.TextField(_("reason"))
    supersedes = models.OneToOneField(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="superseded_by",
        verbose_name=_("replaces"),
    )
    proposed_at = models.DateTimeField(_("proposed at"), db_default=Now(), editable=False)

    objects = ProposalManager()

    class Meta:
        verbose_name = _("proposal")
        verbose_name_plural = _("proposals")
        permissions = [("delegate_approval", "Can name a deputy for approvals")]
        constraints = [
            models.UniqueConstraint(
                fields=["id", "matter", "proposer", "approver_side"], name="proposal_key"
            ),
            models.UniqueConstraint(
                fields=["id", "approvals_needed"], name="proposal_approvals_key"
            ),
            models.CheckConstraint(
                condition=Q(approvals_needed__lte=2), name="proposal_at_most_two_approvals"
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="proposal_has_reason"),
            CompositeForeignKey(
                name="proposal_proposer_took_part",
                fields=["matter", "proposer", "proposer_side"],
                to="compliance.Participation",
                to_fields=["matter", "person", "side"],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind_label} #{self.pk}"

    @property
    def kind_label(self) -> str:
        """Return in words what is proposed."""
        return str(_kind_labels.get(self.kind, self.kind))


class OpenProposal(models.Model):
    """
    That a proposal waits; triggers write it with the proposal and take it away with the outcome.

    A proposal itself is never changed, and to look for those without an outcome among all that
    ever were would cost more each year.
    """

    table_kind = TableKind.LAID

    proposal = models.OneToOneField(
        Proposal, on_delete=models.PROTECT, primary_key=True, related_name="open_mark"
    )

    class Meta:
        verbose_name = _("open proposal")
        verbose_name_plural = _("open proposals")

    def __str__(self) -> str:
        return f"{self.proposal_id}"


class ApprovalSlot(models.Model):
    """One approval that a proposal needs and the permission that its giver must hold."""

    table_kind = TableKind.LOG

    proposal = models.ForeignKey(Proposal, on_delete=models.PROTECT, related_name="slots")
    approvals_needed = models.PositiveSmallIntegerField()
    number = models.PositiveSmallIntegerField(_("number"))
    permission = models.CharField(_("permission"), max_length=120)

    class Meta:
        verbose_name = _("approval to be given")
        verbose_name_plural = _("approvals to be given")
        constraints = [
            models.UniqueConstraint(fields=["proposal", "number"], name="approvalslot_number"),
            models.CheckConstraint(
                condition=Q(number__gte=1, number__lte=F("approvals_needed")),
                name="approvalslot_within_needed",
            ),
            CompositeForeignKey(
                name="approvalslot_of_proposal",
                fields=["proposal", "approvals_needed"],
                to="compliance.Proposal",
                to_fields=["id", "approvals_needed"],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.proposal_id}/{self.number}"


class Verdict(models.TextChoices):
    """What an approver said."""

    APPROVE = "approve", _("approved")
    RETURN = "return", _("returned")


class Approval(models.Model):
    """What one other person said of a proposal; with it the database keeps persons apart."""

    table_kind = TableKind.LOG

    proposal = models.ForeignKey(Proposal, on_delete=models.PROTECT, related_name="approvals")
    matter = models.ForeignKey(Matter, on_delete=models.PROTECT, related_name="+")
    proposer = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    approver = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="approvals", verbose_name=_("approver")
    )
    approver_side = models.CharField(max_length=20, choices=Side.choices)
    slot = models.PositiveSmallIntegerField(_("approval number"))
    verdict = models.CharField(_("verdict"), max_length=12, choices=Verdict.choices)
    # By what the approver, who lacks the permission itself, stood in for those who hold it.
    as_deputy = models.ForeignKey(
        "compliance.Deputy",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="approvals",
        verbose_name=_("as deputy"),
    )
    reason = models.TextField(_("reason"))
    at = models.DateTimeField(_("at"), db_default=Now(), editable=False)

    class Meta:
        verbose_name = _("approval")
        verbose_name_plural = _("approvals")
        constraints = [
            models.CheckConstraint(
                condition=~Q(approver=F("proposer")),
                name="approval_approver_is_not_proposer",
                violation_error_message=_("Nobody approves a proposal of their own."),
            ),
            models.UniqueConstraint(
                fields=["proposal", "approver"], name="approval_once_per_person"
            ),
            models.UniqueConstraint(
                fields=["proposal", "slot"],
                condition=Q(verdict=Verdict.APPROVE),
                name="approval_once_per_slot",
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="approval_has_reason"),
            # The proposer and side cannot be misstated: both come from the proposal itself.
            CompositeForeignKey(
                name="approval_of_proposal",
                fields=["proposal", "matter", "proposer", "approver_side"],
                to="compliance.Proposal",
                to_fields=["id", "matter", "proposer", "approver_side"],
            ),
            CompositeForeignKey(
                name="approval_approver_took_part",
                fields=["matter", "approver", "approver_side"],
                to="compliance.Participation",
                to_fields=["matter", "person", "side"],
            ),
            CompositeForeignKey(
                name="approval_fills_slot",
                fields=["proposal", "slot"],
                to="compliance.ApprovalSlot",
                to_fields=["proposal", "number"],
            ),
            CompositeForeignKey(
                name="approval_by_the_named_deputy",
                fields=["as_deputy", "approver"],
                to="compliance.Deputy",
                to_fields=["id", "deputy"],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.proposal_id} {self.verdict} {self.approver_id}"


class ProposalResult(models.TextChoices):
    """How a proposal ended."""

    APPROVED = "approved", _("approved")
    RETURNED = "returned", _("returned")
    SUPERSEDED = "superseded", _("replaced by a new proposal")
    WITHDRAWN = "withdrawn", _("withdrawn")


class ProposalOutcome(models.Model):
    """The one end of a proposal; a trigger refuses "approved" before every slot is filled."""

    table_kind = TableKind.LOG

    proposal = models.OneToOneField(
        Proposal, on_delete=models.PROTECT, primary_key=True, related_name="outcome"
    )
    result = models.CharField(_("result"), max_length=12, choices=ProposalResult.choices)
    at = models.DateTimeField(_("at"), db_default=Now(), editable=False)

    class Meta:
        verbose_name = _("outcome of a proposal")
        verbose_name_plural = _("outcomes of proposals")
        constraints = [
            # What an executed act refers to, so that it cannot exist without approval.
            models.UniqueConstraint(fields=["proposal", "result"], name="proposaloutcome_key"),
            models.CheckConstraint(
                condition=Q(result__in=ProposalResult.values), name="proposaloutcome_result_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.proposal_id} {self.result}"
