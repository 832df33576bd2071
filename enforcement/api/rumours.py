"""Rumours: read, and put on record by the platform's systems with accounts and contents."""

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

from compliance.api.resources import register_resource
from compliance.api.serializers import StrictSerializer, TextField
from compliance.api.views import CreateView, ListView, RecordView
from compliance.numbers import read_number
from compliance.provisions import Provision
from compliance.scopes import Scope, register_scope
from enforcement.models import Refutation, Rumour, RumourAccount, RumourContent, RumourStep
from enforcement.models.rumours import RUMOUR_PREFIX
from enforcement.rumour_words import (
    RefutationStatus,
    RumourConclusion,
    RumourSource,
    RumourStatus,
    RumourStepCode,
    RumourVerdict,
    StepOutcome,
)
from enforcement.services.rumours import opening
from enforcement.services.rumours.opening import Named, RumourDraft

READ: Final = "rumours:read"
WRITE: Final = "rumours:write"


class StepOutput(serializers.ModelSerializer):
    """One of the six steps: how it was answered and when."""

    step = serializers.ChoiceField(choices=RumourStepCode.choices)
    outcome = serializers.ChoiceField(choices=StepOutcome.choices)

    class Meta:
        model = RumourStep
        fields = ["step", "round", "outcome", "done_at", "handled_refs"]
        read_only_fields = fields


class ConcernedOutput(serializers.ModelSerializer):
    """An account concerned, and what followed for it."""

    platform_uid = serializers.CharField(source="account.platform_uid")
    conclusion = serializers.ChoiceField(choices=["", *RumourConclusion.choices])
    decision = serializers.SerializerMethodField()

    class Meta:
        model = RumourAccount
        fields = ["platform_uid", "conclusion", "decision"]
        read_only_fields = fields

    def get_decision(self, concerned: RumourAccount) -> str | None:
        """Return the number of the decision that followed, if one did."""
        return concerned.decision.number if concerned.decision is not None else None


class ContentOutput(serializers.ModelSerializer):
    """A content in which the rumour stands."""

    platform_uid = serializers.CharField(source="account.platform_uid")

    class Meta:
        model = RumourContent
        fields = ["platform_uid", "content_ref"]
        read_only_fields = fields


class RefutationOutput(serializers.ModelSerializer):
    """What was said publicly, and whether it still stands."""

    reference = serializers.CharField(source="number")
    status = serializers.ChoiceField(choices=RefutationStatus.choices)

    class Meta:
        model = Refutation
        fields = [
            "reference",
            "status",
            "text",
            "published_in",
            "link",
            "published_at",
            "withdrawn_at",
            "withdrawn_note",
        ]
        read_only_fields = fields


class RumourOutput(serializers.ModelSerializer):
    """A rumour with its steps, the accounts and contents concerned, and its refutations."""

    reference = serializers.CharField(source="number")
    source = serializers.ChoiceField(choices=RumourSource.choices)  # type: ignore[assignment]
    status = serializers.ChoiceField(choices=RumourStatus.choices)
    verdict = serializers.ChoiceField(choices=["", *RumourVerdict.choices])
    due_at = serializers.DateTimeField(source="work_item.due_at")
    steps = StepOutput(many=True)
    accounts = ConcernedOutput(many=True)
    contents = ContentOutput(many=True)
    refutations = RefutationOutput(many=True)

    class Meta:
        model = Rumour
        fields = [
            "reference",
            "version",
            "claim",
            "source",
            "source_ref",
            "status",
            "verdict",
            "round",
            "opened_at",
            "due_at",
            "closed_at",
            "steps",
            "accounts",
            "contents",
            "refutations",
        ]
        read_only_fields = fields


class NamedInput(StrictSerializer):
    """An account in which a rumour stands, and the content, if one is known."""

    platform_uid = TextField(max_length=100)
    content_ref = TextField(max_length=opening.LONGEST_REFERENCE, required=False, allow_blank=True)


