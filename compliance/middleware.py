"""Middleware of our own: a number for each request, and words for what cannot be answered."""

import secrets
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from compliance import context
from compliance.api.middleware import PREFIX as API
from compliance.public.language import is_public
from compliance.public.pages import error_page


class RequestIdMiddleware:
    """Gives every request a number that log rows and the answer carry."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        number = secrets.token_hex(8)
        token = context.request_id.set(number)
        try:
            response = self.get_response(request)
        finally:
            context.request_id.reset(token)
        response["X-Request-ID"] = number
        return response


class UnfitAddressMiddleware:
    """
    Refuses what no table can hold and no page of ours writes into an address, in words to read.

    The API says so itself, where a parameter stands.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path_info.startswith(API) or not any(
            "\x00" in part for name, texts in request.GET.lists() for part in (name, *texts)
        ):
            return self.get_response(request)
        text = _("The address holds an invisible character (NUL). Write what you look for anew.")
        if is_public(request.path_info):
            return error_page(request, 400, text=text)
        return HttpResponse(
            render_to_string("400.html", {"text": text}, request=request), status=400
        )


class WrongMethodMiddleware:
    """Gives the answer to a method that an address does not take, which is empty, words to read."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if isinstance(response, HttpResponseNotAllowed) and not response.content:
            response.content = render_to_string("405.html", request=request).encode()
        return response
