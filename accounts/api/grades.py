"""Grades of accounts: the latest first, each with its reasons."""

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.accounts import READ
from accounts.enums import Grade
from accounts.models import AccountGrade, PublicAccount
from accounts.services.grades.words import reasons_of
from compliance.api.resources import register_resource
from compliance.api.views import ListView


class AccountGradeOutput(serializers.ModelSerializer):
    """What an account was graded at an instant; the first of the list counts now."""

    grade = serializers.ChoiceField(choices=Grade.choices)
    rule = serializers.CharField(source="rule.label")
    reasons = serializers.SerializerMethodField()

    class Meta:
        model = AccountGrade
        fields = [
            "id",
            "grade",
            "quality",
            "reach",
            "credit",
            "is_credit_neutral",
            "total",
            "rule",
            "reasons",
            "graded_at",
        ]
        read_only_fields = fields

    def get_reasons(self, row: AccountGrade) -> list[str]:
        """Return why, one sentence an indicator."""
        return reasons_of(row)


class AccountGradeList(ListView):
    """The grades that an account has had."""

    scopes = {"GET": READ}
    serializer_class = AccountGradeOutput

    def get_queryset(self) -> QuerySet[AccountGrade]:
        return AccountGrade.objects.select_related("rule").filter(
            account__platform_uid=self.kwargs.get("platform_uid")
        )

    @extend_schema(
        summary=gettext_lazy("List the grades that an account has had"),
        operation_id="account_grades_list",
    )
    def get(self, request: Request, platform_uid: str) -> Response:
        get_object_or_404(PublicAccount.objects.only("pk"), platform_uid=platform_uid)
        return super().get(request)


def register() -> None:
    """Give the resource its address; called when apps are ready."""
    register_resource(
        "accounts/<path:platform_uid>/grades/", AccountGradeList, name="account_grades"
    )
