"""Appeals: read, and filed for operators who are logged in at the platform."""

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
from enforcement.appeal_words import (
    AppealChannel,
    AppealGround,
    AppealOutcome,
    AppealStatus,
)
from enforcement.models import Appeal, Decision
from enforcement.models.appeals import APPEAL_PREFIX
from enforcement.models.decisions import NUMBER_PREFIX
from enforcement.services.appeals.filing import FILE, file_appeal
from enforcement.services.appeals.material import LONGEST_WORDS

READ: Final = "appeals:read"
WRITE: Final = "appeals:write"


class AppealOutput(serializers.ModelSerializer):
    """Where an appeal stands and what became of the decision; never what was said in it."""

    reference = serializers.CharField(source="number")
    decision = serializers.CharField(source="decision.number")
    platform_uid = serializers.CharField(source="decision.account.platform_uid")
    channel = serializers.ChoiceField(choices=AppealChannel.choices)
    ground = serializers.ChoiceField(choices=AppealGround.choices)
    status = serializers.ChoiceField(choices=AppealStatus.choices)
    due_at = serializers.DateTimeField(source="clock.due_at")
    outcome = serializers.SerializerMethodField()

    class Meta:
        model = Appeal
        fields = [
            "reference",
            "version",
            "decision",
            "platform_uid",
            "level",
            "channel",
            "ground",
            "status",
            "filed_at",
            "due_at",
            "outcome",
            "ended_at",
        ]
        read_only_fields = fields

    def get_outcome(self, appeal: Appeal) -> str:
        """Return what became of the decision; nothing while nobody has decided."""
        ruling = getattr(appeal, "ruling", None)
        return str(ruling.outcome) if ruling is not None else ""


class AppealInput(StrictSerializer):
    """Against which decision an operator appeals, what they contest and why, in their own words."""

    decision = TextField(max_length=20)
    ground = serializers.ChoiceField(choices=AppealGround.choices)
    words = TextField(max_length=LONGEST_WORDS)
    reason = TextField(max_length=1000)


class AppealFilters(django_filters.FilterSet):
    """What a list of appeals may be asked for."""

    platform_uid = django_filters.CharFilter("decision__account__platform_uid")
    status = django_filters.ChoiceFilter(choices=AppealStatus.choices)
    outcome = django_filters.ChoiceFilter("ruling__outcome", choices=AppealOutcome.choices)
    filed_from = django_filters.IsoDateTimeFilter("filed_at", lookup_expr="gte")
    filed_until = django_filters.IsoDateTimeFilter("filed_at", lookup_expr="lt")

    class Meta:
        model = Appeal
        fields: list[str] = []


def _appeals() -> QuerySet[Appeal]:
    return Appeal.objects.select_related(
        "acceptance_clock", "decision__account", "decision_clock", "ruling"
    )


class AppealList(ListView, CreateView):
    """Appeals, newest first; a new one is filed for an operator logged in at the platform."""

    scopes = {"GET": READ, "POST": WRITE}
    serializer_class = AppealOutput
    input_class = AppealInput
    filterset_class = AppealFilters
    act = "enforcement.decision.appeal"
    provision = Provision.PUBLIC_ACCOUNT_20_2

    def get_queryset(self) -> QuerySet[Appeal]:
        return _appeals()

    @extend_schema(summary=gettext_lazy("List appeals"), operation_id="appeals_list")
    def get(self, request: Request) -> Response:
        return super().get(request)

    @extend_schema(
        summary=gettext_lazy("File an appeal for an operator"),
        description=gettext_lazy(
            "For an operator who is logged in at the platform: once for each decision, within the time "
            "that its notice names. What they wrote is kept encrypted and is not read back."
        ),
        operation_id="appeals_create",
        request=AppealInput,
        responses={200: AppealOutput, 201: AppealOutput},
    )
    def post(self, request: Request) -> HttpResponse:
        return self.answer_post(request)

    def create(self, prepared: dict[str, Any]) -> Response:
        number = read_number(NUMBER_PREFIX, prepared["decision"]) or 0
        found = (
            Decision.objects.select_related("account", "appeal_clock", "case", "proposal__matter")
            .filter(pk=number)
            .first()
        )
        if found is None:
            raise InvalidInput(gettext_lazy("No decision has this number."))
        appeal = file_appeal(
            decision=found,
            ground=prepared["ground"],
            words=prepared["words"],
            channel=AppealChannel.PLATFORM,
            actor=self.actor,
            provision=self.provision,
            reason=prepared["reason"],
        )
        filed = _appeals().get(pk=appeal.pk)
        return self.created(filed, reverse("api:appeal", args=[filed.number]))


class AppealDetail(RecordView):
    """One appeal, by the number that people call it by."""

    scopes = {"GET": READ}
    serializer_class = AppealOutput

    def get_object(self) -> Appeal:
        number = read_number(APPEAL_PREFIX, self.kwargs["reference"]) or 0
        return get_object_or_404(_appeals(), pk=number)

    @extend_schema(summary=gettext_lazy("Read an appeal"), operation_id="appeals_retrieve")
    def get(self, request: Request, reference: str) -> Any:
        return super().get(request)


def register() -> None:
    """Give the resources their addresses; called when apps are ready."""
    register_scope(Scope(READ, gettext_lazy("read appeals")))
    register_scope(
        Scope(
            WRITE,
            gettext_lazy("file appeals for operators"),
            is_writing=True,
            permissions=(FILE,),
        )
    )
    register_resource("appeals/", AppealList, name="appeals")
    register_resource("appeals/<str:reference>/", AppealDetail, name="appeal")
