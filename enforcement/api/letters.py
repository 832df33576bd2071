"""Letters about decisions, as the platform hands them on to operators."""

from typing import Final

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from compliance.api.resources import register_resource
from compliance.api.views import ApiView, ListView
from compliance.context import record_language
from compliance.letters.rendering import hand_out_letter
from compliance.models import LETTER_PREFIX, Letter
from compliance.numbers import read_number
from compliance.provisions import Provision
from compliance.public.letters import pdf_answer
from compliance.scopes import Scope, register_scope
from enforcement.enums import TAKEN_DECISIONS
from enforcement.models import Decision
from enforcement.services.letters import ABOUT, letters_about

READ: Final = "letters:read"


class LetterOutput(serializers.ModelSerializer):
    """A letter and what it tells of; its words are in the file alone."""

    reference = serializers.CharField(source="number")
    kind = serializers.CharField(source="notice.purpose")
    language = serializers.CharField(source="notice.language")

    class Meta:
        model = Letter
        fields = ["reference", "kind", "language", "issued_at"]
        read_only_fields = fields


class DecisionLetters(ListView):
    """The letters about one decision and the appeals against it, newest first."""

    scopes = {"GET": READ}
    serializer_class = LetterOutput

    def get_queryset(self) -> QuerySet[Letter]:
        if "pk" not in self.kwargs:
            return Letter.objects.none()
        taken = Decision.objects.filter(status__in=TAKEN_DECISIONS)
        return letters_about(get_object_or_404(taken, pk=self.kwargs["pk"]))

    @extend_schema(
        summary=gettext_lazy("List the letters about a decision"),
        operation_id="decision_letters_list",
    )
    def get(self, request: Request, pk: int) -> Response:
        return super().get(request)


class LetterFile(ApiView):
    """The PDF of one letter; that it was taken is on record."""

    scopes = {"GET": READ}

    @extend_schema(
        summary=gettext_lazy("Read a letter as PDF"),
        description=gettext_lazy(
            "The same bytes every time, with the number and the check code by which anybody can "
            "have the letter verified. To be handed to the operator of the account alone."
        ),
        operation_id="letters_file",
        responses={(200, "application/pdf"): OpenApiTypes.BINARY},
    )
    def get(self, request: Request, reference: str) -> HttpResponse:
        number = read_number(LETTER_PREFIX, reference) or 0
        found = Letter.objects.select_related("notice").filter(notice__about_type__in=ABOUT)
        letter = get_object_or_404(found, pk=number)
        with record_language():
            reason = _("Read by a program of the platform")
        with self.refusals_logged(
            "compliance.letter.export", Provision.PUBLIC_ACCOUNT_20_2, letter
        ):
            drawn = hand_out_letter(
                letter=letter,
                actor=self.actor,
                provision=Provision.PUBLIC_ACCOUNT_20_2,
                reason=reason,
            )
        return pdf_answer(letter, drawn)


def register() -> None:
    """Give the resources their addresses; called when apps are ready."""
    register_scope(Scope(READ, gettext_lazy("read letters about decisions as PDF")))
    register_resource("decisions/<int:pk>/letters/", DecisionLetters, name="decision_letters")
    register_resource("letters/<str:reference>/file/", LetterFile, name="letter_file")
