"""Claims of identities used without consent: handed in by the platform, read without who claims."""

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

from accounts.enums import ApplicationSource, IdType
from accounts.models import Repudiation
from accounts.models.repudiations import REPUDIATION_PREFIX
from accounts.repudiation_words import RepudiationStatus
from accounts.services.repudiations import submission
from accounts.services.repudiations.submission import Claim, VerifiedClaim
from compliance.api.resources import register_resource
from compliance.api.serializers import StrictSerializer, TextField
from compliance.api.views import CreateView, ListView, RecordView
from compliance.numbers import read_number
from compliance.provisions import Provision
from compliance.scopes import Scope, register_scope

READ = "repudiations:read"
WRITE = "repudiations:write"
_REASON = "平台转来的身份被冒用异议"


class RepudiationOutput(serializers.ModelSerializer):
    """A claim and where it stands; the claimant is never told, the account once it has left the name."""

    reference = serializers.CharField()
    status = serializers.ChoiceField(choices=RepudiationStatus.choices)
    platform_uid = serializers.SerializerMethodField()

    class Meta:
        model = Repudiation
        fields = ["reference", "version", "platform_uid", "status", "received_at", "decided_at"]
        read_only_fields = fields

    def get_platform_uid(self, repudiation: Repudiation) -> str:
        """Return the account, once it is decided that it leaves the name."""
        if repudiation.status != RepudiationStatus.UPHELD or repudiation.account is None:
            return ""
        return repudiation.account.platform_uid


class RepudiationInput(StrictSerializer):
    """Who claims what; sealed at once and returned by no answer."""

    name = TextField(max_length=submission.LONGEST_NAME)
    id_type = serializers.ChoiceField(choices=IdType.choices)
    id_number = TextField(max_length=100)
    mobile = TextField(max_length=40)
    words = TextField(max_length=submission.LONGEST_WORDS)
    account_hint = TextField(max_length=submission.LONGEST_NAME, required=False, allow_blank=True)


class RepudiationFilters(django_filters.FilterSet):
    """What a list of claims may be asked for."""

    status = django_filters.ChoiceFilter(choices=RepudiationStatus.choices)

    class Meta:
        model = Repudiation
        fields: list[str] = []


def _repudiations() -> QuerySet[Repudiation]:
    return Repudiation.objects.select_related("account")


class RepudiationList(ListView, CreateView):
    """Claims, newest first; the platform hands in those that reach it."""

    scopes = {"GET": READ, "POST": WRITE}
    serializer_class = RepudiationOutput
    filterset_class = RepudiationFilters
    input_class = RepudiationInput
    act = "accounts.repudiation.create"
    provision = Provision.PUBLIC_ACCOUNT_8_1

    def get_queryset(self) -> QuerySet[Repudiation]:
        return _repudiations()

    @extend_schema(
        summary=gettext_lazy("List claims of identities used without consent"),
        operation_id="repudiations_list",
    )
    def get(self, request: Request) -> Response:
        return super().get(request)

    @extend_schema(
        summary=gettext_lazy("Hand in a claim that an identity was used without consent"),
        description=gettext_lazy(
            "The answer does not say whether there is an account in the name. The identity data "
            "that are sent are never returned."
        ),
        operation_id="repudiations_create",
        request=RepudiationInput,
        responses={200: RepudiationOutput, 201: RepudiationOutput},
    )
    def post(self, request: Request) -> HttpResponse:
        return self.answer_post(request)

    def prepare(self, given: dict[str, Any]) -> VerifiedClaim:
        claim = Claim(**{**given, "id_type": IdType(given["id_type"])})
        return submission.verify_claim(claim=claim)

    def create(self, prepared: VerifiedClaim) -> Response:
        repudiation, _tracking = submission.submit_repudiation(
            verified=prepared,
            files=(),
            source=ApplicationSource.API,
            actor=self.actor,
            provision=self.provision,
            reason=_REASON,
        )
        return self.created(
            _repudiations().get(pk=repudiation.pk),
            reverse("api:repudiation", args=[repudiation.reference]),
        )


class RepudiationDetail(RecordView):
    """One claim, by the number that people call it by."""

    scopes = {"GET": READ}
    serializer_class = RepudiationOutput

    def get_object(self) -> Repudiation:
        number = read_number(REPUDIATION_PREFIX, self.kwargs["reference"]) or 0
        return get_object_or_404(_repudiations(), pk=number)

    @extend_schema(
        summary=gettext_lazy("Read a claim of an identity used without consent"),
        operation_id="repudiations_retrieve",
    )
    def get(self, request: Request, reference: str) -> Any:
        return super().get(request)


def register() -> None:
    """Give the resources their addresses; called when apps are ready."""
    register_scope(Scope(READ, gettext_lazy("read claims of identities used without consent")))
    register_scope(
        Scope(
            WRITE,
            gettext_lazy("hand in claims of identities used without consent"),
            is_writing=True,
            permissions=(submission.SUBMIT,),
        )
    )
    register_resource("repudiations/", RepudiationList, name="repudiations")
    register_resource("repudiations/<str:reference>/", RepudiationDetail, name="repudiation")
