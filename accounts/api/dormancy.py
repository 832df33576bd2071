"""When accounts were used, as the platform pushes it, and those that were found dormant."""

from typing import Any

import django_filters
from django.db.models import QuerySet
from django.http import HttpResponse
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.dormancy_words import DormancyKind, DormancyStatus
from accounts.models import Dormancy
from accounts.services.activity import LONGEST_REGION, RECORD, Use, record_activity
from compliance.api.resources import register_resource
from compliance.api.serializers import IdentifierField, StrictSerializer, TextField
from compliance.api.views import CreateView, ListView, RecordView
from compliance.provisions import Provision
from compliance.scopes import Scope, register_scope

READ, WRITE = "dormancy:read", "activity:write"
# Our choice: what fits into the longest body and is carried out well within a request's time.
MOST_USES = 1_000


class UseInput(StrictSerializer):
    """When one account was last logged in to, and when it last published; either may be left out."""

    platform_uid = IdentifierField(max_length=100)
    last_login_at = serializers.DateTimeField(allow_null=True, default=None)
    last_publish_at = serializers.DateTimeField(allow_null=True, default=None)
    # The province, or the country abroad; never an address of the network.
    ip_region = TextField(max_length=LONGEST_REGION, allow_blank=True, default="")


class ActivityInput(StrictSerializer):
    """The latest use of many accounts at once."""

    accounts = serializers.ListField(child=UseInput(), min_length=1, max_length=MOST_USES)


class ActivityOutput(serializers.Serializer):
    """How many accounts were used later than known, how many go on again, and which there are not."""

    changed = serializers.IntegerField()
    resumed = serializers.IntegerField()
    unknown = serializers.ListField(child=serializers.CharField())


class ActivityList(CreateView):
    """Takes the latest use of accounts; only what is later than known counts."""

    scopes = {"POST": WRITE}
    serializer_class = ActivityOutput
    input_class = ActivityInput
    act = "accounts.publicaccount.push_activity"
    provision = Provision.PUBLIC_ACCOUNT_10_2

    @extend_schema(
        summary=gettext_lazy("Push when accounts were last used"),
        description=gettext_lazy(
            "At most 1000 accounts at once. All are taken or none. An account that is suspended "
            "for dormancy and was used since goes on at once."
        ),
        operation_id="activity_create",
        request=ActivityInput,
        responses={200: ActivityOutput},
    )
    def post(self, request: Request) -> HttpResponse:
        return self.answer_post(request)

    def create(self, prepared: dict[str, Any]) -> Response:
        taken = record_activity(
            uses=[Use(**each) for each in prepared["accounts"]], actor=self.actor
        )
        return Response(
            {"changed": taken.changed, "resumed": taken.resumed, "unknown": list(taken.unknown)}
        )


class DormancyOutput(serializers.ModelSerializer):
    """That an account was found dormant, and what became of it."""

    reference = serializers.CharField()
    platform_uid = serializers.CharField(source="account.platform_uid")
    kind = serializers.ChoiceField(choices=DormancyKind.choices)
    status = serializers.ChoiceField(choices=DormancyStatus.choices)
    agreement_version = serializers.CharField(source="clause.rule_version.label")
    clause = serializers.CharField(source="clause.number")

    class Meta:
        model = Dormancy
        fields = [
            "id",
            "version",
            "reference",
            "platform_uid",
            "kind",
            "status",
            "idle_since",
            "agreement_version",
            "clause",
            "noticed_at",
            "return_by",
            "suspended_at",
            "terminate_from",
            "ended_at",
        ]
        read_only_fields = fields


class DormancyFilters(django_filters.FilterSet):
    """What a list of dormant accounts may be asked for."""

    status = django_filters.ChoiceFilter(choices=DormancyStatus.choices)
    kind = django_filters.ChoiceFilter(choices=DormancyKind.choices)
    platform_uid = django_filters.CharFilter("account__platform_uid")
    noticed_from = django_filters.IsoDateTimeFilter("noticed_at", lookup_expr="gte")
    noticed_until = django_filters.IsoDateTimeFilter("noticed_at", lookup_expr="lt")

    class Meta:
        model = Dormancy
        fields: list[str] = []


def _dormancies() -> QuerySet[Dormancy]:
    return Dormancy.objects.select_related("account", "clause__rule_version")


class DormancyList(ListView):
    """Accounts that were found dormant, newest first."""

    scopes = {"GET": READ}
    serializer_class = DormancyOutput
    filterset_class = DormancyFilters

    def get_queryset(self) -> QuerySet[Dormancy]:
        return _dormancies()

    @extend_schema(summary=gettext_lazy("List dormant accounts"), operation_id="dormancy_list")
    def get(self, request: Request) -> Response:
        return super().get(request)


class DormancyDetail(RecordView):
    """One account that was found dormant."""

    scopes = {"GET": READ}
    serializer_class = DormancyOutput

    def get_queryset(self) -> QuerySet[Dormancy]:
        return _dormancies()

    @extend_schema(summary=gettext_lazy("Read a dormancy"), operation_id="dormancy_retrieve")
    def get(self, request: Request, pk: int) -> Any:
        return super().get(request, pk)


def register() -> None:
    """Give the resources their addresses; called when apps are ready."""
    register_scope(Scope(READ, gettext_lazy("read which accounts are dormant")))
    register_scope(
        Scope(
            WRITE,
            gettext_lazy("push when accounts were last used"),
            is_writing=True,
            permissions=(RECORD,),
        )
    )
    register_resource("activity/", ActivityList, name="activity")
    register_resource("dormancy/", DormancyList, name="dormancies")
    register_resource("dormancy/<int:pk>/", DormancyDetail, name="dormancy")
