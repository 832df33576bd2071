"""What accounts may earn by and do with comments: applied for and read by the platform's systems."""

from typing import Any

import django_filters
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.enums import ApplicationSource
from accounts.models import EarningApplication, PublicAccount
from accounts.powers_words import CommentPower, CreditGrade, EarningBehaviour, EarningStatus
from accounts.services.account_numbers import account_numbered
from accounts.services.comment_powers import present_powers, reason_of
from accounts.services.earning import (
    APPLY,
    apply_for_earning,
    give_up_earning,
    obstacle_in_words,
    outlook_of,
    rights_of,
)
from accounts.services.earning.words import as_found
from compliance.api.resources import register_resource
from compliance.api.serializers import IdentifierField, StrictSerializer
from compliance.api.views import ApiView, ChangeView, CreateView, ListView, RecordView
from compliance.provisions import Provision
from compliance.scopes import Scope, register_scope

READ = "rights:read"
WRITE = "rights:write"
_APPLIED = "运营者经平台申请营利权限"
_GIVEN_UP = "运营者经平台放弃营利权限"


class EarningApplicationOutput(serializers.ModelSerializer):
    """An application for earning; while its status is "granted" it is a right in force."""

    platform_uid = serializers.CharField(source="account.platform_uid")
    behaviour = serializers.ChoiceField(choices=EarningBehaviour.choices)
    status = serializers.ChoiceField(choices=EarningStatus.choices)
    rule = serializers.CharField(source="rule.label", default=None, allow_null=True)
    reasons = serializers.SerializerMethodField()

    class Meta:
        model = EarningApplication
        fields = [
            "id",
            "version",
            "platform_uid",
            "behaviour",
            "status",
            "is_automated",
            "rule",
            "reasons",
            "possible_from",
            "applied_at",
            "decided_at",
            "ended_at",
        ]
        read_only_fields = fields

    def get_reasons(self, application: EarningApplication) -> list[str]:
        """Return what stands against it, a sentence each."""
        return [obstacle_in_words(each) for each in as_found(application.obstacles)]


class EarningInput(StrictSerializer):
    """Which account asks to earn by what."""

    platform_uid = IdentifierField(max_length=100)
    behaviour = serializers.ChoiceField(choices=EarningBehaviour.choices)


class EarningFilters(django_filters.FilterSet):
    """What a list of applications for earning may be asked for."""

    platform_uid = django_filters.CharFilter("account__platform_uid")
    status = django_filters.ChoiceFilter(choices=EarningStatus.choices)
    behaviour = django_filters.ChoiceFilter(choices=EarningBehaviour.choices)

    class Meta:
        model = EarningApplication
        fields: list[str] = []


def _applications() -> QuerySet[EarningApplication]:
    return EarningApplication.objects.select_related("account", "rule")


class EarningList(ListView, CreateView):
    """Applications for earning, newest first; operators apply here through the platform."""

    scopes = {"GET": READ, "POST": WRITE}
    serializer_class = EarningApplicationOutput
    filterset_class = EarningFilters
    input_class = EarningInput
    act = "accounts.earningapplication.apply"
    provision = Provision.PUBLIC_ACCOUNT_14_1

    def get_queryset(self) -> QuerySet[EarningApplication]:
        return _applications()

    @extend_schema(
        summary=gettext_lazy("List applications for earning"),
        operation_id="earning_applications_list",
    )
    def get(self, request: Request) -> Response:
        return super().get(request)

    @extend_schema(
        summary=gettext_lazy("Apply for earning with an account"),
        description=gettext_lazy(
            "The rule decides at once: the answer says whether it was granted, or what stands "
            "against it and from when it would not."
        ),
        operation_id="earning_applications_create",
        request=EarningInput,
        responses={200: EarningApplicationOutput, 201: EarningApplicationOutput},
    )
    def post(self, request: Request) -> HttpResponse:
        return self.answer_post(request)

    def create(self, prepared: dict[str, Any]) -> Response:
        account = account_numbered(prepared["platform_uid"])
        made = apply_for_earning(
            account=account,
            behaviour=EarningBehaviour(prepared["behaviour"]),
            source=ApplicationSource.API,
            actor=self.actor,
            provision=self.provision,
            reason=_APPLIED,
        )
        return self.created(
            _applications().get(pk=made.pk), reverse("api:earning_application", args=[made.pk])
        )


