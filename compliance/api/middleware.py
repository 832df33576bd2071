"""What holds for every address under /api/, also for those that lead nowhere."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.cache import patch_vary_headers
from django.utils.translation.trans_real import parse_accept_lang_header

from compliance.api.problems import (
    CONTENT_TYPE,
    TLS_REQUIRED,
    ApiProblem,
    problem_of_status,
    response_of,
)

PREFIX = "/api/"


def accepted_language(request: HttpRequest) -> str:
    """Return the language that a program asked for, else the default one; cookies do not count."""
    for code, _weight in parse_accept_lang_header(request.headers.get("Accept-Language", "")):
        if code == "*":
            break
        try:
            return translation.get_supported_language_variant(code)
        except LookupError:
            continue
    return settings.LANGUAGE_CODE


class ApiMiddleware:
    """
    Answers programs as programs need it: their language, problems as JSON, never a redirect.

    A redirect from http to https would let a client go on sending its key in the clear without
    anybody noticing.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.path_info.startswith(PREFIX):
            return self.get_response(request)
        language = accepted_language(request)
        translation.activate(language)
        request.LANGUAGE_CODE = language
        if settings.API_REQUIRES_TLS and not request.is_secure():
            response = response_of(ApiProblem(TLS_REQUIRED))
        else:
            response = self.get_response(request)
        is_told = response["Content-Type"] == CONTENT_TYPE
        if response.status_code >= 400 and not is_told:
            response = response_of(problem_of_status(response.status_code))
        patch_vary_headers(response, ("Accept-Language",))
        response["Content-Language"] = language
        return response
