"""Daily figures of accounts as the platform pushes them, alerts on them, and consents to follow."""

from typing import Any

import django_filters
from django.db.models import QuerySet
from django.http import HttpResponse
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.disclosure import PushedOutput, answer
from accounts.enums import FollowAgreement
from accounts.models import FollowConsent, MetricAlert
from accounts.rules.metrics import Indicator, SignalKind
from accounts.services.metrics import (
    CampaignConsent,
    DayFigures,
    record_follow_consents,
    record_metrics,
)
from accounts.services.metrics.follow_consents import (
    LONGEST_CAMPAIGN,
    LONGEST_PROOF,
    LONGEST_QUESTION,
)
from accounts.services.metrics.follow_consents import RECORD as RECORD_CONSENT
from accounts.services.metrics.pushing import LARGEST
from accounts.services.metrics.pushing import RECORD as RECORD_METRICS
from accounts.services.metrics.words import signal_in_words
from compliance.api.resources import register_resource
from compliance.api.serializers import IdentifierField, StrictSerializer, TextField
from compliance.api.views import CreateView, ListView
from compliance.provisions import Provision
from compliance.scopes import Scope, register_scope

READ, WRITE, CONSENT = "metrics:read", "metrics:write", "follows:write"
_REASON = "平台推送的推荐关注同意记录"
# Our choices: what fits into the longest body and is carried out well within a request's time.
MOST_DAYS = 1_000
MOST_CONSENTS = 100


def _count() -> serializers.IntegerField:
    return serializers.IntegerField(min_value=0, max_value=LARGEST)


class DayInput(StrictSerializer):
    """The figures of one account on one day; a click rate is a share from 0 to 1."""

    platform_uid = IdentifierField(max_length=100)
    day = serializers.DateField()
    followers = _count()
    views = _count()
    click_rate = serializers.DecimalField(
        max_digits=7, decimal_places=6, min_value=0, max_value=1, allow_null=True, default=None
    )
    reposts = _count()
    comments = _count()


class MetricsInput(StrictSerializer):
    """Many accounts and days at once."""

    days = serializers.ListField(child=DayInput(), min_length=1, max_length=MOST_DAYS)


class MetricsOutput(serializers.Serializer):
    """How many days were new, had other figures, were known, and which accounts there are not."""

    new = serializers.IntegerField()
    changed = serializers.IntegerField()
    known = serializers.IntegerField()
    unknown = serializers.ListField(child=serializers.CharField())


class MetricList(CreateView):
    """Takes daily figures; each account and day counts once, and the last word wins."""

    scopes = {"POST": WRITE}
    serializer_class = MetricsOutput
    input_class = MetricsInput
    act = "accounts.publicaccount.push_metrics"
    provision = Provision.PUBLIC_ACCOUNT_12_1

    @extend_schema(
        summary=gettext_lazy("Push daily figures of accounts"),
        description=gettext_lazy(
            "At most 1000 days at once. All are taken or none. A day that is sent again with other "
            "figures is evaluated again."
        ),
        operation_id="metrics_create",
        request=MetricsInput,
        responses={200: MetricsOutput},
    )
    def post(self, request: Request) -> HttpResponse:
        return self.answer_post(request)

    def create(self, prepared: dict[str, Any]) -> Response:
        taken = record_metrics(
            days=[DayFigures(**each) for each in prepared["days"]], actor=self.actor
        )
        return Response(
            {
                "new": taken.new,
                "changed": taken.changed,
                "known": taken.known,
                "unknown": list(taken.unknown),
            }
        )


class SignalOutput(serializers.Serializer):
    """One figure that was unusual, what is usual, and how many robust deviations lie between."""

    kind = serializers.ChoiceField(choices=[kind.value for kind in SignalKind])
    indicator = serializers.ChoiceField(choices=[each.value for each in Indicator])
    value = serializers.FloatField()
    usual = serializers.FloatField()
    score = serializers.FloatField()
    explanation = serializers.SerializerMethodField()

    def get_explanation(self, signal: dict[str, Any]) -> str:
        """Return the same in words."""
        return signal_in_words(signal)


class MetricAlertOutput(serializers.ModelSerializer):
    """That figures of an account were unusual on a day; it punishes nobody."""

    platform_uid = serializers.CharField(source="account.platform_uid")
    rule = serializers.CharField(source="rule.label")
    signals = SignalOutput(many=True)

    class Meta:
        model = MetricAlert
        fields = ["id", "platform_uid", "day", "rule", "signals", "found_at"]
        read_only_fields = fields


