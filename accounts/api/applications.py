"""Applications for an account: handed in, read, withdrawn."""

from typing import Any

import django_filters
from django.db.models import QuerySet
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.enums import (
    ApplicationSource,
    ApplicationStatus,
    Category,
    CheckCode,
    CheckOutcome,
    IdType,
    SubjectNature,
)
from accounts.models import Application
from accounts.rules.application_data import (
    COLUMN_LIMITS,
    COLUMNS,
    ApplicationData,
    CellProblemKind,
    read_application,
)
from accounts.rules.explanations import cell_explanation, explanation
from accounts.services import review
from accounts.services.registration import (
    RegistrationConflict,
    Verified,
    register_verified,
    stored_checks,
    verify_application,
)
from accounts.services.verification import VerificationUnavailable
from compliance.api.problems import (
    INVALID,
    UNAVAILABLE,
    ApiProblem,
    FieldError,
    register_problem,
    register_refusal,
)
from compliance.api.resources import register_resource
from compliance.api.serializers import IdentifierField, ReasonInput, StrictSerializer, TextField
from compliance.api.views import ChangeView, CreateView, ListView, RecordView
from compliance.provisions import Provision
from compliance.scopes import Scope, register_scope

READ, WRITE = "applications:read", "applications:write"
_REASON = "平台经接口提交的登记"
CONFLICT = register_problem(
    "registration-conflict",
    409,
    gettext_lazy("Registered with other content"),
    RegistrationConflict.message,
)
_CODES = {
    CellProblemKind.CELL_OVERSIZED: "max_length",
    CellProblemKind.UID_EMPTY: "blank",
    CellProblemKind.VALUE_UNKNOWN: "invalid_choice",
    CellProblemKind.DATE_UNREADABLE: "unreadable_date",
}


def _text(column: str, **kwargs: Any) -> TextField:
    return TextField(
        max_length=COLUMN_LIMITS[column],
        **{"required": False, "allow_blank": True, "default": "", **kwargs},
    )


def _choice(choices: Any) -> serializers.ChoiceField:
    return serializers.ChoiceField(
        choices=choices.choices, required=False, allow_blank=True, default=""
    )


class ApplicationInput(StrictSerializer):
    """One application with the columns of a platform's file; what is left out is empty."""

    platform_uid = IdentifierField(max_length=COLUMN_LIMITS["platform_uid"])
    account_name = _text("account_name")
    bio = _text("bio")
    category = _choice(Category)
    subject_nature = _choice(SubjectNature)
    subject_name = _text("subject_name")
    id_type = _choice(IdType)
    id_number = _text("id_number")
    mobile = _text("mobile")
    registered_region = _text("registered_region")
    operating_region = _text("operating_region")
    business_scope = _text("business_scope")
    contact = _text("contact")
    professional_background = _text("professional_background")
    qualification_type = _text("qualification_type")
    qualification_number = _text("qualification_number")
    qualification_issuer = _text("qualification_issuer")
    qualification_valid_until = _text("qualification_valid_until")
    applied_at = _text("applied_at")


class CheckOutput(serializers.Serializer):
    """A check that an application did not pass."""

    code = serializers.ChoiceField(choices=[code.name for code in CheckCode])
    outcome = serializers.ChoiceField(choices=CheckOutcome.choices)
    explanation = serializers.CharField()


class ApplicationOutput(serializers.ModelSerializer):
    """An application as it stands; of what was declared only the account's number and name."""

    outcome = serializers.ChoiceField(source="status", choices=ApplicationStatus.choices)
    checks = serializers.SerializerMethodField()

    class Meta:
        model = Application
        fields = [
            "id",
            "version",
            "platform_uid",
            "account_name",
            "category",
            "outcome",
            "is_automated",
            "applied_at",
            "received_at",
            "decided_at",
            "checks",
        ]
        read_only_fields = fields

    @extend_schema_field(CheckOutput(many=True))
    def get_checks(self, application: Application) -> list[dict[str, str]]:
        """Return the checks that did not pass, as the command prints them."""
        return [
            {
                "code": check.code.name,
                "outcome": check.outcome.value,
                "explanation": explanation(check),
            }
            for check in stored_checks(application)
        ]


class ApplicationFilters(django_filters.FilterSet):
    """What a list of applications may be asked for."""

    platform_uid = django_filters.CharFilter()
    outcome = django_filters.ChoiceFilter(field_name="status", choices=ApplicationStatus.choices)
    category = django_filters.ChoiceFilter(choices=Category.choices)
    received_from = django_filters.IsoDateTimeFilter("received_at", lookup_expr="gte")
    received_until = django_filters.IsoDateTimeFilter("received_at", lookup_expr="lt")

    class Meta:
        model = Application
        fields: list[str] = []


