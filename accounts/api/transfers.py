"""Transfers of accounts: applied for and confirmed by the platform, read with their states."""

from typing import Any

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

from accounts.api.reports_of_systems import ReportInput, ReportOutput, ReportView
from accounts.enums import ApplicationSource, IdType, QualificationType, SubjectNature
from accounts.models import Finding, PublicAccount, Transfer
from accounts.models.transfers import TRANSFER_PREFIX
from accounts.rules.application_data import COLUMN_LIMITS
from accounts.services.account_numbers import account_numbered
from accounts.services.transfers import applying, confirming, regularising, review
from accounts.services.transfers.applying import Transferee
from accounts.transfer_words import TransferParty, TransferStatus
from compliance.api.resources import register_resource
from compliance.api.serializers import IdentifierField, StrictSerializer, TextField
from compliance.api.views import ChangeView, CreateView, ListView, RecordView
from compliance.numbers import read_number
from compliance.provisions import Provision
from compliance.scopes import Scope, register_scope

READ = "transfers:read"
WRITE = "transfers:write"
REPORT = "transfers:report"
_APPLIED = "平台提交的转让申请"
_CONFIRMED = "平台转达的转让确认"
_WITHDRAWN = "平台转达的撤回转让申请"
_REPORTED = "平台发现的未经审核转让"


class TransferOutput(serializers.ModelSerializer):
    """A transfer and where it stands; nothing of the transferee but nature and verification."""

    reference = serializers.CharField()
    platform_uid = serializers.CharField(source="account.platform_uid")
    status = serializers.ChoiceField(choices=TransferStatus.choices)
    from_nature = serializers.ChoiceField(choices=SubjectNature.choices, allow_blank=True)
    to_nature = serializers.ChoiceField(choices=SubjectNature.choices, source="subject_nature")
    checks = serializers.SerializerMethodField()
    confirmed_by = serializers.SerializerMethodField()
    confirm_by = serializers.DateTimeField(
        source="confirmation_clock.due_at", allow_null=True, default=None
    )
    effective_after = serializers.DateTimeField(
        source="follower_clock.due_at", allow_null=True, default=None
    )

    class Meta:
        model = Transfer
        fields = [
            "reference",
            "version",
            "platform_uid",
            "status",
            "from_nature",
            "to_nature",
            "is_verified",
            "checks",
            "materials_complete_at",
            "confirmed_by",
            "applied_at",
            "decided_at",
            "confirm_by",
            "announced_at",
            "effective_after",
            "effective_at",
            "monetisation_off_until",
        ]
        read_only_fields = fields

    def get_checks(self, transfer: Transfer) -> list[str]:
        """Return the codes of the checks that the transferee did not pass."""
        return [each.code.upper() for each in transfer.checks.all()]

    def get_confirmed_by(self, transfer: Transfer) -> list[str]:
        """Return which sides have confirmed."""
        return sorted(each.party for each in transfer.confirmations.all())


class TransferInput(StrictSerializer):
    """Which account is to pass to whom; fields as in an application for an account."""

    platform_uid = IdentifierField(max_length=COLUMN_LIMITS["platform_uid"])
    subject_nature = serializers.ChoiceField(choices=SubjectNature.choices)
    subject_name = TextField(max_length=COLUMN_LIMITS["subject_name"])
    id_type = serializers.ChoiceField(choices=IdType.choices)
    id_number = TextField(max_length=COLUMN_LIMITS["id_number"])
    mobile = TextField(max_length=COLUMN_LIMITS["mobile"])
    contact = TextField(max_length=COLUMN_LIMITS["contact"])
    registered_region = TextField(max_length=COLUMN_LIMITS["registered_region"])
    operating_region = TextField(max_length=COLUMN_LIMITS["operating_region"])
    business_scope = TextField(
        max_length=COLUMN_LIMITS["business_scope"], required=False, allow_blank=True
    )
    professional_background = TextField(
        max_length=COLUMN_LIMITS["professional_background"], required=False, allow_blank=True
    )
    qualification_type = serializers.ChoiceField(
        choices=QualificationType.choices, required=False, allow_blank=True
    )
    qualification_number = TextField(
        max_length=COLUMN_LIMITS["qualification_number"], required=False, allow_blank=True
    )
    qualification_issuer = TextField(
        max_length=COLUMN_LIMITS["qualification_issuer"], required=False, allow_blank=True
    )
    qualification_valid_until = serializers.DateField(required=False, allow_null=True)


