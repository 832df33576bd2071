"""Hearings before decisions and emergency holds: read, and holds placed by the platform's systems."""

from typing import Any, Final

import django_filters
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from compliance.api.resources import register_resource
from compliance.api.serializers import StrictSerializer, TextField
from compliance.api.views import CreateView, ListView, RecordView
from compliance.errors import InvalidInput
from compliance.numbers import read_number
from compliance.provisions import Provision
from compliance.scopes import Scope, register_scope
from enforcement.hearing_words import HearingStatus, HoldGround, HoldScope, HoldStatus
from enforcement.models import Case, EmergencyHold, Hearing
from enforcement.models.cases import NUMBER_PREFIX as CASE_PREFIX
from enforcement.models.holds import HOLD_PREFIX
from enforcement.services.holds import placing
from enforcement.services.holds.placing import HoldDraft

READ_HEARINGS: Final = "hearings:read"
READ: Final = "emergency-holds:read"
WRITE: Final = "emergency-holds:write"


class HearingOutput(serializers.ModelSerializer):
    """Until when an operator may speak before a decision, and whether they did; never what they said."""

    platform_uid = serializers.CharField(source="account.platform_uid")
    status = serializers.ChoiceField(choices=HearingStatus.choices)
    due_at = serializers.DateTimeField(source="clock.due_at")

    class Meta:
        model = Hearing
        fields = ["id", "version", "platform_uid", "status", "opened_at", "due_at", "ended_at"]
        read_only_fields = fields


class HearingFilters(django_filters.FilterSet):
    """What a list of hearings may be asked for."""

    platform_uid = django_filters.CharFilter("account__platform_uid")
    status = django_filters.ChoiceFilter(choices=HearingStatus.choices)

    class Meta:
        model = Hearing
        fields: list[str] = []


def _hearings() -> QuerySet[Hearing]:
    return Hearing.objects.select_related("account", "clock")


class HearingList(ListView):
    """Hearings, newest first."""

    scopes = {"GET": READ_HEARINGS}
    serializer_class = HearingOutput
    filterset_class = HearingFilters

    def get_queryset(self) -> QuerySet[Hearing]:
        return _hearings()

    @extend_schema(
        summary=gettext_lazy("List hearings before decisions"), operation_id="hearings_list"
    )
    def get(self, request: Request) -> Response:
        return super().get(request)


class HearingDetail(RecordView):
    """One hearing."""

    scopes = {"GET": READ_HEARINGS}
    serializer_class = HearingOutput

    def get_queryset(self) -> QuerySet[Hearing]:
        return _hearings()

    @extend_schema(
        summary=gettext_lazy("Read a hearing before a decision"), operation_id="hearings_retrieve"
    )
    def get(self, request: Request, pk: int) -> Any:
        return super().get(request)


class HoldOutput(serializers.ModelSerializer):
    """What is held, until when, and whether somebody confirmed it; facts stand in the notice."""

    reference = serializers.CharField(source="number")
    case = serializers.CharField(source="case.number")
    platform_uid = serializers.CharField(source="account.platform_uid")
    scope = serializers.ChoiceField(choices=HoldScope.choices)
    ground = serializers.ChoiceField(choices=HoldGround.choices)
    status = serializers.ChoiceField(choices=HoldStatus.choices)

    class Meta:
        model = EmergencyHold
        fields = [
            "reference",
            "version",
            "case",
            "platform_uid",
            "scope",
            "content_ref",
            "ground",
            "status",
            "placed_at",
            "in_force_until",
            "ended_at",
        ]
        read_only_fields = fields


class HoldInput(StrictSerializer):
    """What is to be stopped at once in a case, why it cannot wait, and the facts that are told."""

    case = TextField(max_length=20)
    scope = serializers.ChoiceField(choices=HoldScope.choices)
    content_ref = TextField(max_length=400, required=False, allow_blank=True)
    ground = serializers.ChoiceField(choices=HoldGround.choices)
    facts = TextField(max_length=placing.LONGEST_FACTS)
    reason = TextField(max_length=1000)


