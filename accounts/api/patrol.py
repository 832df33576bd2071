"""Checks of accounts on patrol, read only."""

from typing import Any

import django_filters
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import PatrolCheck, PatrolPoint
from accounts.patrol_words import PatrolItem, PatrolStatus, PointResult, RiskClass
from compliance.api.resources import register_resource
from compliance.api.views import ListView, RecordView
from compliance.scopes import Scope, register_scope

READ = "patrol:read"


class PatrolPointOutput(serializers.ModelSerializer):
    """What came of one point."""

    item = serializers.ChoiceField(choices=PatrolItem.choices)
    result = serializers.ChoiceField(choices=PointResult.choices)

    class Meta:
        model = PatrolPoint
        fields = ["item", "result", "words"]
        read_only_fields = fields


class PatrolCheckOutput(serializers.ModelSerializer):
    """The check of one account on the patrol of a month."""

    reference = serializers.CharField()
    platform_uid = serializers.CharField(source="account.platform_uid")
    month = serializers.DateField(source="run.month")
    risk_class = serializers.ChoiceField(choices=RiskClass.choices)
    status = serializers.ChoiceField(choices=PatrolStatus.choices)
    points = PatrolPointOutput(many=True)

    class Meta:
        model = PatrolCheck
        fields = [
            "id",
            "version",
            "reference",
            "platform_uid",
            "month",
            "risk_class",
            "is_due",
            "is_sampled",
            "status",
            "points",
            "decided_at",
        ]
        read_only_fields = fields


class PatrolCheckFilters(django_filters.FilterSet):
    """What a list of checks may be asked for."""

    status = django_filters.ChoiceFilter(choices=PatrolStatus.choices)
    risk_class = django_filters.ChoiceFilter(choices=RiskClass.choices)
    month = django_filters.DateFilter("run__month")
    platform_uid = django_filters.CharFilter("account__platform_uid")

    class Meta:
        model = PatrolCheck
        fields: list[str] = []


def _checks() -> QuerySet[PatrolCheck]:
    return PatrolCheck.objects.select_related("account", "run").prefetch_related("points")


class PatrolCheckList(ListView):
    """Checks on patrol, newest first."""

    scopes = {"GET": READ}
    serializer_class = PatrolCheckOutput
    filterset_class = PatrolCheckFilters

    def get_queryset(self) -> QuerySet[PatrolCheck]:
        return _checks()

    @extend_schema(
        summary=gettext_lazy("List checks of accounts on patrol"),
        operation_id="patrol_checks_list",
    )
    def get(self, request: Request) -> Response:
        return super().get(request)


class PatrolCheckDetail(RecordView):
    """One check on patrol."""

    scopes = {"GET": READ}
    serializer_class = PatrolCheckOutput

    def get_queryset(self) -> QuerySet[PatrolCheck]:
        return _checks()

    @extend_schema(
        summary=gettext_lazy("Read a check of an account on patrol"),
        operation_id="patrol_checks_retrieve",
    )
    def get(self, request: Request, pk: int) -> Any:
        return super().get(request, pk)


def register() -> None:
    """Give the resources their addresses; called when apps are ready."""
    register_scope(Scope(READ, gettext_lazy("read checks of accounts on patrol")))
    register_resource("patrol-checks/", PatrolCheckList, name="patrol_checks")
    register_resource("patrol-checks/<int:pk>/", PatrolCheckDetail, name="patrol_check")
