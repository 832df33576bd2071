"""What the reports share by which the platform's systems say what they noticed of an account."""

from abc import abstractmethod
from typing import Any

from django.urls import reverse
from rest_framework import serializers
from rest_framework.response import Response

from accounts.models import Finding, PublicAccount
from accounts.rules.application_data import COLUMN_LIMITS
from accounts.services.account_numbers import account_numbered
from compliance.api.serializers import IdentifierField, StrictSerializer, TextField
from compliance.api.views import CreateView


class ReportInput(StrictSerializer):
    """What was noticed of an account, and on what it rests; nothing that names a person."""

    platform_uid = IdentifierField(max_length=COLUMN_LIMITS["platform_uid"])
    facts = TextField(max_length=4000)
    source_ref = IdentifierField(max_length=60)


class ReportOutput(serializers.Serializer):
    """The finding that a person looks at."""

    number = serializers.CharField()
    status = serializers.CharField()
    found_at = serializers.DateTimeField()


class ReportView(CreateView):
    """Takes in what a system noticed; nothing happens to the account by itself."""

    serializer_class = ReportOutput
    input_class = ReportInput
    act = "accounts.finding.create"

    @abstractmethod
    def report(self, account: PublicAccount, facts: str, source_ref: str) -> Finding:
        """Record what was noticed by the service of its kind."""

    def create(self, prepared: dict[str, Any]) -> Response:
        account = account_numbered(prepared["platform_uid"])
        finding = self.report(account, prepared["facts"], prepared["source_ref"])
        return self.created(finding, reverse("api:finding", args=[finding.pk]))
