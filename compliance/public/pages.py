"""
The frame of the public pages, and where packages enter theirs.

What is read here is read by people without a login. A page keeps nothing of them: no session, no
cookie, no script but where a form says so, no address passed on to anybody. So a form needs no token either: there is no
login that somebody else's page could misuse.
"""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar, Final

from csp.constants import NONE, SELF
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.template.loader import render_to_string
from django.urls import URLPattern, path, reverse
from django.utils import translation
from django.utils.cache import get_conditional_response
from django.utils.functional import Promise
from django.utils.http import http_date
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.csrf import csrf_exempt
from django.views.generic import View

from compliance.errors import ActionRefused
from compliance.public.language import PARAMETER, in_language
from compliance.ui.pages import LONGEST_TEXT, refuse_unfit_text
from compliance.ui.theme import BRAND

Text = str | Promise

POLICY: Final[dict[str, Any]] = {
    "default-src": [NONE],
    "style-src": [SELF],
    "img-src": [SELF],
    "form-action": [SELF],
    "base-uri": [NONE],
    "frame-ancestors": [NONE],
}


class TooManyRequests(ActionRefused):
    """Somebody asks more often than can be answered; `retry_after` is in seconds."""

    message = gettext_lazy("Too many requests at this moment. Please try again a little later.")

    def __init__(self, *, retry_after: int) -> None:
        super().__init__()
        self.retry_after = retry_after


def allow_own_script(response: HttpResponseBase) -> None:
    """Let a public page run the scripts that come from us; no other one runs any."""
    response._csp_config = {**POLICY, "script-src": [SELF]}  # type: ignore[attr-defined]


@dataclass(frozen=True, kw_only=True)
class PublicEntry:
    """A line on the first public page that leads to a page: its name, and what one finds there."""

    title: Text
    text: Text
    order: int


@dataclass(frozen=True)
class RegisteredPublicPage:
    """Where a public page stands."""

    route: str
    view: "type[PublicPage]"
    name: str
    entry: PublicEntry | None = None


_pages: dict[str, RegisteredPublicPage] = {}


def register_public_page(
    route: str, view: "type[PublicPage]", *, name: str, entry: PublicEntry | None = None
) -> RegisteredPublicPage:
    """
    Give a page its address below `/public/`; `public:<name>` is then the name of its URL.

    With an `entry` the first public page and the head of every other one lead to it.

    :raises ValueError: if another page has the name.
    """
    page = RegisteredPublicPage(route, view, name, entry)
    if _pages.setdefault(name, page) != page:
        raise ValueError(f"A public page named {name!r} is already registered.")
    return page


def registered_public_patterns() -> list[URLPattern]:
    """Return the URL patterns of every public page that was given an address."""
    return [path(page.route, page.view.as_view(), name=page.name) for page in _pages.values()]


def public_url(name: str, *args: Any) -> str:
    """Return the address of a public page, in the language of the page that names it."""
    return in_language(reverse(f"public:{name}", args=args), translation.get_language())


def whole_public_url(name: str, *args: Any) -> str:
    """Return the address of a public page for texts that leave: with our host, if it is known."""
    return f"{settings.PUBLIC_BASE_URL}{public_url(name, *args)}"


def entries() -> list[dict[str, Any]]:
    """Return the lines that lead to the public pages that exist, in their order."""
    found = [(page.entry, page.name) for page in _pages.values() if page.entry is not None]
    return [
        {"title": entry.title, "text": entry.text, "url": public_url(name)}
        for entry, name in sorted(found, key=lambda each: each[0].order)
    ]


def render_public(
    request: HttpRequest, template: str, context: Mapping[str, Any], *, status: int = 200
) -> HttpResponse:
    """
    Return a page in the public frame.

    The template is drawn without the request, so that nothing on it can depend on who asks.
    """
    language = translation.get_language()
    address = request.get_full_path()
    frame = {
        "platform": settings.PLATFORM_NAME or BRAND,
        "language": language,
        "parameter": PARAMETER,
        "index_url": public_url("index"),
        "here": request.path,
        "entries": entries(),
        "languages": [
            {
                "code": code,
                "name": translation.get_language_info(code)["name_local"],
                "url": in_language(address, code),
                "is_current": code == language,
            }
            for code, _name in settings.LANGUAGES
        ],
    }
    return seal(HttpResponse(render_to_string(template, {**frame, **context}), status=status))


def seal(response: HttpResponse) -> HttpResponse:
    """Put the headers on an answer that every public one carries."""
    response["Referrer-Policy"] = "no-referrer"
    response.headers.setdefault("Cache-Control", "no-store")
    response._csp_config = POLICY  # type: ignore[attr-defined]
    return response


