"""Measures by themselves, as the platform carries them out; and the proposal that one be lifted."""

from typing import Any, Final

import django_filters
from django.db.models import QuerySet
from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from compliance.api.resources import register_resource
from compliance.api.serializers import StrictSerializer, TextField
from compliance.api.views import CreateView, ListView, RecordView
from compliance.errors import InvalidInput
from compliance.provisions import Provision
from compliance.scopes import Scope, register_scope
from enforcement.api.decisions import MeasureOutput
from enforcement.enums import MeasureCode, MeasureStatus
from enforcement.measure_words import LiftGround
from enforcement.models import Measure
from enforcement.services.lifting import proposing
from enforcement.services.lifting.ending import LiftDraft

READ: Final = "measures:read"
WRITE: Final = "measures:write"


class StandingMeasureOutput(MeasureOutput):
    """A measure with its decision and account, and whether its lifting waits for approval."""

    decision = serializers.CharField(source="decision.number")
    platform_uid = serializers.CharField(source="account.platform_uid")
    is_lifting_proposed = serializers.SerializerMethodField()

    class Meta(MeasureOutput.Meta):
        fields = [
            *MeasureOutput.Meta.fields,
            "version",
            "decision",
            "platform_uid",
            "is_lifting_proposed",
        ]
        read_only_fields = fields

    def get_is_lifting_proposed(self, measure: Measure) -> bool:
        """Return whether somebody has proposed to lift it and nobody has decided yet."""
        return (
            measure.status == MeasureStatus.IN_FORCE
            and proposing.lift_proposed_of(measure) is not None
        )


class LiftInput(StrictSerializer):
    """On which ground a measure is to end before its time, and what the operator is told."""

    ground = serializers.ChoiceField(choices=LiftGround.choices)
    told = TextField(max_length=1000)
    reason = TextField(max_length=1000)


class MeasureFilters(django_filters.FilterSet):
    """What a list of measures may be asked for."""

    platform_uid = django_filters.CharFilter("account__platform_uid")
    measure = django_filters.ChoiceFilter(choices=MeasureCode.choices)
    status = django_filters.ChoiceFilter(choices=MeasureStatus.choices)
    is_in_force = django_filters.BooleanFilter(method="in_force")

    class Meta:
        model = Measure
        fields: list[str] = []

    def in_force(self, rows: QuerySet[Measure], _name: str, value: bool) -> QuerySet[Measure]:
        """Keep those that hold at this moment, or those that do not."""
        holding = Measure.objects.in_force(timezone.now()).values("pk")
        return rows.filter(pk__in=holding) if value else rows.exclude(pk__in=holding)


def _measures() -> QuerySet[Measure]:
    return Measure.objects.select_related(
        "account", "command", "correction", "decision__case__matter", "ordered"
    )


class MeasureList(ListView):
    """Measures that were carried out, newest first."""

    scopes = {"GET": READ}
    serializer_class = StandingMeasureOutput
    filterset_class = MeasureFilters

    def get_queryset(self) -> QuerySet[Measure]:
        return _measures()

    @extend_schema(summary=gettext_lazy("List measures"), operation_id="measures_list")
    def get(self, request: Request) -> Response:
        return super().get(request)


class MeasureDetail(RecordView):
    """One measure that was carried out."""

    scopes = {"GET": READ}
    serializer_class = StandingMeasureOutput

    def get_queryset(self) -> QuerySet[Measure]:
        return _measures()

    @extend_schema(summary=gettext_lazy("Read a measure"), operation_id="measures_retrieve")
    def get(self, request: Request, pk: int) -> Any:
        return super().get(request)


class MeasureLiftList(CreateView):
    """Proposals that one measure be lifted; people decide on them."""

    scopes = {"POST": WRITE}
    serializer_class = StandingMeasureOutput
    input_class = LiftInput
    act = "enforcement.measure.propose_lift"
    provision = Provision.PUBLIC_ACCOUNT_19_2

    @extend_schema(
        summary=gettext_lazy("Propose that a measure be lifted"),
        description=gettext_lazy(
            "People approve it, two where two ordered the measure; until then the measure goes on."
        ),
        operation_id="measure_lifts_create",
        request=LiftInput,
        responses={200: StandingMeasureOutput, 201: StandingMeasureOutput},
    )
    def post(self, request: Request, pk: int) -> HttpResponse:
        return self.answer_post(request)

    def create(self, prepared: dict[str, Any]) -> Response:
        measure = _measures().filter(pk=self.kwargs["pk"]).first()
        if measure is None:
            raise InvalidInput(gettext_lazy("There is no such measure."))
        proposing.propose_lift(
            measure=measure,
            draft=LiftDraft(prepared["ground"], prepared["told"]),
            actor=self.actor,
            provision=self.provision,
            reason=prepared["reason"],
        )
        return self.created(
            _measures().get(pk=measure.pk), reverse("api:measure", args=[measure.pk])
        )


def register() -> None:
    """Give the resources their addresses; called when apps are ready."""
    register_scope(Scope(READ, gettext_lazy("read measures and how far the platform is with them")))
    register_scope(
        Scope(
            WRITE,
            gettext_lazy("propose that measures be lifted"),
            is_writing=True,
            permissions=(proposing.PROPOSE,),
        )
    )
    register_resource("measures/", MeasureList, name="measures")
    register_resource("measures/<int:pk>/", MeasureDetail, name="measure")
    register_resource("measures/<int:pk>/lifts/", MeasureLiftList, name="measure_lifts")
