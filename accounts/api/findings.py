"""Findings about accounts, read only."""

from typing import Any

import django_filters
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.enums import FindingKind, FindingStatus
from accounts.models import Finding
from compliance.api.resources import register_resource
from compliance.api.views import ListView, RecordView
from compliance.scopes import Scope, register_scope

READ = "findings:read"


class FindingOutput(serializers.ModelSerializer):
    """Something noticed about an account, and what became of it."""

    number = serializers.CharField()
    found = serializers.CharField(source="facts")
    platform_uid = serializers.CharField(source="account.platform_uid")
    kind = serializers.ChoiceField(choices=FindingKind.choices)
    status = serializers.ChoiceField(choices=FindingStatus.choices)
    figures = serializers.DictField()
    due_at = serializers.DateTimeField(source="work_item.due_at")

    class Meta:
        model = Finding
        fields = [
            "id",
            "version",
            "number",
            "platform_uid",
            "kind",
            "found",
            "figures",
            "ground_ref",
            "found_at",
            "due_at",
            "status",
            "taken_up_as",
            "decided_at",
        ]
        read_only_fields = fields


class FindingFilters(django_filters.FilterSet):
    """What a list of findings may be asked for."""

    status = django_filters.ChoiceFilter(choices=FindingStatus.choices)
    kind = django_filters.ChoiceFilter(choices=FindingKind.choices)
    platform_uid = django_filters.CharFilter("account__platform_uid")
    found_from = django_filters.IsoDateTimeFilter("found_at", lookup_expr="gte")
    found_until = django_filters.IsoDateTimeFilter("found_at", lookup_expr="lt")

    class Meta:
        model = Finding
        fields: list[str] = []


def _findings() -> QuerySet[Finding]:
    return Finding.objects.select_related("account", "work_item")


class FindingList(ListView):
    """Findings, newest first."""

    scopes = {"GET": READ}
    serializer_class = FindingOutput
    filterset_class = FindingFilters

    def get_queryset(self) -> QuerySet[Finding]:
        return _findings()

    @extend_schema(
        summary=gettext_lazy("List findings about accounts"), operation_id="findings_list"
    )
    def get(self, request: Request) -> Response:
        return super().get(request)


class FindingDetail(RecordView):
    """One finding."""

    scopes = {"GET": READ}
    serializer_class = FindingOutput

    def get_queryset(self) -> QuerySet[Finding]:
        return _findings()

    @extend_schema(summary=gettext_lazy("Read a finding"), operation_id="findings_retrieve")
    def get(self, request: Request, pk: int) -> Any:
        return super().get(request)


def register() -> None:
    """Give the resources their addresses; called when apps are ready."""
    register_scope(Scope(READ, gettext_lazy("read findings about accounts")))
    register_resource("findings/", FindingList, name="findings")
    register_resource("findings/<int:pk>/", FindingDetail, name="finding")