class EarningDetail(RecordView):
    """One application for earning."""

    scopes = {"GET": READ}
    serializer_class = EarningApplicationOutput

    def get_queryset(self) -> QuerySet[EarningApplication]:
        return _applications()

    @extend_schema(
        summary=gettext_lazy("Read an application for earning"),
        operation_id="earning_applications_retrieve",
    )
    def get(self, request: Request, pk: int) -> Any:
        return super().get(request)


class EarningEnd(ChangeView):
    """The operator gives a right up."""

    scopes = {"POST": WRITE}
    serializer_class = EarningApplicationOutput

    def get_queryset(self) -> QuerySet[EarningApplication]:
        return _applications()

    @extend_schema(
        summary=gettext_lazy("Give up a right to earn"),
        description=gettext_lazy(
            "Needs the ETag of the application in If-Match. Given up twice it is refused the second "
            "time."
        ),
        operation_id="earning_applications_give_up",
        request=None,
        responses={200: EarningApplicationOutput},
    )
    def post(self, request: Request, pk: int) -> Response:
        application = self.get_object()
        with self.refusals_logged(
            "accounts.earningapplication.give_up", Provision.PUBLIC_ACCOUNT_14_1, application
        ):
            give_up_earning(
                application=application,
                expected_version=self.expected_version(),
                actor=self.actor,
                provision=Provision.PUBLIC_ACCOUNT_14_1,
                reason=_GIVEN_UP,
            )
        return self.changed(application)


class OutlookOutput(serializers.Serializer):
    """Whether an account may earn by one behaviour, and what stands against it."""

    behaviour = serializers.ChoiceField(choices=EarningBehaviour.choices)
    is_granted = serializers.BooleanField()
    is_possible = serializers.BooleanField()
    possible_from = serializers.DateField(allow_null=True)
    reasons = serializers.ListField(child=serializers.CharField())


class RightsOutput(serializers.Serializer):
    """What an account may earn by and do with comments now, and why."""

    platform_uid = serializers.CharField()
    earning = OutlookOutput(many=True)
    comments = serializers.ListField(child=serializers.ChoiceField(choices=CommentPower.choices))
    credit = serializers.ChoiceField(choices=CreditGrade.choices)
    is_credit_rated = serializers.BooleanField()
    reason = serializers.CharField()
    table = serializers.CharField()


class AccountRights(ApiView):
    """The rights of one account."""

    scopes = {"GET": READ}
    serializer_class = RightsOutput

    @extend_schema(
        summary=gettext_lazy("Read what an account may earn by and do with comments"),
        operation_id="account_rights_retrieve",
        responses={200: RightsOutput},
    )
    def get(self, request: Request, platform_uid: str) -> Response:
        account = get_object_or_404(
            PublicAccount.objects.select_related("subject"), platform_uid=platform_uid
        )
        now = timezone.now()
        granted = {each.behaviour for each in rights_of(account)}
        present = present_powers(account, now)
        answer = {
            "platform_uid": account.platform_uid,
            "earning": [
                {
                    "behaviour": each.behaviour,
                    "is_granted": each.behaviour in granted,
                    "is_possible": each.is_possible,
                    "possible_from": each.possible_from,
                    "reasons": [obstacle_in_words(found) for found in each.found],
                }
                for each in outlook_of(account, now)
            ],
            "comments": list(present.powers),
            "credit": present.credit,
            "is_credit_rated": not present.is_unrated,
            "reason": reason_of(present.nature, present.credit, is_unrated=present.is_unrated),
            "table": present.rule.label,
        }
        return Response(RightsOutput(answer).data)


def register() -> None:
    """Give the resources their addresses; called when apps are ready."""
    register_scope(Scope(READ, gettext_lazy("read what accounts may earn by and do with comments")))
    register_scope(
        Scope(
            WRITE,
            gettext_lazy("apply for earning, and give rights up"),
            is_writing=True,
            permissions=(APPLY,),
        )
    )
    register_resource("earning-applications/", EarningList, name="earning_applications")
    register_resource("earning-applications/<int:pk>/", EarningDetail, name="earning_application")
    register_resource(
        "earning-applications/<int:pk>/give-up/", EarningEnd, name="earning_application_end"
    )
    register_resource("accounts/<path:platform_uid>/rights/", AccountRights, name="account_rights")
