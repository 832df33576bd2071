"""Pages inside the console that are no list and no form of one table."""

from collections.abc import Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, ClassVar

from django.contrib import admin, messages
from django.contrib.admin.sites import AdminSite
from django.core.exceptions import PermissionDenied
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import TemplateView

from compliance.errors import ActionRefused, InvalidInput
from compliance.ui.refusals import log_refusal, put_on_record

Text = str | Promise
# Our choice; no article sets it. Longer texts belong into an attachment.
LONGEST_TEXT = 20_000


@dataclass(frozen=True)
class Crumb:
    """A step of the way to a page; the last one has no address."""

    title: Text
    url: str = ""


def refuse_unfit_text(request: HttpRequest, *, longest: int) -> None:
    """
    Refuse what no page of ours sends and no table can hold.

    :raises InvalidInput: if a field holds a NUL or more than a person would write.
    """
    for _name, values in request.POST.lists():
        for text in values:
            if len(text) > longest:
                raise InvalidInput(
                    _("A text is too long: at most %(count)s characters.") % {"count": longest}
                )
            if "\x00" in text:
                raise InvalidInput(
                    _("A text holds an invisible character (NUL). Write the text without it.")
                )


class ConsolePage(TemplateView):
    """
    A page inside the console's frame.

    Subclasses set `title`, `permission` (a codename with its package, empty for all staff) and a
    template that extends `ui/page.html`, and give their own context. A refusal in `post` is shown
    above the same page with what was typed kept (`posted` in the context), status 409; a refusal
    in `get` leads back to the desk.
    """

    title: Text = ""
    subtitle: Text = ""
    permission: ClassVar[str] = ""
    longest_text: ClassVar[int] = LONGEST_TEXT
    template_name = "ui/page.html"
    site: AdminSite | None = None

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not self.has_permission(request):
            raise PermissionDenied
        if request.method != "POST":
            return super().dispatch(request, *args, **kwargs)
        try:
            refuse_unfit_text(request, longest=self.longest_text)
            response = super().dispatch(request, *args, **kwargs)
        except ActionRefused as refusal:
            return self.show_refusal(refusal)
        if response.status_code == HTTPStatus.UNPROCESSABLE_ENTITY and self.is_act():
            put_on_record(request, InvalidInput(_wrong_fields(response)))
        return response

    def is_act(self) -> bool:
        """Return whether what was sent is to be done, and not only to be looked at beforehand."""
        return self.request.POST.get("action") != "preview"

    def has_permission(self, request: HttpRequest) -> bool:
        """Return whether the person at the screen may open the page."""
        site = self.site or admin.site
        return site.has_permission(request) and (
            not self.permission or request.user.has_perm(self.permission)
        )

    def show_refusal(self, refusal: ActionRefused) -> HttpResponse:
        """Show the page again with the reason above it and the typed words kept."""
        log_refusal(self.request, refusal)
        if self.is_act():
            put_on_record(self.request, refusal)
        messages.error(self.request, str(refusal))
        context = self.get_context_data(**self.kwargs)
        return self.render_to_response({**context, "posted": self.request.POST}, status=409)

    def redirect(self, url: str, message: Text = "") -> HttpResponse:
        """Go on to another page, saying what was achieved."""
        if message:
            messages.success(self.request, str(message))
        return HttpResponseRedirect(url)

    def breadcrumbs(self) -> Sequence[Crumb]:
        """Return the way to this page; the desk is put before it."""
        return [Crumb(self.get_title())]

    def get_title(self) -> Text:
        """Return the heading of the page."""
        return self.title

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        site = self.site or admin.site
        self.request.current_app = site.name
        return {
            **site.each_context(self.request),
            "title": self.get_title(),
            "subtitle": self.subtitle,
            "breadcrumbs": [
                Crumb(site.index_title, reverse(f"{site.name}:index")),
                *self.breadcrumbs(),
            ],
            **super().get_context_data(**kwargs),
        }


def _wrong_fields(response: HttpResponseBase) -> Promise | None:
    """Return which fields of a form that is shown again were filled in wrongly, or None."""
    shown: dict[str, Any] = getattr(response, "context_data", None) or {}
    names = [
        form[name].label
        for form in shown.values()
        if isinstance(form, BaseForm) and form.is_bound
        for name in form.errors
        if name in form.fields
    ]
    if not names:
        return None
    # Put into words where it is read: the record keeps the console's own language.
    listed = format_lazy("{sep}".join("{}" for _name in names), *names, sep=gettext_lazy(", "))
    return format_lazy(
        gettext_lazy("The form was not filled in as it has to be: {fields}."), fields=listed
    )


@dataclass(frozen=True)
class RegisteredPage:
    """Where a page stands."""

    route: str
    view: type[ConsolePage]
    name: str


_pages: dict[str, RegisteredPage] = {}


def register_page(route: str, view: type[ConsolePage], *, name: str) -> RegisteredPage:
    """
    Give a page its address; `admin:<name>` is then the name of its URL.

    :raises ValueError: if another page has the name.
    """
    page = RegisteredPage(route, view, name)
    if _pages.setdefault(name, page) != page:
        raise ValueError(f"A page named {name!r} is already registered.")
    return page


def registered_pages() -> list[RegisteredPage]:
    """Return every page that was given an address."""
    return list(_pages.values())
