"""What everybody may see of accounts; consents and public contacts, as the platform pushes them."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.enums import ConsentMethod, DisclosureItem, PublicState
from accounts.services.disclosure import (
    Consent,
    Contact,
    Pushed,
    Sheet,
    record_consents,
    record_contacts,
    sheet_of,
)
from accounts.services.disclosure.recording import (
    LONGEST_CONTACT,
    LONGEST_REFERENCE,
    RECORD_CONSENT,
    RECORD_CONTACT,
)
from accounts.services.disclosure.sheets import public_accounts
from compliance.api.resources import register_resource
from compliance.api.serializers import IdentifierField, StrictSerializer, TextField
from compliance.api.views import CreateView, RecordView
from compliance.provisions import Provision
from compliance.scopes import Scope, register_scope

READ, WRITE = "disclosure:read", "disclosure:write"
_REASON = "平台推送的公示信息"
# Our choice: what is carried out well within the time that a request may take.
MOST_IN_A_REQUEST = 500


class PublicMarkOutput(serializers.Serializer):
    """A special mark that the account carries now."""

    code = serializers.CharField()
    name = serializers.CharField(source="label")
    basis = serializers.CharField()
    since = serializers.DateField()


class AccountLabelOutput(serializers.Serializer):
    """A label that the account carries now by a decision."""

    name = serializers.CharField(source="label")
    since = serializers.DateField()


class SubjectChangeOutput(serializers.Serializer):
    """A change of the subject that is published."""

    on = serializers.DateField()
    earlier = serializers.CharField()
    later = serializers.CharField()


class DisclosureOutput(serializers.Serializer):
    """What everybody may see; what may not be shown by the nature of the subject is empty."""

    platform_uid = serializers.CharField()
    name = serializers.CharField()
    state = serializers.ChoiceField(choices=PublicState.choices)
    closed_on = serializers.DateField(allow_null=True)
    subject_nature = serializers.CharField(source="nature", allow_blank=True)
    category = serializers.CharField(allow_blank=True)
    operator = serializers.CharField(allow_blank=True)
    operator_form = serializers.CharField(source="forms.name")
    public_registration = serializers.CharField(source="registered_region", allow_blank=True)
    public_operation = serializers.CharField(source="operating_region", allow_blank=True)
    uscc = serializers.CharField(allow_blank=True)
    public_contact = serializers.CharField(source="contact", allow_blank=True)
    marks = PublicMarkOutput(many=True)
    labels = AccountLabelOutput(many=True)
    changes = SubjectChangeOutput(many=True)
    missing = serializers.ListField(child=serializers.ChoiceField(choices=DisclosureItem.choices))


class DisclosureDetail(RecordView):
    """The disclosure of one account, to be shown by the platform itself."""

    scopes = {"GET": READ}
    serializer_class = DisclosureOutput

    def get_object(self) -> Sheet:
        return sheet_of(
            get_object_or_404(public_accounts(), platform_uid=self.kwargs["platform_uid"])
        )

    @extend_schema(
        summary=gettext_lazy("Read what everybody may see of an account"),
        operation_id="account_disclosure_retrieve",
    )
    def get(self, request: Request, platform_uid: str) -> Any:
        return super().get(request)


class ConsentInput(StrictSerializer):
    """What a person said about showing the own name with an account."""

    platform_uid = IdentifierField(max_length=100)
    is_given = serializers.BooleanField()
    at = serializers.DateTimeField()
    method = serializers.ChoiceField(choices=ConsentMethod.choices, default=ConsentMethod.CLICK)
    source_ref = TextField(max_length=LONGEST_REFERENCE)


class ConsentsInput(StrictSerializer):
    """Many consents at once."""

    consents = serializers.ListField(
        child=ConsentInput(), min_length=1, max_length=MOST_IN_A_REQUEST
    )


class ContactInput(StrictSerializer):
    """By what an organisation lets everybody reach it; empty takes that back."""

    platform_uid = IdentifierField(max_length=100)
    contact = TextField(max_length=LONGEST_CONTACT, allow_blank=True)
    source_ref = TextField(max_length=LONGEST_REFERENCE)


class ContactsInput(StrictSerializer):
    """Many public contacts at once."""

    contacts = serializers.ListField(
        child=ContactInput(), min_length=1, max_length=MOST_IN_A_REQUEST
    )


class PushedOutput(serializers.Serializer):
    """How many were new, how many were on record before, and which accounts there are not."""

    new = serializers.IntegerField()
    known = serializers.IntegerField()
    unknown = serializers.ListField(child=serializers.CharField())


def answer(pushed: Pushed) -> Response:
    """Return what became of a push."""
    return Response({"new": pushed.new, "known": pushed.known, "unknown": list(pushed.unknown)})


class DisclosureConsentList(CreateView):
    """Takes consents; each word counts once, however often it is sent."""

    scopes = {"POST": WRITE}
    serializer_class = PushedOutput
    input_class = ConsentsInput
    act = "accounts.publicaccount.agree_to_name"
    provision = Provision.PUBLIC_ACCOUNT_9_2

    @extend_schema(
        summary=gettext_lazy(
            "Record that persons agree to have their names shown, or do no longer"
        ),
        description=gettext_lazy(
            "At most 500 at once. All are recorded or none. A consent that is taken back counts at "
            "once; of two at one instant the one that takes back counts."
        ),
        operation_id="disclosure_consents_create",
        request=ConsentsInput,
        responses={200: PushedOutput},
    )
    def post(self, request: Request) -> HttpResponse:
        return self.answer_post(request)

    def create(self, prepared: dict[str, Any]) -> Response:
        return answer(
            record_consents(
                consents=[Consent(**each) for each in prepared["consents"]],
                actor=self.actor,
                provision=self.provision,
                reason=_REASON,
            )
        )


class PublicContactList(CreateView):
    """Takes public contacts of organisations; the latest word for an account counts."""

    scopes = {"POST": WRITE}
    serializer_class = PushedOutput
    input_class = ContactsInput
    act = "accounts.publicaccount.publish_contact"
    provision = Provision.PUBLIC_ACCOUNT_9_2

    @extend_schema(
        summary=gettext_lazy("Record by what organisations let everybody reach them"),
        description=gettext_lazy(
            "At most 500 at once. All are recorded or none. Nothing of a person is taken here."
        ),
        operation_id="public_contacts_create",
        request=ContactsInput,
        responses={200: PushedOutput},
    )
    def post(self, request: Request) -> HttpResponse:
        return self.answer_post(request)

    def create(self, prepared: dict[str, Any]) -> Response:
        return answer(
            record_contacts(
                contacts=[Contact(**each) for each in prepared["contacts"]],
                actor=self.actor,
                provision=self.provision,
                reason=_REASON,
            )
        )


def register() -> None:
    """Give the resources their addresses; called when apps are ready."""
    register_scope(Scope(READ, gettext_lazy("read what everybody may see of accounts")))
    register_scope(
        Scope(
            WRITE,
            gettext_lazy("record public contacts, and consents to show names"),
            is_writing=True,
            permissions=(RECORD_CONSENT, RECORD_CONTACT),
        )
    )
    register_resource("disclosure-consents/", DisclosureConsentList, name="disclosure_consents")
    register_resource("public-contacts/", PublicContactList, name="public_contacts")
    # A number of an account may hold slashes: registered before the address of the account itself.
    register_resource(
        "accounts/<path:platform_uid>/disclosure/", DisclosureDetail, name="account_disclosure"
    )
