"""Credit: the rule, what moved the credit of a subject, and where it stands."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from accounts.models import PublicAccount, Subject
from accounts.models.formulas import Formula
from accounts.powers_words import CreditGrade
from compliance.constraints import CompositeForeignKey
from compliance.history import track_history
from compliance.models import Proposal, ProposalResult
from compliance.tables import TableKind
from compliance.workflow import VersionedModel
from enforcement.credit_words import CreditEntryKind
from enforcement.models.decisions import Decision

K = CreditEntryKind


class CreditRule(Formula):
    """A version of how credit is counted, how it heals, and what goes by its grades."""

    class Meta(Formula.Meta):
        verbose_name = _("rule of credit")
        verbose_name_plural = _("rules of credit")


class CreditPreset(models.Model):
    """A rule of credit to begin from: our own, or what another platform published, with its date."""

    table_kind = TableKind.LAID

    code = models.CharField(_("code"), max_length=40, unique=True)
    title_zh = models.CharField(_("title in Chinese"), max_length=120)
    title_en = models.CharField(_("title in English"), max_length=160)
    content = models.JSONField(_("formula"))
    source_zh = models.CharField(_("source in Chinese"), max_length=400)
    source_en = models.CharField(_("source in English"), max_length=400)
    dated = models.CharField(_("as of"), max_length=20)

    class Meta:
        verbose_name = _("preset of credit")
        verbose_name_plural = _("presets of credit")
        ordering = ("pk",)

    def __str__(self) -> str:
        return self.code

    @property
    def title(self) -> str:
        """The title in the language of the screen."""
        return self.title_en if (get_language() or "").startswith("en") else self.title_zh

    @property
    def source(self) -> str:
        """Where the numbers come from, in the language of the screen."""
        return self.source_en if (get_language() or "").startswith("en") else self.source_zh


class CreditRepair(models.Model):
    """
    That an operator whose credit is used up asked for another chance, entered by a colleague.

    Somebody else decides on its proposal; what became of it is the proposal's outcome.
    """

    table_kind = TableKind.LOG

    subject = models.ForeignKey(
        Subject,
        on_delete=models.PROTECT,
        related_name="credit_repairs",
        verbose_name=_("subject"),
    )
    account = models.ForeignKey(
        PublicAccount, on_delete=models.PROTECT, related_name="+", verbose_name=_("account")
    )
    statement = models.TextField(_("what the operator put forward"))
    applied_on = models.DateField(_("applied on"))
    proposal = models.OneToOneField(
        Proposal,
        on_delete=models.PROTECT,
        related_name="credit_repair",
        verbose_name=_("proposal"),
    )

    class Meta:
        verbose_name = _("application for repair of credit")
        verbose_name_plural = _("applications for repair of credit")
        permissions = [
            ("propose_creditrepair", "Can enter applications for repair of credit"),
            ("approve_creditrepair", "Can decide on applications for repair of credit"),
        ]
        indexes = [models.Index(fields=["subject", "-id"], name="creditrepair_subject")]
        constraints = [
            # What an entry copies, so that it cannot be about another subject or proposal.
            models.UniqueConstraint(
                fields=["id", "subject", "proposal"], name="creditrepair_proposal_key"
            ),
            models.CheckConstraint(condition=~Q(statement=""), name="creditrepair_has_statement"),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def number(self) -> str:
        """The number by which people call the application."""
        return f"XF{self.pk:08d}"


class CreditEntry(models.Model):
    """
    What moved the credit of a subject, with the score before and after as it was counted then.

    Nothing is ever taken out of it: what is undone is undone by a row of its own.
    """

    table_kind = TableKind.LOG

    subject = models.ForeignKey(
        Subject,
        on_delete=models.PROTECT,
        related_name="credit_entries",
        verbose_name=_("subject"),
    )
    kind = models.CharField(_("kind"), max_length=12, choices=CreditEntryKind.choices)
    points = models.SmallIntegerField(_("points"))
    at = models.DateTimeField(_("at"))
    decision = models.ForeignKey(
        Decision,
        on_delete=models.PROTECT,
        null=True,
        related_name="credit_entries",
        verbose_name=_("decision"),
    )
    account = models.ForeignKey(
        PublicAccount,
        on_delete=models.PROTECT,
        null=True,
        related_name="credit_entries",
        verbose_name=_("account"),
    )
    reverses = models.OneToOneField(
        "self",
        on_delete=models.PROTECT,
        null=True,
        related_name="reversed_by",
        verbose_name=_("undoes"),
    )
    repair = models.OneToOneField(
        CreditRepair,
        on_delete=models.PROTECT,
        null=True,
        related_name="entry",
        verbose_name=_("application"),
    )
    # Who approved what it rests on: the decision, or the repair.
    proposal = models.ForeignKey(Proposal, on_delete=models.PROTECT, related_name="+")
    approved_result = models.CharField(
        max_length=12, default=ProposalResult.APPROVED, editable=False
    )
    score_before = models.PositiveSmallIntegerField(_("score before"))
    score_after = models.PositiveSmallIntegerField(_("score after"))
    rule = models.ForeignKey(
        CreditRule,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("version of the rule"),
    )
    written_at = models.DateTimeField(_("written at"), db_default=Now(), editable=False)

    class Meta:
        verbose_name = _("credit entry")
        verbose_name_plural = _("credit entries")
        indexes = [
            models.Index(fields=["subject", "id"], name="creditentry_subject"),
            models.Index(fields=["account", "-id"], name="creditentry_account"),
            models.Index(fields=["kind", "-id"], name="creditentry_kind"),
            models.Index(fields=["-at", "-id"], name="creditentry_at"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind=K.DEDUCT, points__lt=0)
                | Q(kind__in=[K.REVERSE, K.REPAIR], points__gt=0),
                name="creditentry_sign_fits",
            ),
            # "Is not null" said aloud: a CHECK that comes out as NULL passes.
            models.CheckConstraint(
                condition=Q(
                    kind=K.DEDUCT,
                    decision__isnull=False,
                    account__isnull=False,
                    reverses__isnull=True,
                    repair__isnull=True,
                )
                | Q(
                    kind=K.REVERSE,
                    decision__isnull=False,
                    account__isnull=False,
                    reverses__isnull=False,
                    repair__isnull=True,
                )
                | Q(
                    kind=K.REPAIR,
                    decision__isnull=True,
                    reverses__isnull=True,
                    repair__isnull=False,
                ),
                name="creditentry_rests_on_its_ground",
            ),
            models.UniqueConstraint(
                fields=["decision"],
                condition=Q(kind=K.DEDUCT),
                name="creditentry_one_deduction_a_decision",
            ),
            # What a reversal copies, so that it undoes the deduction of its decision and no other.
            models.UniqueConstraint(
                fields=["id", "decision", "subject", "proposal"], name="creditentry_reversal_key"
            ),
            CompositeForeignKey(
                name="creditentry_reversal_is_of_its_decision",
                fields=["reverses", "decision", "subject", "proposal"],
                to="enforcement.CreditEntry",
                to_fields=["id", "decision", "subject", "proposal"],
            ),
            models.CheckConstraint(
                condition=Q(approved_result=ProposalResult.APPROVED),
                name="creditentry_only_of_approved_proposal",
            ),
            CompositeForeignKey(
                name="creditentry_approval_is_real",
                fields=["proposal", "approved_result"],
                to="compliance.ProposalOutcome",
                to_fields=["proposal", "result"],
            ),
            CompositeForeignKey(
                name="creditentry_of_decision",
                fields=["decision", "proposal"],
                to="enforcement.Decision",
                to_fields=["id", "proposal"],
            ),
            CompositeForeignKey(
                name="creditentry_account_of_decision",
                fields=["decision", "account"],
                to="enforcement.Decision",
                to_fields=["id", "account"],
            ),
            CompositeForeignKey(
                name="creditentry_of_repair",
                fields=["repair", "subject", "proposal"],
                to="enforcement.CreditRepair",
                to_fields=["id", "subject", "proposal"],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.points:+d}"


class CreditScore(VersionedModel):
    """
    The credit of a subject as it was counted last, from its entries and a version of the rule.

    `services_grade` is the one that services go by: a deduction that is disputed does not lower it.
    """

    table_kind = TableKind.RECORD
    frozen_fields = ("subject",)

    subject = models.OneToOneField(
        Subject,
        on_delete=models.PROTECT,
        related_name="credit_score",
        verbose_name=_("subject"),
    )
    score = models.PositiveSmallIntegerField(_("score"))
    grade = models.CharField(_("credit grade"), max_length=1, choices=CreditGrade.choices)
    services_grade = models.CharField(
        _("grade that services go by"), max_length=1, choices=CreditGrade.choices
    )
    rule = models.ForeignKey(
        CreditRule,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("version of the rule"),
    )
    counted_at = models.DateTimeField(_("counted at"))
    # When the score moves next without anybody doing anything, and when it will be whole again.
    next_on = models.DateField(_("moves next on"), null=True, blank=True)
    heals_on = models.DateField(_("whole again on"), null=True, blank=True)
    frozen_on = models.DateField(_("used up since"), null=True, blank=True)

    history = track_history()

    class Meta:
        verbose_name = _("credit")
        verbose_name_plural = _("credit of subjects")
        indexes = [
            models.Index(fields=["grade", "-id"], name="creditscore_grade"),
            models.Index(fields=["score", "id"], name="creditscore_score"),
            models.Index(
                fields=["next_on"], condition=Q(next_on__isnull=False), name="creditscore_moving"
            ),
            models.Index(fields=["rule"], name="creditscore_rule"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(grade__in=CreditGrade.values, services_grade__in=CreditGrade.values),
                name="creditscore_grade_known",
            ),
            # The better a grade, the earlier its letter: a dispute only ever spares services.
            models.CheckConstraint(
                condition=Q(services_grade__lte=F("grade")),
                name="creditscore_dispute_never_lowers",
            ),
            models.CheckConstraint(
                condition=Q(grade=CreditGrade.Z, frozen_on__isnull=False)
                | ~Q(grade=CreditGrade.Z) & Q(frozen_on__isnull=True),
                name="creditscore_frozen_at_the_end",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_grade_display()} ({self.score})"