class HoldFilters(django_filters.FilterSet):
    """What a list of emergency holds may be asked for."""

    platform_uid = django_filters.CharFilter("account__platform_uid")
    status = django_filters.ChoiceFilter(choices=HoldStatus.choices)
    scope = django_filters.ChoiceFilter(choices=HoldScope.choices)
    placed_from = django_filters.IsoDateTimeFilter("placed_at", lookup_expr="gte")
    placed_until = django_filters.IsoDateTimeFilter("placed_at", lookup_expr="lt")

    class Meta:
        model = EmergencyHold
        fields: list[str] = []


def _holds() -> QuerySet[EmergencyHold]:
    return EmergencyHold.objects.select_related("account", "case")


class HoldList(ListView, CreateView):
    """Emergency holds, newest first; a new one stops something at once."""

    scopes = {"GET": READ, "POST": WRITE}
    serializer_class = HoldOutput
    input_class = HoldInput
    filterset_class = HoldFilters
    act = "enforcement.case.place_hold"
    provision = Provision.PUBLIC_ACCOUNT_19_2

    def get_queryset(self) -> QuerySet[EmergencyHold]:
        return _holds()

    @extend_schema(
        summary=gettext_lazy("List emergency holds"), operation_id="emergency_holds_list"
    )
    def get(self, request: Request) -> Response:
        return super().get(request)

    @extend_schema(
        summary=gettext_lazy("Place an emergency hold"),
        description=gettext_lazy(
            "Stops one content, the updates or the service of the account of an open case at once. It "
            "ends by itself unless a person confirms it within the published time; the operator is told."
        ),
        operation_id="emergency_holds_create",
        request=HoldInput,
        responses={200: HoldOutput, 201: HoldOutput},
    )
    def post(self, request: Request) -> HttpResponse:
        return self.answer_post(request)

    def create(self, prepared: dict[str, Any]) -> Response:
        number = read_number(CASE_PREFIX, prepared["case"]) or 0
        found = Case.objects.select_related("account").filter(pk=number).first()
        if found is None:
            raise InvalidInput(gettext_lazy("No case has this number."))
        hold = placing.place_hold(
            case=found,
            draft=HoldDraft(
                scope=prepared["scope"],
                ground=prepared["ground"],
                facts=prepared["facts"],
                content_ref=prepared.get("content_ref", ""),
            ),
            actor=self.actor,
            provision=self.provision,
            reason=prepared["reason"],
        )
        placed = _holds().get(pk=hold.pk)
        return self.created(placed, reverse("api:emergency_hold", args=[placed.number]))


class HoldDetail(RecordView):
    """One emergency hold, by the number that people call it by."""

    scopes = {"GET": READ}
    serializer_class = HoldOutput

    def get_object(self) -> EmergencyHold:
        number = read_number(HOLD_PREFIX, self.kwargs["reference"]) or 0
        return get_object_or_404(_holds(), pk=number)

    @extend_schema(
        summary=gettext_lazy("Read an emergency hold"), operation_id="emergency_holds_retrieve"
    )
    def get(self, request: Request, reference: str) -> Any:
        return super().get(request)


def register() -> None:
    """Give the resources their addresses; called when apps are ready."""
    register_scope(Scope(READ_HEARINGS, gettext_lazy("read hearings before decisions")))
    register_scope(Scope(READ, gettext_lazy("read emergency holds")))
    register_scope(
        Scope(
            WRITE,
            gettext_lazy("place emergency holds"),
            is_writing=True,
            permissions=(placing.PLACE,),
        )
    )
    register_resource("hearings/", HearingList, name="hearings")
    register_resource("hearings/<int:pk>/", HearingDetail, name="hearing")
    register_resource("emergency-holds/", HoldList, name="emergency_holds")
    register_resource("emergency-holds/<str:reference>/", HoldDetail, name="emergency_hold")
