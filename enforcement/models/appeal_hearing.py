"""How an appeal is heard: questions, what was said with its files, mediation."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from compliance.constraints import CompositeForeignKey
from compliance.models import Clock, EvidenceFile, Matter, Person, ResponseReceipt, Side
from compliance.tables import TableKind
from enforcement.appeal_words import AppealStatementKind, MediationParty, MediationResult
from enforcement.models.appeals import Appeal


class AppealQuestion(models.Model):
    """What a handler asks the appellant; the clock stands still until it is answered."""

    table_kind = TableKind.LOG

    appeal = models.ForeignKey(
        Appeal, on_delete=models.PROTECT, related_name="questions", verbose_name=_("appeal")
    )
    matter = models.ForeignKey(Matter, on_delete=models.PROTECT, related_name="+")
    text = models.TextField(_("question"))
    asked_by = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="+", verbose_name=_("asked by")
    )
    hearing_side = models.CharField(max_length=20, choices=Side.choices, editable=False)
    asked_at = models.DateTimeField(_("asked at"))
    # Until when the answer is waited for.
    clock = models.OneToOneField(Clock, on_delete=models.PROTECT, related_name="appeal_question")

    class Meta:
        verbose_name = _("question in an appeal")
        verbose_name_plural = _("questions in appeals")
        constraints = [
            models.UniqueConstraint(fields=["id", "appeal"], name="appealquestion_appeal_key"),
            CompositeForeignKey(
                name="appealquestion_of_its_appeal",
                fields=["appeal", "matter", "hearing_side"],
                to="enforcement.Appeal",
                to_fields=["id", "matter", "hearing_side"],
            ),
            CompositeForeignKey(
                name="appealquestion_asked_by_a_handler",
                fields=["matter", "asked_by", "hearing_side"],
                to="compliance.Participation",
                to_fields=["matter", "person", "side"],
            ),
            models.CheckConstraint(condition=~Q(text=""), name="appealquestion_asks_something"),
        ]

    def __str__(self) -> str:
        return f"{self.appeal} {self.asked_at:%Y-%m-%d}"


class AppealStatement(models.Model):
    """What was said in an appeal; words and files of the appellant are kept as evidence."""

    table_kind = TableKind.LOG

    appeal = models.ForeignKey(
        Appeal, on_delete=models.PROTECT, related_name="statements", verbose_name=_("appeal")
    )
    kind = models.CharField(_("kind"), max_length=12, choices=AppealStatementKind.choices)
    # The receipt of what came by the page that a code opens.
    receipt = models.OneToOneField(
        ResponseReceipt,
        on_delete=models.PROTECT,
        null=True,
        related_name="appeal_statement",
        verbose_name=_("receipt of an answer"),
    )
    question = models.OneToOneField(
        AppealQuestion,
        on_delete=models.PROTECT,
        null=True,
        related_name="answer",
        verbose_name=_("question"),
    )
    # A colleague who wrote it down for the appellant, or who speaks for those who decided.
    person = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("by")
    )
    # What those who decided say; the appellant's own words are files.
    text = models.TextField(_("statement"), blank=True)
    received_at = models.DateTimeField(_("received at"))

    class Meta:
        verbose_name = _("statement in an appeal")
        verbose_name_plural = _("statements in appeals")
        constraints = [
            models.UniqueConstraint(
                fields=["appeal"],
                condition=Q(kind=AppealStatementKind.FILING),
                name="appealstatement_filed_once",
            ),
            models.UniqueConstraint(
                fields=["appeal"],
                condition=Q(kind=AppealStatementKind.OTHER_SIDE),
                name="appealstatement_other_side_once",
            ),
            CompositeForeignKey(
                name="appealstatement_answers_its_appeal",
                fields=["question", "appeal"],
                to="enforcement.AppealQuestion",
                to_fields=["id", "appeal"],
            ),
            models.CheckConstraint(
                condition=Q(kind__in=AppealStatementKind.values), name="appealstatement_kind_known"
            ),
            models.CheckConstraint(
                condition=Q(kind=AppealStatementKind.ANSWER, question__isnull=False)
                | ~Q(kind=AppealStatementKind.ANSWER) & Q(question__isnull=True),
                name="appealstatement_answer_has_question",
            ),
            models.CheckConstraint(
                condition=Q(
                    kind=AppealStatementKind.OTHER_SIDE, person__isnull=False, receipt__isnull=True
                )
                & ~Q(text="")
                | ~Q(kind=AppealStatementKind.OTHER_SIDE) & Q(text=""),
                name="appealstatement_other_side_says_who",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.appeal} {self.get_kind_display()}"


class AppealDocument(models.Model):
    """That a file came with a statement; what the appellant wrote is a file too."""

    table_kind = TableKind.LOG

    statement = models.ForeignKey(
        AppealStatement, on_delete=models.PROTECT, related_name="documents"
    )
    file = models.OneToOneField(
        EvidenceFile, on_delete=models.PROTECT, related_name="appeal_document"
    )
    is_words = models.BooleanField(_("words of the appellant"), default=False)

    class Meta:
        verbose_name = _("document in an appeal")
        verbose_name_plural = _("documents in appeals")

    def __str__(self) -> str:
        return f"{self.statement_id} {self.file_id}"


class AppealMediation(models.Model):
    """That a handler mediated: between whom, when, and what came of it."""

    table_kind = TableKind.LOG

    appeal = models.ForeignKey(
        Appeal, on_delete=models.PROTECT, related_name="mediations", verbose_name=_("appeal")
    )
    matter = models.ForeignKey(Matter, on_delete=models.PROTECT, related_name="+")
    parties = models.CharField(_("between"), max_length=12, choices=MediationParty.choices)
    result = models.CharField(_("result"), max_length=16, choices=MediationResult.choices)
    note = models.TextField(_("what was said"))
    held_date = models.DateField(_("held on"))
    mediator = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="+", verbose_name=_("mediator")
    )
    hearing_side = models.CharField(max_length=20, choices=Side.choices, editable=False)
    recorded_at = models.DateTimeField(_("recorded at"), db_default=Now(), editable=False)

    class Meta:
        verbose_name = _("mediation")
        verbose_name_plural = _("mediations")
        constraints = [
            CompositeForeignKey(
                name="appealmediation_of_its_appeal",
                fields=["appeal", "matter", "hearing_side"],
                to="enforcement.Appeal",
                to_fields=["id", "matter", "hearing_side"],
            ),
            CompositeForeignKey(
                name="appealmediation_by_a_handler",
                fields=["matter", "mediator", "hearing_side"],
                to="compliance.Participation",
                to_fields=["matter", "person", "side"],
            ),
            models.CheckConstraint(
                condition=Q(parties__in=MediationParty.values)
                & Q(result__in=MediationResult.values)
                & ~Q(note=""),
                name="appealmediation_says_what_came_of_it",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.appeal} {self.get_result_display()}"
