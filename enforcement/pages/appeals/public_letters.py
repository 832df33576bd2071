"""The letters about a decision for whoever has the code in its notice: as PDF, without a login."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse

from compliance.letters.rendering import file_of
from compliance.models import LETTER_PREFIX
from compliance.numbers import read_number
from compliance.public.letters import pdf_answer
from compliance.public.pages import register_public_page
from compliance.public.use import require_allowance
from enforcement.pages.appeals.public import AppealCasePage


class LetterPage(AppealCasePage):
    """One letter about the decision that the code belongs to, as a file."""

    http_method_names = ["get", "head"]

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        # Drawing takes a moment of a processor: as seldom as any look-up.
        require_allowance(request)
        wanted = read_number(LETTER_PREFIX, self.kwargs["number"])
        for letter in self.letters:
            if letter.pk == wanted:
                drawn, _rendering = file_of(letter)
                return pdf_answer(letter, drawn)
        raise Http404


def register() -> None:
    """Give the files their address; called when apps are ready."""
    register_public_page(
        "appeal/respond/<str:code>/letters/<str:number>/", LetterPage, name="appeal_letter"
    )
