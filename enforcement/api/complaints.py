"""Complaints that people make inside the platform: handed in, followed by the code, added to."""

import json
from typing import Any, Final

from django.http import HttpResponse
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from compliance.api.content import ApiJsonRenderer
from compliance.api.idempotency import required_key
from compliance.api.resources import register_resource
from compliance.api.serializers import StrictSerializer, TextField
from compliance.api.views import ApiView, CreateView
from compliance.identity import vault
from compliance.models import NoticeLanguage
from compliance.numbers import read_number
from compliance.provisions import Provision
from compliance.scopes import Scope, register_scope
from enforcement.complaint_words import (
    ComplaintKind,
    ComplaintMessageKind,
    ComplaintOutcome,
    ComplaintRefusal,
    ComplaintSource,
    ComplaintStatus,
)
from enforcement.infringement_words import AssertedRight
from enforcement.models import Complaint
from enforcement.models.complaints import COMPLAINT_PREFIX
from enforcement.rules import tracking_codes
from enforcement.services.complaints import promising, submission, tracking
from enforcement.services.complaints.sealing import LONGEST_CONTACT, words_of
from enforcement.services.complaints.submission import ComplaintDraft
from enforcement.services.infringements import filing
from enforcement.services.infringements.filing import InfringementDraft

READ: Final = "complaints:read"
WRITE: Final = "complaints:write"
LONGEST_CODE: Final = 100
LONGEST_USER: Final = 100
_CODE_OF_REQUEST: Final = "complaint-code-of-request"
S = ComplaintStatus
_TOLD: Final = (S.NOT_ACCEPTED, S.FED_BACK, S.CLOSED)


class ComplaintInput(StrictSerializer):
    """What somebody complains of; `complainant_ref` tells those apart who leave no contact."""

    kind = serializers.ChoiceField(choices=ComplaintKind.choices)
    target = TextField(
        max_length=submission.LONGEST_REFERENCE, required=False, allow_blank=True, default=""
    )
    words = TextField(
        max_length=submission.LONGEST_WORDS, required=False, allow_blank=True, default=""
    )
    contact = TextField(max_length=LONGEST_CONTACT, required=False, allow_blank=True, default="")
    content_ref = TextField(
        max_length=submission.LONGEST_REFERENCE, required=False, allow_blank=True, default=""
    )
    language = serializers.ChoiceField(
        choices=NoticeLanguage.choices, required=False, default=NoticeLanguage.CHINESE
    )
    complainant_ref = TextField(
        max_length=LONGEST_USER, required=False, allow_blank=True, default=""
    )
    right = serializers.ChoiceField(
        choices=AssertedRight.choices, required=False, allow_blank=True, default=""
    )
    holder = TextField(
        max_length=filing.LONGEST_HOLDER, required=False, allow_blank=True, default=""
    )
    work = TextField(max_length=filing.LONGEST_WORK, required=False, allow_blank=True, default="")
    evidence = TextField(
        max_length=filing.LONGEST_EVIDENCE, required=False, allow_blank=True, default=""
    )
    is_agent = serializers.BooleanField(required=False, default=False)
    agrees = serializers.BooleanField(required=False, default=False)
    reason = TextField(max_length=1000)


class ComplaintCodeInput(StrictSerializer):
    """The code that a complainant was given."""

    code = TextField(max_length=LONGEST_CODE)


class ComplaintSupplementInput(StrictSerializer):
    """The code that a complainant was given, and what they add."""

    code = TextField(max_length=LONGEST_CODE)
    words = TextField(max_length=submission.LONGEST_WORDS)
    reason = TextField(max_length=1000)


class ComplaintPromise(serializers.Serializer):
    """Until when a step is done for the complainant."""

    step = serializers.CharField()
    until = serializers.DateTimeField()
    done_at = serializers.DateTimeField(allow_null=True)


class ComplaintState(serializers.Serializer):
    """Where a complaint stands, as its complainant is told; never what they wrote."""

    reference = serializers.CharField()
    kind = serializers.ChoiceField(choices=ComplaintKind.choices)
    status = serializers.ChoiceField(choices=ComplaintStatus.choices)
    received_at = serializers.DateTimeField()
    outcome = serializers.ChoiceField(choices=ComplaintOutcome.choices, allow_blank=True)
    refusal = serializers.ChoiceField(choices=ComplaintRefusal.choices, allow_blank=True)
    told = serializers.CharField(allow_blank=True)
    question = serializers.CharField(allow_blank=True)
    promises = ComplaintPromise(many=True)


class ComplaintReceipt(ComplaintState):
    """What whoever complained gets: the code opens the complaint and is kept nowhere."""

    code = serializers.CharField()


def state_of(complaint: Complaint) -> dict[str, Any]:
    """Return what a complainant is told of their complaint."""
    status = ComplaintStatus(complaint.status)
    is_told = status in _TOLD
    asked = [
        words
        for message, words in (words_of(complaint) if status == S.WAITING_MATERIAL else [])
        if message.kind == ComplaintMessageKind.QUESTION
    ]
    return {
        "reference": complaint.number,
        "kind": complaint.kind,
        # That it is decided is told with the outcome, not before.
        "status": S.INVESTIGATING if status == S.DECIDED else status,
        "received_at": complaint.received_at,
        "outcome": complaint.outcome if is_told else "",
        "refusal": complaint.refusal if is_told else "",
        "told": complaint.told if is_told else "",
        "question": asked[-1] if asked else "",
        "promises": [
            {"step": each.step, "until": each.until, "done_at": each.done_at}
            for each in ([] if is_told or status == S.WITHDRAWN else promising.promises(complaint))
        ],
    }


