"""Second looks at decisions: read how they came out, never who looked."""

from typing import Any, Final

import django_filters
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from compliance.api.resources import register_resource
from compliance.api.views import ListView, RecordView
from compliance.scopes import Scope, register_scope
from enforcement.consistency_words import LookConclusion, LookOutcome, SecondLookStatus
from enforcement.models import SecondLook

READ: Final = "second-looks:read"


class SecondLookOutput(serializers.ModelSerializer):
    """Which decision was looked at again, how it came out, and what was concluded."""

    reference = serializers.CharField()
    month = serializers.DateField(source="draw.month")
    decision = serializers.SerializerMethodField()
    status = serializers.ChoiceField(choices=SecondLookStatus.choices)
    outcome = serializers.ChoiceField(choices=LookOutcome.choices, allow_blank=True)
    conclusion = serializers.ChoiceField(choices=LookConclusion.choices, allow_blank=True)

    class Meta:
        model = SecondLook
        fields = [
            "id",
            "reference",
            "version",
            "month",
            "decision",
            "status",
            "looked_at",
            "outcome",
            "steps",
            "conclusion",
            "reviewed_at",
        ]
        read_only_fields = fields

    def get_decision(self, look: SecondLook) -> str | None:
        """Return the number of the decision, once somebody has looked: before, it is nobody's."""
        return look.decision.number if look.looked_at is not None else None


class SecondLookFilters(django_filters.FilterSet):
    """What a list of second looks may be asked for."""

    status = django_filters.ChoiceFilter(choices=SecondLookStatus.choices)
    outcome = django_filters.ChoiceFilter(choices=LookOutcome.choices)

    class Meta:
        model = SecondLook
        fields: list[str] = []


def _looks() -> QuerySet[SecondLook]:
    return SecondLook.objects.select_related("decision", "draw")


class SecondLookList(ListView):
    """Second looks, newest first."""

    scopes = {"GET": READ}
    serializer_class = SecondLookOutput
    filterset_class = SecondLookFilters

    def get_queryset(self) -> QuerySet[SecondLook]:
        return _looks()

    @extend_schema(
        summary=gettext_lazy("List second looks at decisions"), operation_id="second_looks_list"
    )
    def get(self, request: Request) -> Response:
        return super().get(request)


class SecondLookDetail(RecordView):
    """One second look."""

    scopes = {"GET": READ}
    serializer_class = SecondLookOutput

    def get_queryset(self) -> QuerySet[SecondLook]:
        return _looks()

    @extend_schema(
        summary=gettext_lazy("Read a second look at a decision"),
        operation_id="second_looks_retrieve",
    )
    def get(self, request: Request, pk: int) -> Any:
        return super().get(request)


def register() -> None:
    """Give the resource its addresses; called when apps are ready."""
    register_scope(Scope(READ, gettext_lazy("read second looks at decisions")))
    register_resource("second-looks/", SecondLookList, name="second_looks")
    register_resource("second-looks/<int:pk>/", SecondLookDetail, name="second_look")
