"""The catalogue of violations in force, as the platform's own systems read it."""

from datetime import datetime

from django.db.models import Prefetch, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.enums import AccountFunction
from compliance.api.resources import register_resource
from compliance.api.views import ListView
from compliance.scopes import Scope, register_scope
from enforcement.enums import MeasureCode
from enforcement.models import (
    AllowedMeasure,
    CatalogueVersion,
    LadderMeasure,
    LadderStep,
    ViolationType,
)

READ = "catalogue:read"


class StepMeasureOutput(serializers.ModelSerializer):
    """A measure of a step."""

    measure = serializers.ChoiceField(choices=MeasureCode.choices)
    functions = serializers.ListField(
        child=serializers.ChoiceField(choices=AccountFunction.choices)
    )

    class Meta:
        model = LadderMeasure
        fields = ["measure", "term_days", "functions"]
        read_only_fields = fields


class StepOutput(serializers.ModelSerializer):
    """What is proposed for the n-th offence from a severity on."""

    measures = StepMeasureOutput(many=True)

    class Meta:
        model = LadderStep
        fields = ["offence_number", "from_severity", "measures", "note_zh", "note_en"]
        read_only_fields = fields


class AllowedOutput(serializers.ModelSerializer):
    """A measure that may be taken, and from which offence on."""

    measure = serializers.ChoiceField(choices=MeasureCode.choices)

    class Meta:
        model = AllowedMeasure
        fields = ["measure", "from_offence"]
        read_only_fields = fields


class ViolationOutput(serializers.ModelSerializer):
    """
    A violation of the catalogue in force.

    Where `ladder` or `allowed_measures` is empty, that of `sub_code_of` holds.
    """

    version = serializers.CharField(source="version.label")
    in_force_from = serializers.DateTimeField(source="version.effective_from")
    sub_code_of = serializers.SerializerMethodField()
    counted_as = serializers.SerializerMethodField()
    ladder = StepOutput(many=True, source="ladderstep_rows")
    allowed_measures = AllowedOutput(many=True, source="allowedmeasure_rows")

    class Meta:
        model = ViolationType
        fields = [
            "code",
            "version",
            "in_force_from",
            "sub_code_of",
            "title_zh",
            "title_en",
            "provision",
            "default_severity",
            "lowest_severity",
            "highest_severity",
            "counted_as",
            "allowed_measures",
            "ladder",
        ]
        read_only_fields = fields

    @extend_schema_field(serializers.CharField(allow_null=True))
    def get_sub_code_of(self, violation: ViolationType) -> str | None:
        """Return the code that this one stands under, if it is a sub-code."""
        return violation.parent.code if violation.parent is not None else None

    @extend_schema_field(serializers.CharField(allow_null=True))
    def get_counted_as(self, violation: ViolationType) -> str | None:
        """Return under which code earlier decisions count, where it says so itself."""
        found = [each.code for each in violation.offencefamily_rows.all()]
        return found[0] if found else None


def catalogue_in_force(at: datetime) -> QuerySet[ViolationType]:
    """Return the violations of the version in force at `at`, with everything said of them."""
    steps = LadderStep.objects.order_by("from_severity", "offence_number")
    return (
        ViolationType.objects.filter(version=CatalogueVersion.objects.in_force(at))
        .select_related("version", "parent")
        .prefetch_related(
            Prefetch("ladderstep_rows", steps.prefetch_related("measures")),
            "allowedmeasure_rows",
            "offencefamily_rows",
        )
    )


class CatalogueList(ListView):
    """The violations of the catalogue in force."""

    scopes = {"GET": READ}
    serializer_class = ViolationOutput
    queryset = ViolationType.objects.none()

    def get_queryset(self) -> QuerySet[ViolationType]:
        return catalogue_in_force(timezone.now())

    @extend_schema(
        summary=gettext_lazy("List the violations of the catalogue in force"),
        operation_id="violations_list",
    )
    def get(self, request: Request) -> Response:
        return super().get(request)


def register() -> None:
    """Give the resource its address; called when apps are ready."""
    register_scope(Scope(READ, gettext_lazy("read the catalogue of violations in force")))
    register_resource("violations/", CatalogueList, name="violations")