class RumourInput(StrictSerializer):
    """What is said, who warned of it and when, and where it stands."""

    claim = TextField(max_length=opening.LONGEST_CLAIM)
    source = serializers.ChoiceField(choices=RumourSource.choices)  # type: ignore[assignment]
    source_ref = TextField(max_length=80, required=False, allow_blank=True)
    warned_at = serializers.DateTimeField(required=False)
    named = NamedInput(many=True, required=False)
    reason = TextField(max_length=1000)


class RumourFilters(django_filters.FilterSet):
    """What a list of rumours may be asked for."""

    platform_uid = django_filters.CharFilter("accounts__account__platform_uid")
    status = django_filters.ChoiceFilter(choices=RumourStatus.choices)
    verdict = django_filters.ChoiceFilter(choices=RumourVerdict.choices)
    opened_from = django_filters.IsoDateTimeFilter("opened_at", lookup_expr="gte")
    opened_until = django_filters.IsoDateTimeFilter("opened_at", lookup_expr="lt")

    class Meta:
        model = Rumour
        fields: list[str] = []


def _rumours() -> QuerySet[Rumour]:
    return Rumour.objects.select_related("work_item").prefetch_related(
        "steps", "accounts__account", "accounts__decision", "contents__account", "refutations"
    )


class RumourList(ListView, CreateView):
    """Rumours, newest first; a new one is a warning that somebody has to follow."""

    scopes = {"GET": READ, "POST": WRITE}
    serializer_class = RumourOutput
    input_class = RumourInput
    filterset_class = RumourFilters
    act = "enforcement.rumour.create"
    provision = Provision.PUBLIC_ACCOUNT_13_2

    def get_queryset(self) -> QuerySet[Rumour]:
        return _rumours()

    @extend_schema(summary=gettext_lazy("List rumours"), operation_id="rumours_list")
    def get(self, request: Request) -> Response:
        return super().get(request)

    @extend_schema(
        summary=gettext_lazy("Put a rumour on record"),
        description=gettext_lazy(
            "The first of the six steps: the warning, with the accounts and contents that are known. "
            "People answer the other five; nothing is scanned."
        ),
        operation_id="rumours_create",
        request=RumourInput,
        responses={200: RumourOutput, 201: RumourOutput},
    )
    def post(self, request: Request) -> HttpResponse:
        return self.answer_post(request)

    def create(self, prepared: dict[str, Any]) -> Response:
        rumour = opening.open_rumour(
            draft=RumourDraft(
                claim=prepared["claim"],
                source=prepared["source"],
                source_ref=prepared.get("source_ref", ""),
                warned_at=prepared.get("warned_at"),
                named=[
                    Named(each["platform_uid"], each.get("content_ref", ""))
                    for each in prepared.get("named", [])
                ],
            ),
            actor=self.actor,
            provision=self.provision,
            reason=prepared["reason"],
        )
        opened = _rumours().get(pk=rumour.pk)
        return self.created(opened, reverse("api:rumour", args=[opened.number]))


class RumourDetail(RecordView):
    """One rumour, by the number that people call it by."""

    scopes = {"GET": READ}
    serializer_class = RumourOutput

    def get_object(self) -> Rumour:
        number = read_number(RUMOUR_PREFIX, self.kwargs["reference"]) or 0
        return get_object_or_404(_rumours(), pk=number)

    @extend_schema(summary=gettext_lazy("Read a rumour"), operation_id="rumours_retrieve")
    def get(self, request: Request, reference: str) -> Any:
        return super().get(request)


def register() -> None:
    """Give the resources their addresses; called when apps are ready."""
    register_scope(Scope(READ, gettext_lazy("read rumours")))
    register_scope(
        Scope(
            WRITE,
            gettext_lazy("put rumours on record"),
            is_writing=True,
            permissions=(opening.HANDLE,),
        )
    )
    register_resource("rumours/", RumourList, name="rumours")
    register_resource("rumours/<str:reference>/", RumourDetail, name="rumour")
