"""Rule documents and time limits, as they are published."""

from typing import Any

import django_filters
from django.db.models import Prefetch, QuerySet
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from compliance.api.resources import register_resource
from compliance.api.views import ListView, RecordView
from compliance.models import DocumentKind, RuleDocument, RuleVersion, TimeLimit
from compliance.scopes import Scope, register_scope

READ = "rules:read"
# What was withdrawn before its date never binds anybody.
STANDING = Prefetch("versions", RuleVersion.objects.standing())


class RuleVersionOutput(serializers.ModelSerializer):
    """One version of a rule document."""

    class Meta:
        model = RuleVersion
        fields = ["label", "effective_date", "announced_at", "accept_until"]
        read_only_fields = fields


class RuleDocumentOutput(serializers.ModelSerializer):
    """A rule document with its versions, the latest first."""

    kind = serializers.ChoiceField(choices=DocumentKind.choices)
    versions = serializers.SerializerMethodField()

    class Meta:
        model = RuleDocument
        fields = ["code", "version", "kind", "title", "versions"]
        read_only_fields = fields

    def get_versions(self, document: RuleDocument) -> list[dict[str, Any]]:
        """Return the versions, the latest first."""
        latest_first = sorted(
            document.versions.all(), key=lambda each: each.effective_date, reverse=True
        )
        return list(RuleVersionOutput(latest_first, many=True).data)


class RuleDocumentFilters(django_filters.FilterSet):
    """What a list of rule documents may be asked for."""

    kind = django_filters.ChoiceFilter(choices=DocumentKind.choices)

    class Meta:
        model = RuleDocument
        fields: list[str] = []


class RuleDocumentList(ListView):
    """Rule documents."""

    scopes = {"GET": READ}
    serializer_class = RuleDocumentOutput
    filterset_class = RuleDocumentFilters

    def get_queryset(self) -> QuerySet[RuleDocument]:
        return RuleDocument.objects.prefetch_related(STANDING)

    @extend_schema(summary=gettext_lazy("List rule documents"), operation_id="rule_documents_list")
    def get(self, request: Request) -> Response:
        return super().get(request)


class RuleDocumentDetail(RecordView):
    """One rule document."""

    scopes = {"GET": READ}
    serializer_class = RuleDocumentOutput
    lookup_field = "code"

    def get_queryset(self) -> QuerySet[RuleDocument]:
        return RuleDocument.objects.prefetch_related(STANDING)

    @extend_schema(
        summary=gettext_lazy("Read a rule document"), operation_id="rule_documents_retrieve"
    )
    def get(self, request: Request, code: str) -> Any:
        return super().get(request)


class TimeLimitOutput(serializers.ModelSerializer):
    """A time limit for a step of the work, from an instant on."""

    step = serializers.CharField(source="step_label")

    class Meta:
        model = TimeLimit
        fields = ["id", "code", "step", "amount", "unit", "provision", "effective_from"]
        read_only_fields = fields


class TimeLimitFilters(django_filters.FilterSet):
    """What a list of time limits may be asked for."""

    code = django_filters.CharFilter()

    class Meta:
        model = TimeLimit
        fields: list[str] = []


class TimeLimitList(ListView):
    """Time limits with all their versions."""

    scopes = {"GET": READ}
    serializer_class = TimeLimitOutput
    filterset_class = TimeLimitFilters

    def get_queryset(self) -> QuerySet[TimeLimit]:
        return TimeLimit.objects.all()

    @extend_schema(summary=gettext_lazy("List time limits"), operation_id="time_limits_list")
    def get(self, request: Request) -> Response:
        return super().get(request)


def register() -> None:
    """Give the resources their addresses; called when apps are ready."""
    register_scope(Scope(READ, gettext_lazy("read rule documents and time limits")))
    register_resource("rule-documents/", RuleDocumentList, name="rule_documents")
    register_resource("rule-documents/<slug:code>/", RuleDocumentDetail, name="rule_document")
    register_resource("time-limits/", TimeLimitList, name="time_limits")
