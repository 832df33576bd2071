"""Credit of whoever runs an account, and what moved it, for the platform and its operators' pages."""

from typing import Any

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.accounts import READ
from accounts.models import PublicAccount
from accounts.powers_words import UNRATED, CreditGrade, CreditService
from compliance.api.resources import register_resource
from compliance.api.views import ApiView, ListView
from enforcement.credit_words import CreditEntryKind
from enforcement.models import CreditEntry, CreditScore
from enforcement.rules.credit import CreditTerms
from enforcement.services.credit.counting import stored
from enforcement.services.credit.sources import rule_in_force
from enforcement.services.credit.words import healing_in_words


class CreditEntryOutput(serializers.ModelSerializer):
    """What moved the credit: a decision, its reversal or a repair."""

    kind = serializers.ChoiceField(choices=CreditEntryKind.choices)
    decision = serializers.CharField(source="decision.number", default=None)
    repair = serializers.CharField(source="repair.number", default=None)

    class Meta:
        model = CreditEntry
        fields = [
            "id",
            "kind",
            "points",
            "score_before",
            "score_after",
            "decision",
            "repair",
            "at",
        ]
        read_only_fields = fields


class CreditOutput(serializers.Serializer):
    """The credit of whoever runs an account, and what goes by it."""

    platform_uid = serializers.CharField()
    score = serializers.IntegerField()
    grade = serializers.ChoiceField(choices=CreditGrade.choices)
    services_grade = serializers.ChoiceField(choices=CreditGrade.choices)
    is_rated = serializers.BooleanField()
    services_off = serializers.ListField(
        child=serializers.ChoiceField(choices=CreditService.choices)
    )
    updates_a_day = serializers.IntegerField(allow_null=True)
    heals_on = serializers.DateField(allow_null=True)
    healing = serializers.CharField()
    rule = serializers.CharField()
    counted_at = serializers.DateTimeField(allow_null=True)


class AccountCredit(ApiView):
    """The credit that an account goes by."""

    scopes = {"GET": READ}
    serializer_class = CreditOutput

    @extend_schema(
        summary=gettext_lazy("Read the credit that an account goes by"),
        operation_id="account_credit_retrieve",
    )
    def get(self, request: Request, platform_uid: str) -> Response:
        account = get_object_or_404(
            PublicAccount.objects.select_related("subject"), platform_uid=platform_uid
        )
        return Response(CreditOutput(credit_of_account(account)).data)


def credit_of_account(account: PublicAccount) -> dict[str, Any]:
    """Return what is known of the credit of whoever runs an account."""
    score = CreditScore.objects.select_related("rule").filter(subject=account.subject_id).first()
    rule = score.rule if score is not None else rule_in_force(timezone.now()).row
    terms = CreditTerms.from_catalogue(rule.content)
    grade = CreditGrade(score.services_grade) if score is not None else UNRATED
    services = terms.services[grade]
    return {
        "platform_uid": account.platform_uid,
        "score": score.score if score is not None else terms.base,
        "grade": score.grade if score is not None else UNRATED,
        "services_grade": grade,
        "is_rated": score is not None,
        "services_off": sorted(each.value for each in services.off),
        "updates_a_day": services.updates_a_day,
        "heals_on": score.heals_on if score is not None else None,
        "healing": healing_in_words(stored(score), terms) if score is not None else "",
        "rule": rule.label,
        "counted_at": score.counted_at if score is not None else None,
    }


class CreditEntryList(ListView):
    """What moved the credit that an account goes by, the latest first."""

    scopes = {"GET": READ}
    serializer_class = CreditEntryOutput

    def get_queryset(self) -> QuerySet[CreditEntry]:
        return CreditEntry.objects.select_related("decision", "repair").filter(
            subject__accounts__platform_uid=self.kwargs.get("platform_uid")
        )

    @extend_schema(
        summary=gettext_lazy("List what moved the credit that an account goes by"),
        operation_id="account_credit_entries_list",
    )
    def get(self, request: Request, platform_uid: str) -> Response:
        get_object_or_404(PublicAccount.objects.only("pk"), platform_uid=platform_uid)
        return super().get(request)


def register() -> None:
    """Give the resources their addresses; called when apps are ready."""
    # Account numbers may hold slashes: what goes on after one comes first.
    register_resource(
        "credit/<path:platform_uid>/entries/", CreditEntryList, name="account_credit_entries"
    )
    register_resource("credit/<path:platform_uid>/", AccountCredit, name="account_credit")
