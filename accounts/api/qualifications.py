"""Qualifications of accounts: handed in by the platform, read with their states, never their numbers."""

from typing import Any

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

from accounts.enums import ApplicationSource, Category, QualificationType
from accounts.models import Qualification
from accounts.models.qualifications import QUALIFICATION_PREFIX
from accounts.qualification_words import MARK_OF_FIELD, QualificationStatus
from accounts.services.account_numbers import account_numbered
from accounts.services.qualifications import submission
from accounts.services.qualifications.submission import QualificationDraft
from compliance.api.resources import register_resource
from compliance.api.serializers import IdentifierField, StrictSerializer, TextField
from compliance.api.views import CreateView, ListView, RecordView
from compliance.errors import InvalidInput
from compliance.numbers import read_number
from compliance.provisions import Provision
from compliance.scopes import Scope, register_scope

READ = "qualifications:read"
WRITE = "qualifications:write"
_REASON = "平台推送的资质材料"


class QualificationOutput(serializers.ModelSerializer):
    """A qualification and where it stands; number and holder are never told."""

    reference = serializers.CharField()
    platform_uid = serializers.CharField(source="account.platform_uid")
    type = serializers.ChoiceField(choices=QualificationType.choices)
    field = serializers.ChoiceField(choices=Category.choices)
    status = serializers.ChoiceField(choices=QualificationStatus.choices)
    renews = serializers.CharField(source="renews.reference", allow_null=True, default=None)
    mark = serializers.SerializerMethodField()

    class Meta:
        model = Qualification
        fields = [
            "reference",
            "version",
            "platform_uid",
            "type",
            "field",
            "mark",
            "status",
            "issuer",
            "scope",
            "valid_from",
            "valid_until",
            "next_check_on",
            "renews",
            "received_at",
            "decided_at",
        ]
        read_only_fields = fields

    def get_mark(self, qualification: Qualification) -> str:
        """Return the mark that it stands for once it is verified, or nothing."""
        if not qualification.rule.opens_field:
            return ""
        return str(MARK_OF_FIELD.get(qualification.field, ""))


class QualificationInput(StrictSerializer):
    """What a document says; `renews` names the qualification that it takes the place of."""

    platform_uid = IdentifierField(max_length=100)
    type = serializers.ChoiceField(choices=QualificationType.choices)
    number = TextField(max_length=submission.LONGEST_NUMBER)
    holder = TextField(max_length=200, required=False, allow_blank=True)
    issuer = TextField(max_length=200, required=False, allow_blank=True)
    scope = TextField(max_length=400, required=False, allow_blank=True)
    valid_from = serializers.DateField(required=False, allow_null=True)
    valid_until = serializers.DateField(required=False, allow_null=True)
    renews = IdentifierField(max_length=20, required=False)


class QualificationFilters(django_filters.FilterSet):
    """What a list of qualifications may be asked for."""

    platform_uid = django_filters.CharFilter("account__platform_uid")
    status = django_filters.ChoiceFilter(choices=QualificationStatus.choices)
    type = django_filters.ChoiceFilter(choices=QualificationType.choices)
    valid_until_from = django_filters.DateFilter("valid_until", lookup_expr="gte")
    valid_until_until = django_filters.DateFilter("valid_until", lookup_expr="lt")

    class Meta:
        model = Qualification
        fields: list[str] = []


def _qualifications() -> QuerySet[Qualification]:
    return Qualification.objects.select_related("account", "rule", "renews")


def _numbered(reference: str) -> int:
    """Return the key that a reference stands for, or 0, which none has."""
    return read_number(QUALIFICATION_PREFIX, reference) or 0


class QualificationList(ListView, CreateView):
    """Qualifications, newest first; the platform hands them in here."""

    scopes = {"GET": READ, "POST": WRITE}
    serializer_class = QualificationOutput
    filterset_class = QualificationFilters
    input_class = QualificationInput
    act = "accounts.qualification.create"
    provision = Provision.PUBLIC_ACCOUNT_9_1

    def get_queryset(self) -> QuerySet[Qualification]:
        return _qualifications()

    @extend_schema(summary=gettext_lazy("List qualifications"), operation_id="qualifications_list")
    def get(self, request: Request) -> Response:
        return super().get(request)

    @extend_schema(
        summary=gettext_lazy("Hand in a qualification for an account"),
        description=gettext_lazy(
            "It waits for a review by people. Its number and a person's name are sealed and come "
            "back in no answer."
        ),
        operation_id="qualifications_create",
        request=QualificationInput,
        responses={200: QualificationOutput, 201: QualificationOutput},
    )
    def post(self, request: Request) -> HttpResponse:
        return self.answer_post(request)

    def create(self, prepared: dict[str, Any]) -> Response:
        given = dict(prepared)
        account = account_numbered(given.pop("platform_uid"))
        renews = given.pop("renews", "")
        old = None
        if renews:
            old = Qualification.objects.filter(pk=_numbered(renews), account=account).first()
            if old is None:
                raise InvalidInput(gettext_lazy("The account has no such qualification."))
        entered = submission.submit_qualification(
            account=account,
            draft=QualificationDraft(**given, renews=old),
            source=ApplicationSource.API,
            actor=self.actor,
            provision=self.provision,
            reason=_REASON,
        )
        return self.created(
            _qualifications().get(pk=entered.pk),
            reverse("api:qualification", args=[entered.reference]),
        )


class QualificationDetail(RecordView):
    """One qualification, by the number that people call it by."""

    scopes = {"GET": READ}
    serializer_class = QualificationOutput

    def get_object(self) -> Qualification:
        return get_object_or_404(_qualifications(), pk=_numbered(self.kwargs["reference"]))

    @extend_schema(
        summary=gettext_lazy("Read a qualification"), operation_id="qualifications_retrieve"
    )
    def get(self, request: Request, reference: str) -> Any:
        return super().get(request)


def register() -> None:
    """Give the resources their addresses; called when apps are ready."""
    register_scope(Scope(READ, gettext_lazy("read qualifications and where they stand")))
    register_scope(
        Scope(
            WRITE,
            gettext_lazy("hand in qualifications"),
            is_writing=True,
            permissions=(submission.SUBMIT,),
        )
    )
    register_resource("qualifications/", QualificationList, name="qualifications")
    register_resource("qualifications/<str:reference>/", QualificationDetail, name="qualification")
