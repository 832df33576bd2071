"""Which language a page is shown in: the one chosen by hand, else the default of the console."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.utils import translation
from django.utils.cache import patch_vary_headers

from compliance.public.language import asked_language, is_public

Respond = Callable[[HttpRequest], HttpResponseBase]


class LanguageMiddleware:
    """
    Activate the chosen language.

    The browser's preference is not asked: the console's own language is that of the law it
    serves, and colleagues at one screen must see the same words whatever their browser is set to.
    Public pages know no cookie: their address names the language.
    """

    def __init__(self, get_response: Respond) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        is_for_everybody = is_public(request.path_info)
        choose = asked_language if is_for_everybody else chosen_language
        translation.activate(choose(request))
        request.LANGUAGE_CODE = translation.get_language()
        response = self.get_response(request)
        if not is_for_everybody:
            patch_vary_headers(response, ("Cookie",))
        response.headers.setdefault("Content-Language", translation.get_language())
        return response


def chosen_language(request: HttpRequest) -> str:
    """Return the language that the visitor chose, or the default one."""
    chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
    try:
        return translation.get_supported_language_variant(chosen)
    except LookupError:
        return settings.LANGUAGE_CODE