class MetricAlertFilters(django_filters.FilterSet):
    """What a list of alerts may be asked for."""

    platform_uid = django_filters.CharFilter("account__platform_uid")
    day_from = django_filters.DateFilter("day", lookup_expr="gte")
    day_until = django_filters.DateFilter("day", lookup_expr="lt")

    class Meta:
        model = MetricAlert
        fields: list[str] = []


class MetricAlertList(ListView):
    """Alerts on figures, newest first."""

    scopes = {"GET": READ}
    serializer_class = MetricAlertOutput
    filterset_class = MetricAlertFilters

    def get_queryset(self) -> QuerySet[MetricAlert]:
        return MetricAlert.objects.select_related("account", "rule")

    @extend_schema(
        summary=gettext_lazy("List alerts on figures"), operation_id="metric_alerts_list"
    )
    def get(self, request: Request) -> Response:
        return super().get(request)


class FollowConsentInput(StrictSerializer):
    """What people were asked in one campaign about one account, and how many agreed."""

    campaign = IdentifierField(max_length=LONGEST_CAMPAIGN)
    platform_uid = IdentifierField(max_length=100)
    asked = TextField(max_length=LONGEST_QUESTION)
    agreement = serializers.ChoiceField(choices=FollowAgreement.choices)
    shown_to = _count()
    agreed = _count()
    began_at = serializers.DateTimeField()
    ended_at = serializers.DateTimeField(allow_null=True, default=None)
    proof_ref = TextField(max_length=LONGEST_PROOF)


class FollowConsentsInput(StrictSerializer):
    """Many campaigns and accounts at once."""

    consents = serializers.ListField(
        child=FollowConsentInput(), min_length=1, max_length=MOST_CONSENTS
    )


class FollowConsentOutput(serializers.ModelSerializer):
    """A consent to follow on record."""

    platform_uid = serializers.CharField(source="account.platform_uid")
    agreement = serializers.ChoiceField(choices=FollowAgreement.choices)

    class Meta:
        model = FollowConsent
        fields = [
            "id",
            "campaign",
            "platform_uid",
            "asked",
            "agreement",
            "shown_to",
            "agreed",
            "began_at",
            "ended_at",
            "proof_ref",
            "recorded_at",
        ]
        read_only_fields = fields


class FollowConsentFilters(django_filters.FilterSet):
    """What a list of consents to follow may be asked for."""

    campaign = django_filters.CharFilter()
    platform_uid = django_filters.CharFilter("account__platform_uid")

    class Meta:
        model = FollowConsent
        fields: list[str] = []


class FollowConsentList(ListView, CreateView):
    """Consents to follow: lists them, newest first, and takes new ones."""

    scopes = {"GET": READ, "POST": CONSENT}
    serializer_class = FollowConsentOutput
    filterset_class = FollowConsentFilters
    input_class = FollowConsentsInput
    act = "accounts.publicaccount.record_follow_consent"
    provision = Provision.PUBLIC_ACCOUNT_12_2

    def get_queryset(self) -> QuerySet[FollowConsent]:
        return FollowConsent.objects.select_related("account")

    @extend_schema(
        summary=gettext_lazy("List consents to follow"), operation_id="follow_consents_list"
    )
    def get(self, request: Request) -> Response:
        return super().get(request)

    @extend_schema(
        summary=gettext_lazy("Record how people agreed to follow accounts"),
        description=gettext_lazy(
            "At most 100 at once. All are recorded or none. A campaign and account count once; sent "
            "again with other content they are refused."
        ),
        operation_id="follow_consents_create",
        request=FollowConsentsInput,
        responses={200: PushedOutput},
    )
    def post(self, request: Request) -> HttpResponse:
        return self.answer_post(request)

    def create(self, prepared: dict[str, Any]) -> Response:
        return answer(
            record_follow_consents(
                consents=[CampaignConsent(**each) for each in prepared["consents"]],
                actor=self.actor,
                provision=self.provision,
                reason=_REASON,
            )
        )


def register() -> None:
    """Give the resources their addresses; called when apps are ready."""
    register_scope(Scope(READ, gettext_lazy("read alerts on figures and consents to follow")))
    register_scope(
        Scope(
            WRITE,
            gettext_lazy("push daily figures of accounts"),
            is_writing=True,
            permissions=(RECORD_METRICS,),
        )
    )
    register_scope(
        Scope(
            CONSENT,
            gettext_lazy("record consents to follow"),
            is_writing=True,
            permissions=(RECORD_CONSENT,),
        )
    )
    register_resource("metrics/", MetricList, name="metrics")
    register_resource("metric-alerts/", MetricAlertList, name="metric_alerts")
    register_resource("follow-consents/", FollowConsentList, name="follow_consents")