def _applications() -> QuerySet[Application]:
    return Application.objects.prefetch_related("checks")


def read_given(given: dict[str, str]) -> ApplicationData:
    """
    Return the application that was sent, read as a row of a file is.

    :raises ApiProblem: if it is no application, with every reason.
    """
    read = read_application({column: str(given[column]) for column in COLUMNS})
    if isinstance(read, ApplicationData):
        return read
    raise ApiProblem(
        INVALID,
        fields=[
            FieldError(
                _CODES.get(problem.kind, "invalid"),
                cell_explanation(problem),
                pointer=f"#/{problem.column}",
            )
            for problem in read
        ],
    )


class ApplicationList(CreateView, ListView):
    """Applications, newest first; POST hands one in."""

    scopes = {"GET": READ, "POST": WRITE}
    serializer_class = ApplicationOutput
    filterset_class = ApplicationFilters
    input_class = ApplicationInput
    act = "accounts.application.register"
    provision = Provision.PUBLIC_ACCOUNT_8_1

    def get_queryset(self) -> QuerySet[Application]:
        return _applications()

    @extend_schema(
        summary=gettext_lazy("List applications"),
        operation_id="applications_list",
    )
    def get(self, request: Request) -> Response:
        return super().get(request)

    @extend_schema(
        summary=gettext_lazy("Hand an application in"),
        description=gettext_lazy(
            "Decides one application for an account by the same checks as a platform’s file. 201: "
            "decided and stored. 200: it was registered before with the same content; what is "
            "stored is returned and nothing changed. The identity data that are sent are never "
            "returned."
        ),
        operation_id="applications_create",
        request=ApplicationInput,
        responses={201: ApplicationOutput, 200: ApplicationOutput},
    )
    def post(self, request: Request) -> HttpResponse:
        return self.answer_post(request)

    def prepare(self, given: dict[str, Any]) -> Verified:
        return verify_application(data=read_given(given))

    def create(self, prepared: Verified) -> Response:
        registered = register_verified(
            verified=prepared,
            source=ApplicationSource.API,
            actor=self.actor,
            provision=self.provision,
            reason=_REASON,
        )
        application = _applications().get(pk=registered.application.pk)
        return self.created(
            application,
            reverse("api:application", args=[application.pk]),
            status=201 if registered.is_new else 200,
        )


class ApplicationDetail(RecordView):
    """One application."""

    scopes = {"GET": READ}
    serializer_class = ApplicationOutput

    def get_queryset(self) -> QuerySet[Application]:
        return _applications()

    @extend_schema(
        summary=gettext_lazy("Read an application"), operation_id="applications_retrieve"
    )
    def get(self, request: Request, pk: int) -> Any:
        return super().get(request)


class ApplicationWithdrawal(ChangeView):
    """The applicant no longer wants the account."""

    scopes = {"POST": WRITE}
    serializer_class = ApplicationOutput

    def get_queryset(self) -> QuerySet[Application]:
        return _applications()

    @extend_schema(
        summary=gettext_lazy("Withdraw an application"),
        description=gettext_lazy(
            "Only while it waits for material: one in review is withdrawn by the colleague who "
            "holds it. If-Match carries the ETag of the application."
        ),
        operation_id="applications_withdraw",
        request=ReasonInput,
        responses={200: ApplicationOutput},
    )
    def post(self, request: Request, pk: int) -> Response:
        version = self.expected_version()
        given = ReasonInput(data=request.data).read()
        application = self.get_object()
        with self.refusals_logged(
            "accounts.application.withdraw", Provision.PUBLIC_ACCOUNT_15_1, application
        ):
            review.withdraw_application(
                application=application,
                fence=None,
                expected_version=version,
                actor=self.actor,
                provision=Provision.PUBLIC_ACCOUNT_15_1,
                reason=given["reason"],
            )
        return self.changed(application)


def register() -> None:
    """Give the resources their addresses; called when apps are ready."""
    register_scope(Scope(READ, gettext_lazy("read applications")))
    register_scope(
        Scope(
            WRITE,
            gettext_lazy("submit and withdraw applications"),
            is_writing=True,
            permissions=("accounts.register_account", "accounts.withdraw_application"),
        )
    )
    register_refusal(RegistrationConflict, CONFLICT)
    register_refusal(VerificationUnavailable, UNAVAILABLE, {"Retry-After": "30"})
    register_resource("applications/", ApplicationList, name="applications")
    register_resource("applications/<int:pk>/", ApplicationDetail, name="application")
    register_resource(
        "applications/<int:pk>/withdrawal/", ApplicationWithdrawal, name="application_withdrawal"
    )
