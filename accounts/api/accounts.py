"""Accounts and what limits them; who runs one is never told."""

from typing import Any

import django_filters
from django.db.models import Prefetch, QuerySet
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.enums import (
    AccountStatus,
    Category,
    Grade,
    GroundKind,
    QualificationType,
    RestrictionKind,
    SubjectNature,
)
from accounts.models import AccountMark, PublicAccount, Restriction
from accounts.qualification_words import MarkCode
from accounts.rules.effective_state import Stop
from accounts.services.restrictions import state_of
from compliance.api.resources import register_resource
from compliance.api.views import ListView, RecordView
from compliance.scopes import Scope, register_scope

READ = "accounts:read"


class StopOutput(serializers.Serializer):
    """That something is off, until when; null is without end."""

    until = serializers.DateTimeField(allow_null=True)


class FunctionStopOutput(StopOutput):
    """That one function is off, until when."""

    function = serializers.CharField()


class EffectiveOutput(serializers.Serializer):
    """What an account may do now; where restrictions overlap the longest counts."""

    may_publish = serializers.BooleanField()
    may_advertise = serializers.BooleanField()
    publishing_off = StopOutput(allow_null=True)
    advertising_off = StopOutput(allow_null=True)
    service_off = StopOutput(allow_null=True)
    functions_off = FunctionStopOutput(many=True)


class MarkOutput(serializers.Serializer):
    """A special mark and the name of the document that it rests on; no number, no holder."""

    code = serializers.ChoiceField(choices=MarkCode.choices)
    material = serializers.ChoiceField(
        source="qualification.type", choices=QualificationType.choices
    )


class AccountOutput(serializers.ModelSerializer):
    """An account and what it may do now."""

    status = serializers.ChoiceField(choices=AccountStatus.choices)
    grade = serializers.ChoiceField(
        source="activity.grade", choices=Grade.choices, allow_blank=True, default=""
    )
    subject_nature = serializers.ChoiceField(source="subject.nature", choices=SubjectNature.choices)
    effective = serializers.SerializerMethodField()
    marks = MarkOutput(many=True)

    class Meta:
        model = PublicAccount
        fields = [
            "platform_uid",
            "version",
            "name",
            "category",
            "status",
            "grade",
            "subject_nature",
            "registered_at",
            "closed_at",
            "effective",
            "marks",
        ]
        read_only_fields = fields

    @extend_schema_field(EffectiveOutput)
    def get_effective(self, account: PublicAccount) -> dict[str, Any]:
        """Return what the restrictions in force leave of what the account may do."""
        state = state_of(account, timezone.now())
        return {
            "may_publish": state.may_publish,
            "may_advertise": state.may_advertise,
            "publishing_off": _shown(state.publishing),
            "advertising_off": _shown(state.advertising),
            "service_off": _shown(state.service),
            "functions_off": [
                {"function": name, **(_shown(stop) or {})}
                for name, stop in state.functions_off.items()
            ],
        }


def _shown(stop: Stop | None) -> dict[str, Any] | None:
    if stop is None:
        return None
    return {"until": timezone.localtime(stop.until).isoformat() if stop.until else None}


class AccountFilters(django_filters.FilterSet):
    """What a list of accounts may be asked for."""

    status = django_filters.ChoiceFilter(choices=AccountStatus.choices)
    category = django_filters.ChoiceFilter(choices=Category.choices)
    grade = django_filters.ChoiceFilter("activity__grade", choices=Grade.choices)
    registered_from = django_filters.IsoDateTimeFilter("registered_at", lookup_expr="gte")
    registered_until = django_filters.IsoDateTimeFilter("registered_at", lookup_expr="lt")

    class Meta:
        model = PublicAccount
        fields: list[str] = []


def _accounts() -> QuerySet[PublicAccount]:
    now = timezone.now()
    in_force = Restriction.objects.in_force(now).order_by("pk")
    marks = AccountMark.objects.in_force(now).select_related("qualification").order_by("pk")
    return PublicAccount.objects.select_related("subject", "activity").prefetch_related(
        Prefetch("restrictions", queryset=in_force), Prefetch("marks", queryset=marks)
    )


class AccountList(ListView):
    """Accounts, newest first."""

    scopes = {"GET": READ}
    serializer_class = AccountOutput
    filterset_class = AccountFilters

    def get_queryset(self) -> QuerySet[PublicAccount]:
        return _accounts()

    @extend_schema(summary=gettext_lazy("List accounts"), operation_id="accounts_list")
    def get(self, request: Request) -> Response:
        return super().get(request)


class AccountDetail(RecordView):
    """One account, by the platform's own number."""

    scopes = {"GET": READ}
    serializer_class = AccountOutput
    lookup_field = "platform_uid"

    def get_queryset(self) -> QuerySet[PublicAccount]:
        return _accounts()

    @extend_schema(
        summary=gettext_lazy("Read an account and what it may do now"),
        operation_id="accounts_retrieve",
    )
    def get(self, request: Request, platform_uid: str) -> Any:
        return super().get(request)


class RestrictionOutput(serializers.ModelSerializer):
    """One restriction; `ground` is the matter that it rests on."""

    kind = serializers.ChoiceField(choices=RestrictionKind.choices)
    functions = serializers.ListField(child=serializers.CharField())
    is_in_force = serializers.SerializerMethodField()
    ground = serializers.ChoiceField(source="ground_kind", choices=GroundKind.choices)

    class Meta:
        model = Restriction
        fields = [
            "id",
            "version",
            "kind",
            "functions",
            "in_force_from",
            "in_force_until",
            "ended_at",
            "is_in_force",
            "ground",
            "ground_ref",
        ]
        read_only_fields = fields

    def get_is_in_force(self, restriction: Restriction) -> bool:
        """Return whether it holds now."""
        now = timezone.now()
        ends = (restriction.in_force_until, restriction.ended_at)
        return restriction.in_force_from <= now and all(end is None or now < end for end in ends)


class RestrictionList(ListView):
    """The restrictions of an account, those that are over too."""

    scopes = {"GET": READ}
    serializer_class = RestrictionOutput

    def get_queryset(self) -> QuerySet[Restriction]:
        return Restriction.objects.filter(account__platform_uid=self.kwargs.get("platform_uid"))

    @extend_schema(
        summary=gettext_lazy("List the restrictions of an account"),
        operation_id="account_restrictions_list",
    )
    def get(self, request: Request, platform_uid: str) -> Response:
        # An account without restrictions has an empty list; one that is not there has none.
        get_object_or_404(PublicAccount.objects.only("pk"), platform_uid=platform_uid)
        return super().get(request)


def register() -> None:
    """Give the resources their addresses; called when apps are ready."""
    register_scope(Scope(READ, gettext_lazy("read accounts and their restrictions")))
    register_resource("accounts/", AccountList, name="accounts")
    # A number of an account may hold slashes; the longer address comes first.
    register_resource(
        "accounts/<path:platform_uid>/restrictions/", RestrictionList, name="account_restrictions"
    )
    register_resource("accounts/<path:platform_uid>/", AccountDetail, name="account")