# Head and text of the pages that say what went wrong.
_ERRORS: Final[dict[int, tuple[Promise, Promise]]] = {
    400: (
        gettext_lazy("This request cannot be read"),
        gettext_lazy("Something in it is not as it should be. Go back and try again."),
    ),
    403: (
        gettext_lazy("This is not open to you"),
        gettext_lazy("This page does not answer such a request."),
    ),
    404: (
        gettext_lazy("This page does not exist"),
        gettext_lazy("It was moved, or the address was mistyped."),
    ),
    405: (
        gettext_lazy("This page does not take that"),
        gettext_lazy("The page can be read, but nothing can be sent to it in this way."),
    ),
    409: (
        gettext_lazy("That is not possible"),
        gettext_lazy("Go back and try again."),
    ),
    429: (
        gettext_lazy("Too many requests"),
        gettext_lazy("Too many requests at this moment. Please try again a little later."),
    ),
    500: (
        gettext_lazy("Something went wrong on our side"),
        gettext_lazy("Nothing was recorded. Please try again a little later."),
    ),
}


def error_page(request: HttpRequest, status: int, *, text: Text = "") -> HttpResponse:
    """Return the page in the public frame that says what went wrong."""
    title, standing = _ERRORS[status]
    context = {"title": title, "text": text or standing, "is_error": True}
    return render_public(request, "public/error.html", context, status=status)


class PublicPage(View):
    """
    A page for everybody.

    Subclasses set `title` and a template that extends `public/base.html`, and give their own
    context. A refusal in `post` is shown above the same page with what was typed kept (`posted` in
    the context), status 409. Answers are not kept by anybody on the way; a page whose text is the
    same for everybody sets `is_cacheable`, and is then sent again only where it has changed.
    """

    title: Text = ""
    template_name: ClassVar[str] = ""
    is_cacheable: ClassVar[bool] = False
    longest_text: ClassVar[int] = LONGEST_TEXT

    @classmethod
    def as_view(cls, **initkwargs: Any) -> Callable[..., HttpResponseBase]:
        return csrf_exempt(login_not_required(super().as_view(**initkwargs)))

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            if request.method == "POST":
                self.prepare(request)
                refuse_unfit_text(request, longest=self.longest_text)
            response = super().dispatch(request, *args, **kwargs)
        except Http404:
            return error_page(request, 404)
        except TooManyRequests as refusal:
            answer = error_page(request, 429, text=refusal.message)
            answer["Retry-After"] = str(refusal.retry_after)
            return answer
        except ActionRefused as refusal:
            return self.show_refusal(refusal)
        if isinstance(response, HttpResponse):
            seal(response)
            if self.is_cacheable and response.status_code == 200:
                return self.sent_if_changed(response)
        return response

    def prepare(self, request: HttpRequest) -> None:
        """Do what has to be done before anything of a form is read; may refuse."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self.render(self.get_context_data())

    def get_title(self) -> Text:
        """Return the heading of the page."""
        return self.title

    def get_context_data(self) -> dict[str, Any]:
        """Return what the template is drawn with."""
        return {"title": self.get_title()}

    def render(self, context: Mapping[str, Any], *, status: int = 200) -> HttpResponse:
        """Return the page drawn with a context."""
        return render_public(self.request, self.template_name, context, status=status)

    def last_modified(self) -> datetime | None:
        """Return when what the page shows last changed, where that is known."""
        return None

    def sent_if_changed(self, response: HttpResponse) -> HttpResponseBase:
        """Return the answer, or only that it is what the visitor has already."""
        etag = f'"{hashlib.sha256(response.content).hexdigest()[:32]}"'
        changed = self.last_modified()
        seconds = int(changed.timestamp()) if changed is not None else None
        response["ETag"] = etag
        # Kept by whoever likes, and asked for again each time.
        response["Cache-Control"] = "public, no-cache"
        if seconds is not None:
            response["Last-Modified"] = http_date(seconds)
        answer = get_conditional_response(
            self.request, etag=etag, last_modified=seconds, response=response
        )
        return answer if answer is not None else response

    def show_refusal(self, refusal: ActionRefused) -> HttpResponse:
        """Show the page again with the reason above it and the typed words kept."""
        if self.request.method != "POST":
            return error_page(self.request, 409, text=str(refusal))
        context = {"refusal": str(refusal), "posted": self.request.POST, **self.get_context_data()}
        return self.render(context, status=409)

    def http_method_not_allowed(
        self, request: HttpRequest, *args: Any, **kwargs: Any
    ) -> HttpResponse:
        response = error_page(request, 405)
        allowed = [name.upper() for name in self.http_method_names if hasattr(self, name)]
        response["Allow"] = ", ".join(allowed)
        return response


class IndexPage(PublicPage):
    """The first public page: what there is."""

    title = gettext_lazy("Public information and services")
    template_name = "public/index.html"
    is_cacheable = True

    def get_context_data(self) -> dict[str, Any]:
        return {
            **super().get_context_data(),
            "lead": _("What everybody may read and do here without a login."),
        }


def register() -> None:
    """Give the first page its address; called when apps are ready."""
    register_public_page("", IndexPage, name="index")