class ComplaintList(CreateView):
    """New complaints; what was complained of is not listed to programs."""

    scopes = {"POST": WRITE}
    serializer_class = ComplaintReceipt
    input_class = ComplaintInput
    act = "enforcement.complaint.create"
    provision = Provision.PUBLIC_ACCOUNT_20_2

    @extend_schema(
        summary=gettext_lazy("Hand in a complaint for somebody"),
        description=gettext_lazy(
            "For a form inside the platform's own application. Show the code to whoever complains: it "
            "is given with this answer, and again to the same request within its time, and kept "
            "nowhere. A notice of infringement (kind “copyright”) needs right, holder, work, evidence, "
            "content_ref, contact and agrees: whoever complains has to be told beforehand that right, "
            "holder, work, evidence and content are passed on to the operator."
        ),
        operation_id="complaints_create",
        request=ComplaintInput,
        responses={200: ComplaintReceipt, 201: ComplaintReceipt},
    )
    def post(self, request: Request) -> HttpResponse:
        answer = self.answer_post(request)
        # The kept answer has no code in it: it follows from the request and our key.
        body = json.loads(answer.content)
        body["code"] = self.code_shown(body["reference"], required_key(request))
        answer.content = ApiJsonRenderer().render(body)
        return answer

    def code_shown(self, reference: str, key: str) -> str:
        """Return the code of a complaint that was handed in under a key; "" once our key is another."""
        number = read_number(COMPLAINT_PREFIX, reference) or 0
        code = tracking_codes.written_code(self.number_of(number, key))
        found = tracking.find_complaint(code)
        return code if found is not None and found.pk == number else ""

    def number_of(self, complaint: int, key: str) -> int:
        """Return the bits of the code of a complaint that was handed in under a key."""
        digest = vault.digest(_CODE_OF_REQUEST, f"{self.client.pk}\x00{key}\x00{complaint}")
        return int.from_bytes(digest, "big") >> (len(digest) * 8 - tracking_codes.BITS)

    def create(self, prepared: dict[str, Any]) -> Response:
        key = required_key(self.request)
        user = prepared.pop("complainant_ref")
        reason = prepared.pop("reason")
        asserted = InfringementDraft(
            **{
                name: prepared.pop(name)
                for name in ("right", "holder", "work", "evidence", "is_agent", "agrees")
            }
        )
        receipt = submission.submit_complaint(
            draft=ComplaintDraft(
                **prepared,
                source=ComplaintSource.API,
                source_ref=self.client.name[: submission.LONGEST_SOURCE],
                origin=vault.digest("complaints-of-user", f"{self.client.pk}\x00{user}")
                if user
                else b"",
                infringement=asserted,
            ),
            code_of=lambda complaint: self.number_of(complaint.pk, key),
            actor=self.actor,
            provision=self.provision,
            reason=reason,
        )
        complaint = Complaint.objects.get(pk=receipt.complaint.pk)
        return Response(ComplaintState(state_of(complaint)).data, status=201)


class ComplaintTrack(ApiView):
    """Where the complaint stands that a code opens; the code stands in no address."""

    scopes = {"POST": READ}
    serializer_class = ComplaintState

    @extend_schema(
        summary=gettext_lazy("Follow a complaint by its code"),
        operation_id="complaints_track",
        request=ComplaintCodeInput,
        responses={200: ComplaintState},
    )
    def post(self, request: Request) -> Response:
        given = ComplaintCodeInput(data=request.data).read()
        with self.refusals_logged("enforcement.complaint.track", Provision.PUBLIC_ACCOUNT_20_2):
            found = tracking.complaint_of_code(given["code"])
        return Response(ComplaintState(state_of(found)).data)


class ComplaintSupplement(CreateView):
    """What a complainant adds, or answers to what they were asked."""

    scopes = {"POST": WRITE}
    serializer_class = ComplaintState
    input_class = ComplaintSupplementInput
    act = "enforcement.complaint.supplement"
    provision = Provision.PUBLIC_ACCOUNT_20_2

    @extend_schema(
        summary=gettext_lazy("Add to a complaint by its code"),
        operation_id="complaints_supplement",
        request=ComplaintSupplementInput,
        responses={200: ComplaintState},
    )
    def post(self, request: Request) -> HttpResponse:
        return self.answer_post(request)

    def create(self, prepared: dict[str, Any]) -> Response:
        complaint = tracking.complaint_of_code(prepared["code"])
        tracking.supplement_complaint(
            complaint=complaint,
            words=prepared["words"],
            actor=self.actor,
            provision=self.provision,
            reason=prepared["reason"],
        )
        again = Complaint.objects.get(pk=complaint.pk)
        return Response(ComplaintState(state_of(again)).data)


def register() -> None:
    """Give the resources their addresses; called when apps are ready."""
    register_scope(Scope(READ, gettext_lazy("follow complaints by their code")))
    register_scope(
        Scope(
            WRITE,
            gettext_lazy("hand in complaints for people who use the platform"),
            is_writing=True,
            permissions=(submission.ENTER,),
        )
    )
    register_resource("complaints/", ComplaintList, name="complaints")
    register_resource("complaints/track/", ComplaintTrack, name="complaint_track")
    register_resource("complaints/supplement/", ComplaintSupplement, name="complaint_supplement")
