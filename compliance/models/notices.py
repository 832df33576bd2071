"""Texts that people are told: template versions, frozen notices, and how somebody is reached."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q, Value
from django.db.models.functions import Concat, Now, StrIndex
from django.db.models.lookups import GreaterThan
from django.utils.translation import gettext_lazy as _

from compliance.constraints import CompositeForeignKey
from compliance.models.matters import Proposal, ProposalResult
from compliance.models.staff import Person
from compliance.tables import TableKind

# What is left where a placeholder was not filled.
OPEN_PLACEHOLDER = r"\{\{|\}\}"


class Audience(models.TextChoices):
    """Whom a notice is written to."""

    APPLICANT = "applicant", _("applicant")
    OPERATOR = "operator", _("operator")
    COMPLAINANT = "complainant", _("complainant")


class Channel(models.TextChoices):
    """The ways on which something leaves the product."""

    PLATFORM = "platform", _("message in the platform")
    EMAIL = "email", _("e-mail")
    SMS = "sms", _("text message")
    COMMAND = "command", _("command to the platform")


class NoticeLanguage(models.TextChoices):
    """The languages in which every text exists."""

    CHINESE = "zh-hans", _("Simplified Chinese")
    ENGLISH = "en", _("English")


class NoticeTemplate(models.Model):
    """
    One version of the text for a purpose, an audience and a language; a change is a new version.

    `reasons_in` and `appeal_in` name the placeholders that hold the reasons and the way to appeal,
    where the purpose needs them.
    """

    table_kind = TableKind.LOG

    purpose = models.CharField(_("purpose"), max_length=60)
    audience = models.CharField(_("audience"), max_length=20, choices=Audience.choices)
    language = models.CharField(_("language"), max_length=10, choices=NoticeLanguage.choices)
    number = models.PositiveIntegerField(_("version"))
    subject = models.CharField(_("subject line"), max_length=200)
    body = models.TextField(_("text"))
    reasons_in = models.CharField(max_length=40, blank=True)
    appeal_in = models.CharField(max_length=40, blank=True)
    # The first versions are laid with the product; every later one was approved.
    proposal = models.ForeignKey(
        Proposal,
        on_delete=models.PROTECT,
        null=True,
        related_name="notice_templates",
        verbose_name=_("proposal"),
    )
    approved_result = models.CharField(max_length=12, null=True, editable=False)
    in_force_from = models.DateTimeField(_("in force from"), db_default=Now(), editable=False)

    class Meta:
        verbose_name = _("template version")
        verbose_name_plural = _("template versions")
        permissions = [
            ("propose_noticetemplate", "Can propose texts of notices"),
            ("approve_noticetemplate", "Can approve texts of notices as supervisor"),
            (
                "approve_noticetemplate_as_officer",
                "Can approve texts of notices as compliance officer",
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["purpose", "audience", "language", "number"], name="noticetemplate_number"
            ),
            # What a notice refers to, so that it cannot claim to need less than its template.
            models.UniqueConstraint(
                fields=["id", "purpose", "audience", "language", "reasons_in", "appeal_in"],
                name="noticetemplate_key",
            ),
            models.CheckConstraint(
                condition=~Q(subject="") & ~Q(body=""), name="noticetemplate_has_text"
            ),
            models.CheckConstraint(
                condition=Q(reasons_in="")
                | Q(
                    GreaterThan(
                        StrIndex(F("body"), Concat(Value("{{"), F("reasons_in"), Value("}}"))), 0
                    )
                ),
                name="noticetemplate_tells_reasons",
            ),
            models.CheckConstraint(
                condition=Q(appeal_in="")
                | Q(
                    GreaterThan(
                        StrIndex(F("body"), Concat(Value("{{"), F("appeal_in"), Value("}}"))), 0
                    )
                ),
                name="noticetemplate_tells_way_to_appeal",
            ),
            # "Is not null" said aloud: a CHECK that comes out as NULL passes.
            models.CheckConstraint(
                condition=Q(number=1, proposal__isnull=True, approved_result__isnull=True)
                | Q(
                    proposal__isnull=False,
                    approved_result__isnull=False,
                    approved_result=ProposalResult.APPROVED,
                ),
                name="noticetemplate_only_if_approved",
            ),
            CompositeForeignKey(
                name="noticetemplate_approval_is_real",
                fields=["proposal", "approved_result"],
                to="compliance.ProposalOutcome",
                to_fields=["proposal", "result"],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.purpose} {self.audience} {self.language} {self.number}"


class NoticeQuerySet(models.QuerySet["Notice"]):
    """Named filters of notices."""

    def about(self, record: models.Model) -> "NoticeQuerySet":
        """Notices that tell of one record, the oldest first."""
        return self.filter(about_type=record._meta.label_lower, about_id=str(record.pk)).order_by(
            "id"
        )

    def about_the_same(self, notice: "Notice") -> "NoticeQuerySet":
        """Every edition of a notice in its language, that one included."""
        names = ("purpose", "about_type", "about_id", "occasion", "audience", "language")
        return self.filter(**{name: getattr(notice, name) for name in names})


NoticeManager = models.Manager.from_queryset(NoticeQuerySet)


class Notice(models.Model):
    """
    What somebody is told, in one language, as it stood when it was written.

    `about` is the record that it tells of, `subject` what its order is kept for, `recipient` who
    is told; all three are references, for the floor knows none of them. `occasion` tells apart two
    notices of one purpose about one record. A notice that was cancelled before it was sent can be
    written again, as its next edition.
    """

    table_kind = TableKind.LOG

    purpose = models.CharField(_("purpose"), max_length=60)
    audience = models.CharField(_("audience"), max_length=20, choices=Audience.choices)
    language = models.CharField(_("language"), max_length=10, choices=NoticeLanguage.choices)
    template = models.ForeignKey(
        NoticeTemplate,
        on_delete=models.PROTECT,
        related_name="notices",
        verbose_name=_("template version"),
    )
    about_type = models.CharField(max_length=60)
    about_id = models.CharField(max_length=60)
    occasion = models.CharField(max_length=60, blank=True)
    edition = models.PositiveSmallIntegerField(_("edition"), default=1)
    subject_type = models.CharField(max_length=40)
    subject_id = models.CharField(_("told about"), max_length=100)
    recipient_type = models.CharField(max_length=40)
    recipient_id = models.CharField(max_length=100)
    title = models.CharField(_("subject line"), max_length=300)
    text = models.TextField(_("text"))
    reasons_in = models.CharField(max_length=40, blank=True)
    appeal_in = models.CharField(max_length=40, blank=True)
    # The two parts without which nobody can answer, as they stand in the text.
    reasons = models.TextField(_("reasons"), blank=True)
    appeal = models.TextField(_("way to appeal"), blank=True)
    written_by = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="+", verbose_name=_("written by")
    )
    # Whoever prepared the matter, where somebody else took the last step.
    prepared_by = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="+", verbose_name=_("prepared by")
    )
    written_at = models.DateTimeField(_("written at"), db_default=Now(), editable=False)

    objects = NoticeManager()

    class Meta:
        verbose_name = _("notice")
        verbose_name_plural = _("notices")
        indexes = [
            models.Index(fields=["about_type", "about_id"], name="notice_about"),
            # The timeline of an account walks them from the newest back.
            models.Index(
                fields=["subject_type", "subject_id", "-written_at", "-id"], name="notice_subject"
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=[
                    "purpose",
                    "about_type",
                    "about_id",
                    "occasion",
                    "audience",
                    "language",
                    "edition",
                ],
                name="notice_once",
                violation_error_message=_("This notice was written already."),
            ),
            models.CheckConstraint(condition=~Q(title="") & ~Q(text=""), name="notice_has_text"),
            models.CheckConstraint(
                condition=~Q(text__regex=OPEN_PLACEHOLDER) & ~Q(title__regex=OPEN_PLACEHOLDER),
                name="notice_no_open_placeholder",
            ),
            models.CheckConstraint(
                condition=Q(reasons_in="")
                | ~Q(reasons="") & Q(GreaterThan(StrIndex(F("text"), F("reasons")), 0)),
                name="notice_tells_reasons",
            ),
            models.CheckConstraint(
                condition=Q(appeal_in="")
                | ~Q(appeal="") & Q(GreaterThan(StrIndex(F("text"), F("appeal")), 0)),
                name="notice_tells_way_to_appeal",
            ),
            CompositeForeignKey(
                name="notice_of_template",
                fields=[
                    "template",
                    "purpose",
                    "audience",
                    "language",
                    "reasons_in",
                    "appeal_in",
                ],
                to="compliance.NoticeTemplate",
                to_fields=["id", "purpose", "audience", "language", "reasons_in", "appeal_in"],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.purpose} #{self.pk}"


class ChannelChoice(models.Model):
    """By which channels and in which language somebody wants to be told; the newest row counts."""

    table_kind = TableKind.LOG

    recipient_type = models.CharField(max_length=40)
    recipient_id = models.CharField(max_length=100)
    purpose = models.CharField(_("purpose"), max_length=60)
    channels = ArrayField(
        models.CharField(max_length=12, choices=Channel.choices), verbose_name=_("channels")
    )
    language = models.CharField(_("language"), max_length=10, choices=NoticeLanguage.choices)
    chosen_at = models.DateTimeField(_("chosen at"), db_default=Now(), editable=False)

    class Meta:
        verbose_name = _("choice of channels")
        verbose_name_plural = _("choices of channels")
        indexes = [
            models.Index(
                fields=["recipient_type", "recipient_id", "purpose", "-id"],
                name="channelchoice_newest",
            )
        ]
        constraints = [
            models.CheckConstraint(condition=~Q(channels=[]), name="channelchoice_names_one"),
            models.CheckConstraint(
                condition=~Q(channels__contains=[Channel.COMMAND]),
                name="channelchoice_no_commands",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.recipient_type} {self.recipient_id}: {self.purpose}"