class TransferFilters(django_filters.FilterSet):
    """What a list of transfers may be asked for."""

    platform_uid = django_filters.CharFilter("account__platform_uid")
    status = django_filters.ChoiceFilter(choices=TransferStatus.choices)

    class Meta:
        model = Transfer
        fields: list[str] = []


def _transfers() -> QuerySet[Transfer]:
    return Transfer.objects.select_related(
        "account", "confirmation_clock", "follower_clock"
    ).prefetch_related("checks", "confirmations")


def _numbered(reference: str) -> int:
    """Return the key that a reference stands for, or 0, which none has."""
    return read_number(TRANSFER_PREFIX, reference) or 0


class TransferList(ListView, CreateView):
    """Transfers, newest first; the platform hands in here what operators apply for."""

    scopes = {"GET": READ, "POST": WRITE}
    serializer_class = TransferOutput
    filterset_class = TransferFilters
    input_class = TransferInput
    act = "accounts.transfer.create"
    provision = Provision.PUBLIC_ACCOUNT_11_2

    def get_queryset(self) -> QuerySet[Transfer]:
        return _transfers()

    @extend_schema(summary=gettext_lazy("List transfers"), operation_id="transfers_list")
    def get(self, request: Request) -> Response:
        return super().get(request)

    @extend_schema(
        summary=gettext_lazy("Apply for the transfer of an account"),
        description=gettext_lazy(
            "The transferee is verified and checked as at a registration. The operator is asked for "
            "the papers by a link; with them it goes into review. Refused while a matter about the "
            "account is open or a measure is in force."
        ),
        operation_id="transfers_create",
        request=TransferInput,
        responses={200: TransferOutput, 201: TransferOutput},
    )
    def post(self, request: Request) -> HttpResponse:
        return self.answer_post(request)

    def prepare(self, given: dict[str, Any]) -> Any:
        # Before the transaction that keeps the answer: the provider may take seconds.
        declared = dict(given)
        account = account_numbered(declared.pop("platform_uid"))
        return applying.verify_transferee(
            account=account,
            transferee=Transferee(
                **{
                    **declared,
                    "subject_nature": SubjectNature(declared["subject_nature"]),
                    "id_type": IdType(declared["id_type"]),
                }
            ),
        )

    def create(self, prepared: Any) -> Response:
        transfer = applying.apply_for_transfer(
            ready=prepared,
            source=ApplicationSource.API,
            actor=self.actor,
            provision=self.provision,
            reason=_APPLIED,
        )
        return self.created(
            _transfers().get(pk=transfer.pk),
            reverse("api:transfer", args=[transfer.reference]),
        )


class TransferDetail(RecordView):
    """One transfer, by the number that people call it by."""

    scopes = {"GET": READ}
    serializer_class = TransferOutput

    def get_object(self) -> Transfer:
        return get_object_or_404(_transfers(), pk=_numbered(self.kwargs["reference"]))

    @extend_schema(summary=gettext_lazy("Read a transfer"), operation_id="transfers_retrieve")
    def get(self, request: Request, reference: str) -> Any:
        return super().get(request)


class ConfirmationInput(StrictSerializer):
    """Which side confirms, as the platform was told in its own name."""

    party = serializers.ChoiceField(choices=TransferParty.choices)


class TransferStep(ChangeView):
    """A step that one side of a transfer takes; the base of both."""

    scopes = {"POST": WRITE}
    serializer_class = TransferOutput

    def found(self) -> Transfer:
        """Return the transfer that the address names."""
        return get_object_or_404(_transfers(), pk=_numbered(self.kwargs["reference"]))

    def again(self, transfer: Transfer) -> Response:
        """Return the transfer as it stands after the step."""
        return self.changed(_transfers().get(pk=transfer.pk))


