"""Commands to the platform: read again by whoever missed the message, and answered."""

import json
from typing import Any

import django_filters
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from compliance.api.resources import register_resource
from compliance.api.serializers import StrictSerializer, TextField
from compliance.api.views import ApiView, ListView, RecordView
from compliance.models import CommandStatus, PlatformCommand
from compliance.notices.commands import confirm_command
from compliance.provisions import Provision
from compliance.scopes import Scope, register_scope

READ, CONFIRM = "commands:read", "commands:confirm"
_REASON = "平台经接口反馈执行情况"


class CommandOutput(serializers.ModelSerializer):
    """A command: `payload` says how things are to be, so that doing it twice does no harm."""

    status = serializers.ChoiceField(choices=CommandStatus.choices)
    payload = serializers.SerializerMethodField()

    class Meta:
        model = PlatformCommand
        fields = [
            "reference",
            "version",
            "kind",
            "subject_type",
            "subject_id",
            "payload",
            "ground_ref",
            "status",
            "ordered_at",
            "answered_at",
            "answer_code",
        ]
        read_only_fields = fields

    @extend_schema_field({"type": "object", "additionalProperties": True})
    def get_payload(self, command: PlatformCommand) -> Any:
        """Return the content of the command."""
        return json.loads(command.payload)


class AnswerInput(StrictSerializer):
    """What became of a command; `answer_code` is one word of the platform, never a sentence."""

    carried_out = serializers.BooleanField()
    answer_code = TextField(max_length=60, required=False, allow_blank=True, default="")


class CommandFilters(django_filters.FilterSet):
    """What a list of commands may be asked for."""

    status = django_filters.ChoiceFilter(choices=CommandStatus.choices)
    kind = django_filters.CharFilter()
    subject_type = django_filters.CharFilter()
    subject_id = django_filters.CharFilter()

    class Meta:
        model = PlatformCommand
        fields: list[str] = []


class CommandList(ListView):
    """Commands, newest first."""

    scopes = {"GET": READ}
    serializer_class = CommandOutput
    filterset_class = CommandFilters

    def get_queryset(self) -> QuerySet[PlatformCommand]:
        return PlatformCommand.objects.all()

    @extend_schema(summary=gettext_lazy("List commands"), operation_id="commands_list")
    def get(self, request: Request) -> Response:
        return super().get(request)


class CommandDetail(RecordView):
    """One command."""

    scopes = {"GET": READ}
    serializer_class = CommandOutput
    lookup_field = "reference"

    def get_queryset(self) -> QuerySet[PlatformCommand]:
        return PlatformCommand.objects.all()

    @extend_schema(summary=gettext_lazy("Read a command"), operation_id="commands_retrieve")
    def get(self, request: Request, reference: str) -> Any:
        return super().get(request)


class CommandConfirmation(ApiView):
    """Whether the platform has carried a command out."""

    scopes = {"POST": CONFIRM}
    serializer_class = CommandOutput
    lookup_field = "reference"

    def get_queryset(self) -> QuerySet[PlatformCommand]:
        return PlatformCommand.objects.all()

    @extend_schema(
        summary=gettext_lazy("Say what became of a command"),
        description=gettext_lazy(
            "The same answer again changes nothing, so neither an idempotency key nor an ETag is "
            "needed; the other answer is refused."
        ),
        operation_id="commands_confirm",
        request=AnswerInput,
        responses={200: CommandOutput},
    )
    def post(self, request: Request, reference: str) -> Response:
        given = AnswerInput(data=request.data).read()
        command = self.get_object()
        with self.refusals_logged(
            "compliance.platformcommand.confirm", Provision.PUBLIC_ACCOUNT_19_2, command
        ):
            answered = confirm_command(
                reference=command.reference,
                is_carried_out=given["carried_out"],
                answer_code=given["answer_code"],
                actor=self.actor,
                provision=Provision.PUBLIC_ACCOUNT_19_2,
                reason=_REASON,
            )
        return Response(self.get_serializer(answered).data)


def register() -> None:
    """Give the resources their addresses; called when apps are ready."""
    register_scope(Scope(READ, gettext_lazy("read commands to the platform")))
    register_scope(
        Scope(
            CONFIRM,
            gettext_lazy("say what became of commands"),
            is_writing=True,
            permissions=("compliance.confirm_platformcommand",),
        )
    )
    register_resource("commands/", CommandList, name="commands")
    register_resource("commands/<uuid:reference>/", CommandDetail, name="command")
    register_resource(
        "commands/<uuid:reference>/confirm/", CommandConfirmation, name="command_confirmation"
    )
