"""What answers where no page does: in the public frame below `/public/`, in the console's elsewhere."""

from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.http.response import HttpResponseBase
from django.urls import Resolver404, resolve
from django.views import defaults

from compliance.public.language import is_public
from compliance.public.pages import PublicPage, error_page


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer what cannot be read."""
    if is_public(request.path_info):
        return error_page(request, 400)
    return defaults.bad_request(request, exception)


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer what is not allowed."""
    if is_public(request.path_info):
        return error_page(request, 403)
    return defaults.permission_denied(request, exception)


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer an address that leads nowhere."""
    if is_public(request.path_info):
        return error_page(request, 404)
    return defaults.page_not_found(request, exception)


def server_error(request: HttpRequest) -> HttpResponse:
    """Answer what failed."""
    if is_public(request.path_info):
        return error_page(request, 500)
    return defaults.server_error(request)


class NoPublicPage(PublicPage):
    """Whatever lies below `/public/` and is no page; without it the console would ask for a login."""

    def dispatch(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        whole = f"{request.path_info}/"
        try:
            is_page = not request.path_info.endswith("/") and (
                resolve(whole).func.view_class is not NoPublicPage  # type: ignore[attr-defined]
            )
        except Resolver404:
            is_page = False
        if is_page and request.method in ("GET", "HEAD"):
            query = request.META.get("QUERY_STRING", "")
            return HttpResponsePermanentRedirect(f"{whole}?{query}" if query else whole)
        return error_page(request, 404)
