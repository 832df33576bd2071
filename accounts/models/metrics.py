"""Daily figures of accounts, what counts as unusual, and what was found to be."""

from datetime import date

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from accounts.enums import FollowAgreement
from accounts.models.accounts import PublicAccount
from accounts.models.formulas import Formula
from compliance.tables import TableKind


class DailyMetric(models.Model):
    """
    The figures of one account on one day, as the platform counts them.

    Partitioned by month of `day`, so nothing may hold a foreign key to it; neither audited nor
    versioned. A day that is pushed again with other figures is evaluated again.
    """

    table_kind = TableKind.RECORD
    partitioned_by_month_of = "day"

    pk = models.CompositePrimaryKey("account_id", "day")
    account = models.ForeignKey(
        PublicAccount,
        on_delete=models.PROTECT,
        related_name="metrics",
        db_index=False,
        verbose_name=_("account"),
    )
    day = models.DateField(_("day"))
    followers = models.PositiveBigIntegerField(_("followers"))
    views = models.PositiveBigIntegerField(_("views"))
    click_rate = models.DecimalField(
        _("click rate"), max_digits=7, decimal_places=6, null=True, blank=True
    )
    reposts = models.PositiveBigIntegerField(_("reposts"))
    comments = models.PositiveBigIntegerField(_("comments"))
    # How often the platform has said other figures of this day.
    revision = models.PositiveSmallIntegerField(_("revision"), default=1)
    received_at = models.DateTimeField(_("received at"), db_default=Now(), editable=False)
    evaluated_at = models.DateTimeField(_("evaluated at"), null=True, blank=True)

    class Meta:
        verbose_name = _("figures of a day")
        verbose_name_plural = _("figures of days")
        indexes = [
            models.Index(
                fields=["account", "day"],
                condition=Q(evaluated_at__isnull=True),
                name="dailymetric_unevaluated",
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(click_rate__isnull=True) | Q(click_rate__gte=0, click_rate__lte=1),
                name="dailymetric_rate_is_a_share",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.account_id}: {self.day}"


class MetricRule(Formula):
    """A version of what counts as an unusual change; another one is a new row."""

    class Meta(Formula.Meta):
        verbose_name = _("rule for unusual figures")
        verbose_name_plural = _("rules for unusual figures")


class MetricAlert(models.Model):
    """
    That figures of an account were unusual on a day, with the series that showed it, frozen.

    It punishes nobody: a finding asks a person to look.
    """

    table_kind = TableKind.LOG

    account = models.ForeignKey(
        PublicAccount,
        on_delete=models.PROTECT,
        related_name="metric_alerts",
        verbose_name=_("account"),
    )
    day = models.DateField(_("day"))
    rule = models.ForeignKey(
        MetricRule, on_delete=models.PROTECT, related_name="alerts", verbose_name=_("rule")
    )
    # [{kind, indicator, value, usual, score}], the worst first.
    signals = models.JSONField(_("what was unusual"))
    # [{day, followers, views, click_rate, reposts, comments}], as they were when it was found.
    series = models.JSONField(_("figures"))
    found_at = models.DateTimeField(_("found at"))

    class Meta:
        verbose_name = _("alert on figures")
        verbose_name_plural = _("alerts on figures")
        indexes = [models.Index(fields=["day"], name="metricalert_day")]
        constraints = [
            models.UniqueConstraint(fields=["account", "day"], name="metricalert_once"),
            models.CheckConstraint(
                condition=~Q(signals=[]) & ~Q(series=[]), name="metricalert_says_why"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.account_id}: {date.isoformat(self.day)}"


class FollowConsent(models.Model):
    """
    How people agreed to follow an account in one campaign of the platform: what they were asked.

    Nobody who followed is named here, only how many.
    """

    table_kind = TableKind.LOG

    campaign = models.CharField(_("campaign"), max_length=100)
    account = models.ForeignKey(
        PublicAccount,
        on_delete=models.PROTECT,
        related_name="follow_consents",
        verbose_name=_("account"),
    )
    asked = models.TextField(_("what people were asked"))
    agreement = models.CharField(
        _("how they agreed"), max_length=20, choices=FollowAgreement.choices
    )
    shown_to = models.PositiveBigIntegerField(_("shown to"))
    agreed = models.PositiveBigIntegerField(_("agreed"))
    began_at = models.DateTimeField(_("from"))
    ended_at = models.DateTimeField(_("until"), null=True, blank=True)
    proof_ref = models.CharField(_("reference of the proof"), max_length=200)
    recorded_at = models.DateTimeField(_("recorded at"), db_default=Now(), editable=False)

    class Meta:
        verbose_name = _("consent to follow")
        verbose_name_plural = _("consents to follow")
        indexes = [
            # One for each filter and search of the list, whose pages go by the number from the newest.
            models.Index(fields=["agreement", "-id"], name="followconsent_agreement"),
            models.Index(fields=["-began_at", "-id"], name="followconsent_began"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["campaign", "account"], name="followconsent_once"),
            models.CheckConstraint(
                condition=~Q(asked="") & ~Q(proof_ref="") & ~Q(campaign=""),
                name="followconsent_names_question_and_proof",
            ),
            models.CheckConstraint(
                condition=Q(agreement__in=FollowAgreement.values)
                & Q(agreed__lte=models.F("shown_to")),
                name="followconsent_agreement_known",
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True) | Q(ended_at__gte=models.F("began_at")),
                name="followconsent_term_is_positive",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.campaign}: {self.account_id}"
