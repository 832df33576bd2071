"""Decisions on many accounts that were approved, as the platform may follow them."""

from typing import Any

import django_filters
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from compliance.api.resources import register_resource
from compliance.api.views import ListView, RecordView
from enforcement.api.decisions import READ
from enforcement.bulk_words import TAKEN_BULK
from enforcement.models import BulkDecision
from enforcement.services.bulk.figures import progress_of

STATES = [(each.value, each.label) for each in TAKEN_BULK]


class BulkProgress(serializers.Serializer):
    """How many accounts of a list stand in each state."""

    left_out = serializers.IntegerField()
    waiting = serializers.IntegerField()
    carried_out = serializers.IntegerField()
    failed = serializers.IntegerField()
    undone = serializers.IntegerField()


class BulkDecisionOutput(serializers.ModelSerializer):
    """A decision on many accounts; that on each account is a decision of its own."""

    number = serializers.CharField()
    violation = serializers.CharField(source="violation_type.code")
    status = serializers.ChoiceField(choices=STATES)
    progress = serializers.SerializerMethodField()

    class Meta:
        model = BulkDecision
        fields = [
            "id",
            "number",
            "version",
            "violation",
            "severity",
            "count",
            "list_sha256",
            "status",
            "approved_at",
            "held_until",
            "undone_at",
            "progress",
        ]
        read_only_fields = fields

    @extend_schema_field(BulkProgress)
    def get_progress(self, bulk: BulkDecision) -> dict[str, int]:
        """Return how many accounts stand in each state."""
        return progress_of(bulk)


class BulkDecisionFilters(django_filters.FilterSet):
    """What a list of decisions on many accounts may be asked for."""

    status = django_filters.ChoiceFilter(choices=STATES)

    class Meta:
        model = BulkDecision
        fields: list[str] = []


def _bulk_decisions() -> QuerySet[BulkDecision]:
    # What is only proposed is nobody's business outside.
    return BulkDecision.objects.filter(status__in=TAKEN_BULK).select_related("violation_type")


class BulkDecisionList(ListView):
    """Decisions on many accounts, newest first."""

    scopes = {"GET": READ}
    serializer_class = BulkDecisionOutput
    filterset_class = BulkDecisionFilters

    def get_queryset(self) -> QuerySet[BulkDecision]:
        return _bulk_decisions()

    @extend_schema(
        summary=gettext_lazy("List decisions on many accounts"),
        operation_id="bulk_decisions_list",
    )
    def get(self, request: Request) -> Response:
        return super().get(request)


class BulkDecisionDetail(RecordView):
    """One decision on many accounts."""

    scopes = {"GET": READ}
    serializer_class = BulkDecisionOutput

    def get_queryset(self) -> QuerySet[BulkDecision]:
        return _bulk_decisions()

    @extend_schema(
        summary=gettext_lazy("Read a decision on many accounts"),
        operation_id="bulk_decisions_retrieve",
    )
    def get(self, request: Request, pk: int) -> Any:
        return super().get(request, pk)


def register() -> None:
    """Give the resources their addresses; called when apps are ready."""
    register_resource("bulk-decisions/", BulkDecisionList, name="bulk_decisions")
    register_resource("bulk-decisions/<int:pk>/", BulkDecisionDetail, name="bulk_decision")
