"""Acceptances of the service agreement, as the platform's systems push them."""

from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.enums import AcceptanceMethod
from accounts.services import agreements
from accounts.services.agreements import Acceptance
from compliance.api.resources import register_resource
from compliance.api.serializers import IdentifierField, StrictSerializer, TextField
from compliance.api.views import CreateView
from compliance.provisions import Provision
from compliance.scopes import Scope, register_scope

WRITE = "agreements:write"
_REASON = "平台推送的服务协议签署记录"
# Our choice: what is carried out well within the time that a request may take.
MOST_IN_A_REQUEST = 1_000


class AcceptanceInput(StrictSerializer):
    """One acceptance: for which account, of which version, when, how, and where it is on record."""

    platform_uid = IdentifierField(max_length=100)
    version = IdentifierField(max_length=40)
    accepted_at = serializers.DateTimeField()
    method = serializers.ChoiceField(
        choices=AcceptanceMethod.choices, default=AcceptanceMethod.CLICK
    )
    source_ref = TextField(max_length=agreements.LONGEST_REFERENCE)


class AcceptancesInput(StrictSerializer):
    """Many acceptances at once."""

    acceptances = serializers.ListField(
        child=AcceptanceInput(), min_length=1, max_length=MOST_IN_A_REQUEST
    )


class AcceptancesOutput(serializers.Serializer):
    """How many were new, how many were on record before, and which accounts there are not."""

    new = serializers.IntegerField()
    known = serializers.IntegerField()
    unknown = serializers.ListField(child=serializers.CharField())


class AcceptanceList(CreateView):
    """Takes acceptances; each counts once, however often it is sent."""

    scopes = {"POST": WRITE}
    serializer_class = AcceptancesOutput
    input_class = AcceptancesInput
    act = "accounts.agreementacceptance.accept"
    provision = Provision.PUBLIC_ACCOUNT_6_2

    @extend_schema(
        summary=gettext_lazy("Record acceptances of the service agreement"),
        description=gettext_lazy(
            "At most 1000 at once. All are recorded or none; what is on record already is counted "
            "as known, and accounts that there are not are named."
        ),
        operation_id="agreement_acceptances_create",
        request=AcceptancesInput,
        responses={200: AcceptancesOutput},
    )
    def post(self, request: Request) -> HttpResponse:
        return self.answer_post(request)

    def create(self, prepared: dict[str, Any]) -> Response:
        recorded = agreements.record_acceptances(
            acceptances=[Acceptance(**each) for each in prepared["acceptances"]],
            actor=self.actor,
            provision=self.provision,
            reason=_REASON,
        )
        return Response(
            {"new": recorded.new, "known": recorded.known, "unknown": list(recorded.unknown)}
        )


def register() -> None:
    """Give the resource its address; called when apps are ready."""
    register_scope(
        Scope(
            WRITE,
            gettext_lazy("record acceptances of the service agreement"),
            is_writing=True,
            permissions=(agreements.RECORD,),
        )
    )
    register_resource("agreement-acceptances/", AcceptanceList, name="agreement_acceptances")