class TransferConfirmationStep(TransferStep):
    """One side confirms an approved transfer."""

    @extend_schema(
        summary=gettext_lazy("Confirm a transfer for one side"),
        description=gettext_lazy(
            "Both sides confirm within the published time; each may do so by the link in its notice "
            "too. If-Match is not needed: a side confirms once."
        ),
        operation_id="transfers_confirm",
        request=ConfirmationInput,
        responses={200: TransferOutput},
    )
    def post(self, request: Request, reference: str) -> Response:
        given = ConfirmationInput(data=request.data).read()
        transfer = self.found()
        with self.refusals_logged(
            "accounts.transfer.confirm", Provision.PUBLIC_ACCOUNT_11_2, transfer
        ):
            confirming.confirm_transfer(
                transfer=transfer,
                party=TransferParty(given["party"]),
                source=ApplicationSource.API,
                actor=self.actor,
                provision=Provision.PUBLIC_ACCOUNT_11_2,
                reason=_CONFIRMED,
            )
        return self.again(transfer)


class TransferWithdrawal(TransferStep):
    """One of the sides no longer wants the transfer."""

    @extend_schema(
        summary=gettext_lazy("Withdraw a transfer"),
        description=gettext_lazy(
            "At any time before it takes effect. If-Match carries the ETag of the transfer."
        ),
        operation_id="transfers_withdraw",
        request=None,
        responses={200: TransferOutput},
    )
    def post(self, request: Request, reference: str) -> Response:
        version, transfer = self.expected_version(), self.found()
        with self.refusals_logged(
            "accounts.transfer.withdraw", Provision.PUBLIC_ACCOUNT_11_2, transfer
        ):
            review.withdraw_transfer(
                transfer=transfer,
                fence=None,
                expected_version=version,
                actor=self.actor,
                provision=Provision.PUBLIC_ACCOUNT_11_2,
                reason=_WITHDRAWN,
            )
        return self.again(transfer)


class UnapprovedTransferList(ReportView):
    """Takes in that an account seems to have been handed on without approval."""

    scopes = {"POST": REPORT}
    provision = Provision.PUBLIC_ACCOUNT_11_2

    @extend_schema(
        summary=gettext_lazy("Report a transfer without approval"),
        description=gettext_lazy(
            "It becomes a finding, at which a person looks; nothing happens to the account by "
            "itself. The same report again returns the open finding."
        ),
        operation_id="unapproved_transfers_create",
        request=ReportInput,
        responses={200: ReportOutput, 201: ReportOutput},
    )
    def post(self, request: Request) -> HttpResponse:
        return self.answer_post(request)

    def report(self, account: PublicAccount, facts: str, source_ref: str) -> Finding:
        return regularising.report_unapproved_transfer(
            account=account,
            facts=facts,
            source_ref=source_ref,
            actor=self.actor,
            provision=self.provision,
            reason=_REPORTED,
        )


def register() -> None:
    """Give the resources their addresses; called when apps are ready."""
    register_scope(Scope(READ, gettext_lazy("read transfers and where they stand")))
    register_scope(
        Scope(
            WRITE,
            gettext_lazy("hand in, confirm and withdraw transfers"),
            is_writing=True,
            permissions=(applying.SUBMIT,),
        )
    )
    register_scope(
        Scope(
            REPORT,
            gettext_lazy("report transfers without approval"),
            is_writing=True,
            permissions=("accounts.record_finding",),
        )
    )
    register_resource("transfers/", TransferList, name="transfers")
    register_resource("transfers/<str:reference>/", TransferDetail, name="transfer")
    register_resource(
        "transfers/<str:reference>/confirmation/",
        TransferConfirmationStep,
        name="transfer_confirmation",
    )
    register_resource(
        "transfers/<str:reference>/withdrawal/", TransferWithdrawal, name="transfer_withdrawal"
    )
    register_resource("unapproved-transfers/", UnapprovedTransferList, name="unapproved_transfers")
