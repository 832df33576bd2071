"""Decisions concerning an account, as the platform needs them to carry measures out."""

from typing import Any

import django_filters
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.enums import AccountFunction
from compliance.api.resources import register_resource
from compliance.api.views import ListView, RecordView
from compliance.models import CommandStatus
from compliance.scopes import Scope, register_scope
from enforcement.enums import TAKEN_DECISIONS, MeasureCode, MeasureStatus
from enforcement.measure_words import ContentAct, LabelKind
from enforcement.models import Decision, Measure
from enforcement.services.contents.commands import latest_of

READ = "decisions:read"
STATES = [(each.value, each.label) for each in TAKEN_DECISIONS]


class MeasureOutput(serializers.ModelSerializer):
    """One measure of a decision."""

    measure = serializers.ChoiceField(choices=MeasureCode.choices)
    functions = serializers.ListField(
        child=serializers.ChoiceField(choices=AccountFunction.choices), source="ordered.functions"
    )
    content_refs = serializers.ListField(
        child=serializers.CharField(), source="ordered.content_refs"
    )
    content_acts = serializers.ListField(
        child=serializers.ChoiceField(choices=ContentAct.choices), source="ordered.content_acts"
    )
    shown_label = serializers.ChoiceField(
        choices=LabelKind.choices, allow_blank=True, source="ordered.label"
    )
    correction = serializers.CharField(source="correction.reference", allow_null=True, default=None)
    status = serializers.ChoiceField(choices=MeasureStatus.choices)
    command_status = serializers.SerializerMethodField()

    class Meta:
        model = Measure
        fields = [
            "id",
            "measure",
            "functions",
            "content_refs",
            "content_acts",
            "shown_label",
            "correction",
            "status",
            "in_force_from",
            "in_force_until",
            "ended_at",
            "command_status",
        ]
        read_only_fields = fields

    @extend_schema_field(serializers.ChoiceField(choices=CommandStatus.choices, allow_null=True))
    def get_command_status(self, measure: Measure) -> str | None:
        """Return how far the platform is with a measure on contents; of others nothing is waited for."""
        return latest_of(measure.command).status if measure.command is not None else None


class DecisionOutput(serializers.ModelSerializer):
    """
    A decision that was taken.

    Neither facts nor reasoning are told here: they may speak of other people, and the operator
    reads them in the notice.
    """

    number = serializers.CharField()
    platform_uid = serializers.CharField(source="account.platform_uid")
    violation = serializers.CharField(source="violation_type.code")
    status = serializers.ChoiceField(choices=STATES)
    measures = serializers.SerializerMethodField()

    class Meta:
        model = Decision
        fields = [
            "id",
            "number",
            "version",
            "platform_uid",
            "violation",
            "severity",
            "offence_number",
            "deviation",
            "status",
            "in_force_from",
            "appealable_until",
            "ended_at",
            "measures",
        ]
        read_only_fields = fields

    @extend_schema_field(MeasureOutput(many=True))
    def get_measures(self, decision: Decision) -> list[dict[str, Any]]:
        """Return the measures in the order in which they were carried out."""
        in_order = sorted(decision.measures.all(), key=lambda each: each.pk)
        return list(MeasureOutput(in_order, many=True).data)


class DecisionFilters(django_filters.FilterSet):
    """What a list of decisions may be asked for."""

    platform_uid = django_filters.CharFilter("account__platform_uid")
    status = django_filters.ChoiceFilter(choices=STATES)
    in_force_from = django_filters.IsoDateTimeFilter("in_force_from", lookup_expr="gte")
    in_force_until = django_filters.IsoDateTimeFilter("in_force_from", lookup_expr="lt")

    class Meta:
        model = Decision
        fields: list[str] = []


def _decisions() -> QuerySet[Decision]:
    # What is only proposed is nobody's business outside.
    return (
        Decision.objects.filter(status__in=TAKEN_DECISIONS)
        .select_related("account", "violation_type")
        .prefetch_related("measures__ordered", "measures__command", "measures__correction")
    )


class DecisionList(ListView):
    """Decisions that were taken, newest first."""

    scopes = {"GET": READ}
    serializer_class = DecisionOutput
    filterset_class = DecisionFilters

    def get_queryset(self) -> QuerySet[Decision]:
        return _decisions()

    @extend_schema(summary=gettext_lazy("List decisions"), operation_id="decisions_list")
    def get(self, request: Request) -> Response:
        return super().get(request)


class DecisionDetail(RecordView):
    """One decision that was taken."""

    scopes = {"GET": READ}
    serializer_class = DecisionOutput

    def get_queryset(self) -> QuerySet[Decision]:
        return _decisions()

    @extend_schema(summary=gettext_lazy("Read a decision"), operation_id="decisions_retrieve")
    def get(self, request: Request, pk: int) -> Any:
        return super().get(request)


def register() -> None:
    """Give the resources their addresses; called when apps are ready."""
    register_scope(Scope(READ, gettext_lazy("read decisions and their measures")))
    register_resource("decisions/", DecisionList, name="decisions")
    register_resource("decisions/<int:pk>/", DecisionDetail, name="decision")
