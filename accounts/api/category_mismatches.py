"""That accounts publish outside their categories, as the platform's systems notice it."""

from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import PublicAccount
from accounts.rules.application_data import COLUMN_LIMITS
from accounts.services.category_mismatches import report_category_mismatch
from accounts.services.findings import RECORD
from compliance.api.resources import register_resource
from compliance.api.serializers import IdentifierField, StrictSerializer, TextField
from compliance.api.views import CreateView
from compliance.errors import InvalidInput
from compliance.provisions import Provision
from compliance.scopes import Scope, register_scope

REPORT = "categories:report"
_REPORTED = "平台发现的内容与登记类别不符"


class MismatchInput(StrictSerializer):
    """What shows that an account publishes something else; nothing that names a person."""

    platform_uid = IdentifierField(max_length=COLUMN_LIMITS["platform_uid"])
    facts = TextField(max_length=4000)
    source_ref = IdentifierField(max_length=60)


class MismatchOutput(serializers.Serializer):
    """The finding that a person looks at."""

    number = serializers.CharField()
    status = serializers.CharField()
    found_at = serializers.DateTimeField()


class CategoryMismatchList(CreateView):
    """Takes in that an account seems to publish outside its category."""

    scopes = {"POST": REPORT}
    serializer_class = MismatchOutput
    input_class = MismatchInput
    act = "accounts.finding.create"
    provision = Provision.PUBLIC_ACCOUNT_15_2

    @extend_schema(
        summary=gettext_lazy("Report content outside the category"),
        description=gettext_lazy(
            "It becomes a finding, at which a person looks; nothing happens to the account by "
            "itself. The same report again returns the open finding."
        ),
        operation_id="category_mismatches_create",
        request=MismatchInput,
        responses={200: MismatchOutput, 201: MismatchOutput},
    )
    def post(self, request: Request) -> HttpResponse:
        return self.answer_post(request)

    def create(self, prepared: dict[str, Any]) -> Response:
        account = PublicAccount.objects.filter(platform_uid=prepared["platform_uid"]).first()
        if account is None:
            raise InvalidInput(gettext_lazy("No account has this number."))
        finding = report_category_mismatch(
            account=account,
            facts=prepared["facts"],
            source_ref=prepared["source_ref"],
            actor=self.actor,
            provision=self.provision,
            reason=_REPORTED,
        )
        return self.created(finding, reverse("api:finding", args=[finding.pk]))


def register() -> None:
    """Give the resource its address; called when apps are ready."""
    register_scope(
        Scope(
            REPORT,
            gettext_lazy("report content outside the category"),
            is_writing=True,
            permissions=(RECORD,),
        )
    )
    register_resource("category-mismatches/", CategoryMismatchList, name="category_mismatches")
