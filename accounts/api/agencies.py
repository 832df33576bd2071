"""Agencies, their agreements, and what is said of them, as the platform's systems push them."""

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

from accounts.enums import ApplicationSource
from accounts.models import Agency, AgencyContract
from accounts.models.agencies import AGENCY_PREFIX, CONTRACT_PREFIX
from accounts.powers_words import AgencyStatus, ContractStatus
from accounts.services.account_numbers import account_numbered
from accounts.services.agencies import claims, register, submission
from accounts.services.agencies.register import AgencyDraft
from accounts.services.agencies.submission import ContractDraft
from accounts.services.findings import RECORD
from compliance.api.resources import register_resource
from compliance.api.serializers import IdentifierField, StrictSerializer, TextField
from compliance.api.views import CreateView, ListView, RecordView
from compliance.errors import InvalidInput
from compliance.numbers import read_number
from compliance.provisions import Provision
from compliance.scopes import Scope, register_scope

READ = "agencies:read"
WRITE = "agencies:write"
CLAIM = "agencies:claim"
_REGISTERED = "平台登记的机构信息"
_HANDED_IN = "平台推送的机构协议"
_SAID = "平台推送的机构归属信息"
P = Provision.PUBLIC_ACCOUNT_16_4


class AgencyOutput(serializers.ModelSerializer):
    """An agency on the register; whom to reach there is never told."""

    reference = serializers.CharField()
    status = serializers.ChoiceField(choices=AgencyStatus.choices)

    class Meta:
        model = Agency
        fields = ["reference", "version", "name", "public_name", "uscc", "status", "registered_at"]
        read_only_fields = fields


class AgencyInput(StrictSerializer):
    """An agency as it is entered; the contact is sealed and comes back in no answer."""

    name = TextField(max_length=register.LONGEST_NAME)
    public_name = TextField(max_length=register.LONGEST_PUBLIC_NAME)
    uscc = IdentifierField(max_length=18)
    contact = TextField(max_length=register.LONGEST_CONTACT)


class AgencyFilters(django_filters.FilterSet):
    """What a list of agencies may be asked for."""

    status = django_filters.ChoiceFilter(choices=AgencyStatus.choices)
    uscc = django_filters.CharFilter()

    class Meta:
        model = Agency
        fields: list[str] = []


class AgencyList(ListView, CreateView):
    """Agencies, newest first; the platform enters them here."""

    scopes = {"GET": READ, "POST": WRITE}
    serializer_class = AgencyOutput
    filterset_class = AgencyFilters
    input_class = AgencyInput
    act = "accounts.agency.create"
    provision = P

    def get_queryset(self) -> QuerySet[Agency]:
        return Agency.objects.all()

    @extend_schema(summary=gettext_lazy("List agencies"), operation_id="agencies_list")
    def get(self, request: Request) -> Response:
        return super().get(request)

    @extend_schema(
        summary=gettext_lazy("Enter an agency in the register"),
        operation_id="agencies_create",
        request=AgencyInput,
        responses={200: AgencyOutput, 201: AgencyOutput},
    )
    def post(self, request: Request) -> HttpResponse:
        return self.answer_post(request)

    def create(self, prepared: dict[str, Any]) -> Response:
        agency = register.register_agency(
            draft=AgencyDraft(**prepared), actor=self.actor, provision=P, reason=_REGISTERED
        )
        return self.created(agency, reverse("api:agency", args=[agency.reference]))


class AgencyDetail(RecordView):
    """One agency, by the number that people call it by."""

    scopes = {"GET": READ}
    serializer_class = AgencyOutput

    def get_object(self) -> Agency:
        return get_object_or_404(
            Agency, pk=read_number(AGENCY_PREFIX, self.kwargs["reference"]) or 0
        )

    @extend_schema(summary=gettext_lazy("Read an agency"), operation_id="agencies_retrieve")
    def get(self, request: Request, reference: str) -> Any:
        return super().get(request)


class ContractOutput(serializers.ModelSerializer):
    """An agreement of an operator with an agency, and where it stands."""

    reference = serializers.CharField()
    platform_uid = serializers.CharField(source="account.platform_uid")
    agency = serializers.CharField(source="agency.reference")
    agency_name = serializers.CharField(source="agency.public_name")
    status = serializers.ChoiceField(choices=ContractStatus.choices)

    class Meta:
        model = AgencyContract
        fields = [
            "reference",
            "version",
            "platform_uid",
            "agency",
            "agency_name",
            "number",
            "valid_from",
            "valid_until",
            "covers",
            "status",
            "received_at",
            "decided_at",
            "ended_at",
        ]
        read_only_fields = fields


class ContractInput(StrictSerializer):
    """What an agreement says; `agency` is the number of the agency on the register."""

    platform_uid = IdentifierField(max_length=100)
    agency = IdentifierField(max_length=20)
    number = TextField(max_length=submission.LONGEST_NUMBER)
    valid_from = serializers.DateField()
    valid_until = serializers.DateField()
    covers = TextField(max_length=submission.LONGEST_COVER)


