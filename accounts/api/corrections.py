"""Corrections of profiles: read, and answered through the platform's own form."""

from typing import Any, Final

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

from accounts.correction_words import (
    AnswerKind,
    AnswerSource,
    CorrectionGround,
    CorrectionStatus,
    Mismatch,
)
from accounts.models import Correction
from accounts.models.corrections import CORRECTION_PREFIX
from accounts.services.corrections import answers
from accounts.services.corrections.answers import AnswerDraft
from accounts.services.names import NAME_LENGTH
from compliance.api.resources import register_resource
from compliance.api.serializers import StrictSerializer, TextField
from compliance.api.views import CreateView, ListView, RecordView
from compliance.numbers import read_number
from compliance.provisions import Provision
from compliance.scopes import Scope, register_scope

READ = "corrections:read"
WRITE = "corrections:write"
# Kept as it is, whichever language a screen has.
_REASON: Final = "平台转交运营者对改正通知的答复"


class CorrectionOutput(serializers.ModelSerializer):
    """What of a profile has to be corrected, until when, and where that stands."""

    reference = serializers.CharField()
    platform_uid = serializers.CharField(source="account.platform_uid")
    wrong = serializers.ListField(
        source="mismatches", child=serializers.ChoiceField(choices=Mismatch.choices)
    )
    ground = serializers.ChoiceField(choices=CorrectionGround.choices)
    status = serializers.ChoiceField(choices=CorrectionStatus.choices)
    due_at = serializers.DateTimeField(source="clock.due_at")
    told = serializers.CharField(source="decision_reason")

    class Meta:
        model = Correction
        fields = [
            "reference",
            "version",
            "platform_uid",
            "wrong",
            "ground",
            "status",
            "ordered_at",
            "due_at",
            "lapsed_at",
            "refused_at",
            "decided_at",
            "told",
        ]
        read_only_fields = fields


class CorrectionAnswerInput(StrictSerializer):
    """What the operator answers; of the profile exactly what has to be corrected."""

    answer = serializers.ChoiceField(choices=AnswerKind.choices)
    name = TextField(max_length=NAME_LENGTH, required=False)
    bio = TextField(max_length=answers.LONGEST_BIO, required=False, allow_blank=True)
    is_avatar_changed = serializers.BooleanField(required=False, default=False)
    statement = TextField(max_length=5000, required=False, allow_blank=True)


class CorrectionFilters(django_filters.FilterSet):
    """What a list of corrections may be asked for."""

    platform_uid = django_filters.CharFilter("account__platform_uid")
    status = django_filters.ChoiceFilter(choices=CorrectionStatus.choices)
    ground = django_filters.ChoiceFilter(choices=CorrectionGround.choices)
    ordered_from = django_filters.IsoDateTimeFilter("ordered_at", lookup_expr="gte")
    ordered_until = django_filters.IsoDateTimeFilter("ordered_at", lookup_expr="lt")

    class Meta:
        model = Correction
        fields: list[str] = []


def _corrections() -> QuerySet[Correction]:
    return Correction.objects.select_related("account", "clock")


def _numbered(reference: str) -> Correction:
    number = read_number(CORRECTION_PREFIX, reference) or 0
    return get_object_or_404(_corrections(), pk=number)


class CorrectionList(ListView):
    """Corrections, newest first."""

    scopes = {"GET": READ}
    serializer_class = CorrectionOutput
    filterset_class = CorrectionFilters

    def get_queryset(self) -> QuerySet[Correction]:
        return _corrections()

    @extend_schema(
        summary=gettext_lazy("List corrections of profiles"), operation_id="corrections_list"
    )
    def get(self, request: Request) -> Response:
        return super().get(request)


class CorrectionDetail(RecordView):
    """One correction, by the number that people call it by."""

    scopes = {"GET": READ}
    serializer_class = CorrectionOutput

    def get_object(self) -> Correction:
        return _numbered(self.kwargs["reference"])

    @extend_schema(summary=gettext_lazy("Read a correction"), operation_id="corrections_retrieve")
    def get(self, request: Request, reference: str) -> Any:
        return super().get(request)


class CorrectionAnswers(CreateView):
    """Takes what an operator answered on the platform itself."""

    scopes = {"POST": WRITE}
    serializer_class = CorrectionOutput
    input_class = CorrectionAnswerInput
    act = "accounts.correction.answer"
    provision = Provision.PUBLIC_ACCOUNT_8_2

    @extend_schema(
        summary=gettext_lazy("Hand in the operator’s answer to a correction"),
        description=gettext_lazy(
            "Also after the time is over, until the service is terminated. People review it; what "
            "was said comes back in no answer. Files are sent on the public response page."
        ),
        operation_id="corrections_answers_create",
        request=CorrectionAnswerInput,
        responses={200: CorrectionOutput, 201: CorrectionOutput},
    )
    def post(self, request: Request, reference: str) -> HttpResponse:
        self.correction = _numbered(reference)
        return self.answer_post(request)

    def create(self, prepared: dict[str, Any]) -> Response:
        answers.answer_correction(
            correction=self.correction,
            draft=AnswerDraft(
                kind=prepared["answer"],
                name=prepared.get("name"),
                bio=prepared.get("bio"),
                is_avatar_changed=prepared["is_avatar_changed"],
                statement=prepared.get("statement", ""),
            ),
            source=AnswerSource.API,
            actor=self.actor,
            provision=self.provision,
            reason=_REASON,
        )
        answered = _corrections().get(pk=self.correction.pk)
        return self.created(answered, reverse("api:correction", args=[answered.reference]))


def register() -> None:
    """Give the resources their addresses; called when apps are ready."""
    register_scope(Scope(READ, gettext_lazy("read corrections of profiles")))
    register_scope(
        Scope(
            WRITE,
            gettext_lazy("hand in operators’ answers to corrections"),
            is_writing=True,
            permissions=(answers.ANSWER_PERMISSION,),
        )
    )
    register_resource("corrections/", CorrectionList, name="corrections")
    register_resource("corrections/<str:reference>/", CorrectionDetail, name="correction")
    register_resource(
        "corrections/<str:reference>/answers/", CorrectionAnswers, name="correction_answers"
    )
