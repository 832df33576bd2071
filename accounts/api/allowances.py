"""Applications for more accounts: handed in by the platform, read with what came of them."""

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

from accounts.allowance_words import AllowanceStatus
from accounts.enums import ApplicationSource
from accounts.models import AccountAllowance
from accounts.models.allowances import ALLOWANCE_PREFIX
from accounts.services.allowances import submission
from accounts.services.allowances.submission import AllowanceDraft
from compliance.api.resources import register_resource
from compliance.api.serializers import IdentifierField, StrictSerializer, TextField
from compliance.api.views import CreateView, ListView, RecordView
from compliance.numbers import read_number
from compliance.provisions import Provision
from compliance.scopes import Scope, register_scope

READ = "allowances:read"
WRITE = "allowances:write"
_REASON = "平台推送的多账号申请"


class AllowanceOutput(serializers.ModelSerializer):
    """An application for more accounts and where it stands."""

    reference = serializers.CharField()
    status = serializers.ChoiceField(choices=AllowanceStatus.choices)
    uses = serializers.ListField(child=serializers.CharField())

    class Meta:
        model = AccountAllowance
        fields = [
            "reference",
            "version",
            "platform_uid",
            "status",
            "wanted",
            "purpose",
            "uses",
            "business_scope",
            "granted",
            "valid_until",
            "received_at",
            "decided_at",
            "ended_at",
        ]
        read_only_fields = fields


class AllowanceInput(StrictSerializer):
    """What a subject asks for; `platform_uid` is any account or application of it, a refused one too."""

    platform_uid = IdentifierField(max_length=100)
    wanted = serializers.IntegerField(min_value=2, max_value=9_999)
    purpose = TextField(max_length=submission.LONGEST_TEXT)
    uses = serializers.ListField(
        child=TextField(max_length=submission.LONGEST_USE), min_length=1, max_length=9_999
    )
    business_scope = TextField(max_length=submission.LONGEST_TEXT)


class AllowanceFilters(django_filters.FilterSet):
    """What a list of applications for more accounts may be asked for."""

    platform_uid = django_filters.CharFilter("platform_uid")
    status = django_filters.ChoiceFilter(choices=AllowanceStatus.choices)

    class Meta:
        model = AccountAllowance
        fields: list[str] = []


class AllowanceList(ListView, CreateView):
    """Applications for more accounts, newest first; the platform hands them in here."""

    scopes = {"GET": READ, "POST": WRITE}
    serializer_class = AllowanceOutput
    filterset_class = AllowanceFilters
    input_class = AllowanceInput
    act = "accounts.accountallowance.create"
    provision = Provision.PUBLIC_ACCOUNT_10_1

    def get_queryset(self) -> QuerySet[AccountAllowance]:
        return AccountAllowance.objects.all()

    @extend_schema(
        summary=gettext_lazy("List applications for more accounts"),
        operation_id="account_allowances_list",
    )
    def get(self, request: Request) -> Response:
        return super().get(request)

    @extend_schema(
        summary=gettext_lazy("Apply for more accounts of a subject"),
        description=gettext_lazy(
            "For whoever was refused with SUBJECT_CAP. People look at nature, qualification, "
            "business scope and credit of the subject; a second person approves."
        ),
        operation_id="account_allowances_create",
        request=AllowanceInput,
        responses={200: AllowanceOutput, 201: AllowanceOutput},
    )
    def post(self, request: Request) -> HttpResponse:
        return self.answer_post(request)

    def create(self, prepared: dict[str, Any]) -> Response:
        given = dict(prepared)
        entered = submission.submit_allowance(
            platform_uid=given.pop("platform_uid"),
            draft=AllowanceDraft(**given),
            source=ApplicationSource.API,
            actor=self.actor,
            provision=self.provision,
            reason=_REASON,
        )
        return self.created(entered, reverse("api:account-allowance", args=[entered.reference]))


class AllowanceDetail(RecordView):
    """One application for more accounts, by the number that people call it by."""

    scopes = {"GET": READ}
    serializer_class = AllowanceOutput

    def get_object(self) -> AccountAllowance:
        number = read_number(ALLOWANCE_PREFIX, self.kwargs["reference"]) or 0
        return get_object_or_404(AccountAllowance, pk=number)

    @extend_schema(
        summary=gettext_lazy("Read an application for more accounts"),
        operation_id="account_allowances_retrieve",
    )
    def get(self, request: Request, reference: str) -> Any:
        return super().get(request)


def register() -> None:
    """Give the resources their addresses; called when apps are ready."""
    register_scope(Scope(READ, gettext_lazy("read applications for more accounts")))
    register_scope(
        Scope(
            WRITE,
            gettext_lazy("hand in applications for more accounts"),
            is_writing=True,
            permissions=(submission.SUBMIT,),
        )
    )
    register_resource("account-allowances/", AllowanceList, name="account-allowances")
    register_resource(
        "account-allowances/<str:reference>/", AllowanceDetail, name="account-allowance"
    )