class ContractFilters(django_filters.FilterSet):
    """What a list of agreements may be asked for."""

    platform_uid = django_filters.CharFilter("account__platform_uid")
    uscc = django_filters.CharFilter("agency__uscc")
    status = django_filters.ChoiceFilter(choices=ContractStatus.choices)
    valid_until_from = django_filters.DateFilter("valid_until", lookup_expr="gte")
    valid_until_until = django_filters.DateFilter("valid_until", lookup_expr="lt")

    class Meta:
        model = AgencyContract
        fields: list[str] = []


def _contracts() -> QuerySet[AgencyContract]:
    return AgencyContract.objects.select_related("account", "agency")


class ContractList(ListView, CreateView):
    """Agreements with agencies, newest first; the platform hands them in here."""

    scopes = {"GET": READ, "POST": WRITE}
    serializer_class = ContractOutput
    filterset_class = ContractFilters
    input_class = ContractInput
    act = "accounts.agencycontract.create"
    provision = P

    def get_queryset(self) -> QuerySet[AgencyContract]:
        return _contracts()

    @extend_schema(
        summary=gettext_lazy("List agreements with agencies"), operation_id="agency_contracts_list"
    )
    def get(self, request: Request) -> Response:
        return super().get(request)

    @extend_schema(
        summary=gettext_lazy("Hand in an agreement with an agency"),
        description=gettext_lazy(
            "It waits for a review by people, who attach its file or ask the operator for it."
        ),
        operation_id="agency_contracts_create",
        request=ContractInput,
        responses={200: ContractOutput, 201: ContractOutput},
    )
    def post(self, request: Request) -> HttpResponse:
        return self.answer_post(request)

    def create(self, prepared: dict[str, Any]) -> Response:
        given = dict(prepared)
        account = account_numbered(given.pop("platform_uid"))
        number = read_number(AGENCY_PREFIX, given.pop("agency"))
        agency = Agency.objects.filter(pk=number or 0).first()
        if agency is None:
            raise InvalidInput(gettext_lazy("No agency on the register has this number or code."))
        contract = submission.submit_contract(
            account=account,
            agency=agency,
            draft=ContractDraft(**given),
            source=ApplicationSource.API,
            actor=self.actor,
            provision=P,
            reason=_HANDED_IN,
        )
        return self.created(
            _contracts().get(pk=contract.pk),
            reverse("api:agency_contract", args=[contract.reference]),
        )


class ContractDetail(RecordView):
    """One agreement, by the number that people call it by."""

    scopes = {"GET": READ}
    serializer_class = ContractOutput

    def get_object(self) -> AgencyContract:
        number = read_number(CONTRACT_PREFIX, self.kwargs["reference"])
        return get_object_or_404(_contracts(), pk=number or 0)

    @extend_schema(
        summary=gettext_lazy("Read an agreement with an agency"),
        operation_id="agency_contracts_retrieve",
    )
    def get(self, request: Request, reference: str) -> Any:
        return super().get(request)


class ClaimInput(StrictSerializer):
    """By which agency an account is said to be run, and where that was said."""

    platform_uid = IdentifierField(max_length=100)
    agency_name = TextField(max_length=claims.LONGEST_NAME)
    source_ref = TextField(max_length=claims.LONGEST_NAME)


class ClaimOutput(serializers.Serializer):
    """Whether a person has to look at it, because no agreement with that agency is in force."""

    is_found = serializers.BooleanField()
    finding = serializers.IntegerField(allow_null=True)


class ClaimList(CreateView):
    """Takes what is said of the agencies of accounts."""

    scopes = {"POST": CLAIM}
    serializer_class = ClaimOutput
    input_class = ClaimInput
    act = "accounts.publicaccount.note_claim"
    provision = P

    @extend_schema(
        summary=gettext_lazy("Say by which agency an account is said to be run"),
        operation_id="agency_claims_create",
        request=ClaimInput,
        responses={200: ClaimOutput},
    )
    def post(self, request: Request) -> HttpResponse:
        return self.answer_post(request)

    def create(self, prepared: dict[str, Any]) -> Response:
        given = dict(prepared)
        finding = claims.note_agency_claim(
            account=account_numbered(given.pop("platform_uid")),
            **given,
            actor=self.actor,
            provision=P,
            reason=_SAID,
        )
        return Response(
            {"is_found": finding is not None, "finding": finding.pk if finding else None}
        )


def register_all() -> None:
    """Give the resources their addresses; called when apps are ready."""
    register_scope(Scope(READ, gettext_lazy("read agencies and agreements with them")))
    register_scope(
        Scope(
            WRITE,
            gettext_lazy("enter agencies and hand in agreements with them"),
            is_writing=True,
            permissions=(register.REGISTER, submission.SUBMIT),
        )
    )
    register_scope(
        Scope(
            CLAIM,
            gettext_lazy("say by which agencies accounts are said to be run"),
            is_writing=True,
            permissions=(RECORD,),
        )
    )
    register_resource("agencies/", AgencyList, name="agencies")
    register_resource("agencies/<str:reference>/", AgencyDetail, name="agency")
    register_resource("agency-contracts/", ContractList, name="agency_contracts")
    register_resource("agency-contracts/<str:reference>/", ContractDetail, name="agency_contract")
    register_resource("agency-claims/", ClaimList, name="agency_claims")
