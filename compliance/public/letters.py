"""The answer that holds the PDF of a letter."""

from django.http import HttpResponse

from compliance.models import Letter


def pdf_answer(letter: Letter, drawn: bytes) -> HttpResponse:
    """Return a letter as a file that is saved under its number and kept by nobody on the way."""
    response = HttpResponse(drawn, content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="{letter.number}.pdf"'
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "no-store"
    return response
