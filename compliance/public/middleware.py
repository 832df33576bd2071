"""Middleware that lets public pages know nothing of who asks."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase

from compliance.public.language import is_public


class NobodyMiddleware:
    """
    Take the cookies from what asks for a public page.

    A colleague who has the console open in the same browser is nobody in particular there, and no
    answer sets, renews or deletes a cookie. Stands before whatever reads them.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if not is_public(request.path_info):
            return self.get_response(request)
        request.COOKIES = {}
        response = self.get_response(request)
        # Whoever looks for a login says that the answer depends on cookies; here it never does.
        if "Vary" in response:
            others = [each for each in response["Vary"].split(", ") if each != "Cookie"]
            del response["Vary"]
            if others:
                response["Vary"] = ", ".join(others)
        return response
