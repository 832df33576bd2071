"""Stops at the operator's wish: handed in by the platform, taken back, read with their states."""

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
from accounts.models import Stop
from accounts.models.stops import STOP_PREFIX
from accounts.services.account_numbers import account_numbered
from accounts.services.stops import wishing
from accounts.transfer_words import StopKind, StopStatus
from compliance.api.resources import register_resource
from compliance.api.serializers import IdentifierField, StrictSerializer
from compliance.api.views import ChangeView, CreateView, ListView, RecordView
from compliance.numbers import read_number
from compliance.provisions import Provision
from compliance.scopes import Scope, register_scope

READ = "stops:read"
WRITE = "stops:write"
_APPLIED = "平台转达的停止运营申请"
_TAKEN_BACK = "平台转达的撤回或恢复申请"


class WishToStopOutput(serializers.ModelSerializer):
    """A wish to end or pause an account, and where it stands."""

    reference = serializers.CharField()
    platform_uid = serializers.CharField(source="account.platform_uid")
    kind = serializers.ChoiceField(choices=StopKind.choices)
    status = serializers.ChoiceField(choices=StopStatus.choices)
    closes_after = serializers.DateTimeField(source="clock.due_at", allow_null=True, default=None)
    name_protected_until = serializers.DateTimeField(
        source="name_protection.protected_until", allow_null=True, default=None
    )

    class Meta:
        model = Stop
        fields = [
            "reference",
            "version",
            "platform_uid",
            "kind",
            "status",
            "followers",
            "applied_at",
            "closes_after",
            "ended_at",
            "told",
            "name_protected_until",
        ]
        read_only_fields = fields


class StopInput(StrictSerializer):
    """Which account is to be ended or paused."""

    platform_uid = IdentifierField(max_length=100)
    kind = serializers.ChoiceField(choices=StopKind.choices)


class StopFilters(django_filters.FilterSet):
    """What a list of stops may be asked for."""

    platform_uid = django_filters.CharFilter("account__platform_uid")
    status = django_filters.ChoiceFilter(choices=StopStatus.choices)
    kind = django_filters.ChoiceFilter(choices=StopKind.choices)

    class Meta:
        model = Stop
        fields: list[str] = []


def _stops() -> QuerySet[Stop]:
    return Stop.objects.select_related("account", "clock", "name_protection", "restriction")


def _numbered(reference: str) -> int:
    """Return the key that a reference stands for, or 0, which none has."""
    return read_number(STOP_PREFIX, reference) or 0


class StopList(ListView, CreateView):
    """Stops, newest first; the platform hands in here what operators apply for."""

    scopes = {"GET": READ, "POST": WRITE}
    serializer_class = WishToStopOutput
    filterset_class = StopFilters
    input_class = StopInput
    act = "accounts.stop.create"
    provision = Provision.PUBLIC_ACCOUNT_11_3

    def get_queryset(self) -> QuerySet[Stop]:
        return _stops()

    @extend_schema(
        summary=gettext_lazy("List stops at the operator’s wish"), operation_id="stops_list"
    )
    def get(self, request: Request) -> Response:
        return super().get(request)

    @extend_schema(
        summary=gettext_lazy("Apply to end or pause an account"),
        description=gettext_lazy(
            "Ending begins a time to think again, by the number of followers; it is refused while a "
            "matter about the account is open or a measure is in force. A pause holds at once."
        ),
        operation_id="stops_create",
        request=StopInput,
        responses={200: WishToStopOutput, 201: WishToStopOutput},
    )
    def post(self, request: Request) -> HttpResponse:
        return self.answer_post(request)

    def create(self, prepared: dict[str, Any]) -> Response:
        account = account_numbered(prepared["platform_uid"])
        is_end = prepared["kind"] == StopKind.CLOSE
        service = wishing.apply_to_close if is_end else wishing.pause_account
        stop = service(
            account=account,
            source=ApplicationSource.API,
            actor=self.actor,
            provision=self.provision,
            reason=_APPLIED,
        )
        return self.created(_stops().get(pk=stop.pk), reverse("api:stop", args=[stop.reference]))


class StopDetail(RecordView):
    """One stop, by the number that people call it by."""

    scopes = {"GET": READ}
    serializer_class = WishToStopOutput

    def get_object(self) -> Stop:
        return get_object_or_404(_stops(), pk=_numbered(self.kwargs["reference"]))

    @extend_schema(
        summary=gettext_lazy("Read a stop at the operator’s wish"), operation_id="stops_retrieve"
    )
    def get(self, request: Request, reference: str) -> Any:
        return super().get(request)


class StopRevocation(ChangeView):
    """The operator keeps the account after all, or resumes it after a pause."""

    scopes = {"POST": WRITE}
    serializer_class = WishToStopOutput

    @extend_schema(
        summary=gettext_lazy("Take an ending back, or resume a paused account"),
        description=gettext_lazy("If-Match carries the ETag of the stop."),
        operation_id="stops_revoke",
        request=None,
        responses={200: WishToStopOutput},
    )
    def post(self, request: Request, reference: str) -> Response:
        version = self.expected_version()
        stop = get_object_or_404(_stops(), pk=_numbered(reference))
        is_end = stop.kind == StopKind.CLOSE
        service = wishing.revoke_stop if is_end else wishing.resume_account
        act = "revoke" if is_end else "resume"
        with self.refusals_logged(f"accounts.stop.{act}", Provision.PUBLIC_ACCOUNT_11_3, stop):
            service(
                stop=stop,
                expected_version=version,
                actor=self.actor,
                provision=Provision.PUBLIC_ACCOUNT_11_3,
                reason=_TAKEN_BACK,
            )
        return self.changed(_stops().get(pk=stop.pk))


def register() -> None:
    """Give the resources their addresses; called when apps are ready."""
    register_scope(Scope(READ, gettext_lazy("read stops at the operator’s wish")))
    register_scope(
        Scope(
            WRITE,
            gettext_lazy("hand in stops of accounts and take them back"),
            is_writing=True,
            permissions=(wishing.SUBMIT,),
        )
    )
    register_resource("stops/", StopList, name="stops")
    register_resource("stops/<str:reference>/", StopDetail, name="stop")
    register_resource("stops/<str:reference>/revocation/", StopRevocation, name="stop_revocation")
