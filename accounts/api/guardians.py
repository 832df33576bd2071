"""Consents of guardians that are taken back on the platform."""

from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.enums import ApplicationSource
from accounts.guardian_words import WithdrawalStatus
from accounts.models import Application, GuardianWithdrawal
from accounts.services.guardians.standing import valid_consent
from accounts.services.guardians.withdrawal import RECORD, withdraw_consent
from compliance.api.resources import register_resource
from compliance.api.serializers import IdentifierField, StrictSerializer
from compliance.api.views import CreateView, RecordView
from compliance.errors import InvalidInput
from compliance.provisions import Provision
from compliance.scopes import Scope, register_scope

READ = "guardians:read"
WRITE = "guardians:write"
_REASON = "监护人在平台撤回同意"


class WithdrawalOutput(serializers.ModelSerializer):
    """A consent that was taken back and what became of it; the guardian is never told."""

    platform_uid = serializers.CharField(source="consent.application.platform_uid")
    status = serializers.ChoiceField(choices=WithdrawalStatus.choices)

    class Meta:
        model = GuardianWithdrawal
        fields = ["id", "version", "platform_uid", "status", "received_at", "decided_at"]
        read_only_fields = fields


class WithdrawalInput(StrictSerializer):
    """Of which account the guardian takes the consent back."""

    platform_uid = IdentifierField(max_length=100)


class WithdrawalCreate(CreateView):
    """The platform hands in that a guardian took a consent back."""

    scopes = {"POST": WRITE}
    serializer_class = WithdrawalOutput
    input_class = WithdrawalInput
    act = "accounts.guardianwithdrawal.create"
    provision = Provision.PUBLIC_ACCOUNT_8_1

    @extend_schema(
        summary=gettext_lazy("Hand in that a guardian takes a consent back"),
        description=gettext_lazy("The account’s service is suspended until people have decided."),
        operation_id="guardian_withdrawals_create",
        request=WithdrawalInput,
        responses={200: WithdrawalOutput, 201: WithdrawalOutput},
    )
    def post(self, request: Request) -> HttpResponse:
        return self.answer_post(request)

    def create(self, prepared: dict[str, Any]) -> Response:
        uid = prepared["platform_uid"]
        application = Application.objects.filter(platform_uid=uid).first()
        consent = valid_consent(application) if application is not None else None
        if consent is None:
            raise InvalidInput(gettext_lazy("No consent of a guardian holds for this number."))
        withdrawal = withdraw_consent(
            consent=consent,
            source=ApplicationSource.API,
            actor=self.actor,
            provision=self.provision,
            reason=_REASON,
        )
        return self.created(withdrawal, reverse("api:guardian-withdrawal", args=[withdrawal.pk]))


class WithdrawalDetail(RecordView):
    """One consent that was taken back."""

    scopes = {"GET": READ}
    serializer_class = WithdrawalOutput
    queryset = GuardianWithdrawal.objects.select_related("consent__application")

    @extend_schema(
        summary=gettext_lazy("Read a consent that was taken back"),
        operation_id="guardian_withdrawals_retrieve",
    )
    def get(self, request: Request, pk: int) -> Any:
        return super().get(request)


def register() -> None:
    """Give the resources their addresses; called when apps are ready."""
    register_scope(Scope(READ, gettext_lazy("read consents of guardians that were taken back")))
    register_scope(
        Scope(
            WRITE,
            gettext_lazy("hand in that guardians take consents back"),
            is_writing=True,
            permissions=(RECORD,),
        )
    )
    register_resource("guardian-withdrawals/", WithdrawalCreate, name="guardian-withdrawals")
    register_resource(
        "guardian-withdrawals/<int:pk>/", WithdrawalDetail, name="guardian-withdrawal"
    )
