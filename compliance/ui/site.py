"""The admin site of the console: desk, palette, pages, and one door at which refusals are told."""

from collections.abc import Callable
from functools import partial, wraps
from typing import Any, cast
from urllib.parse import urlencode

from django.apps import apps
from django.contrib.auth.views import PasswordChangeView
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.template.response import TemplateResponse
from django.urls import URLPattern, URLResolver, path, reverse
from django.utils.functional import lazy
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.dataclasses import SearchResult
from unfold.sites import UnfoldAdminSite

from compliance.errors import ActionRefused, NotPermitted
from compliance.ui.desk import cards, frame
from compliance.ui.navigation import destinations, sidebar
from compliance.ui.pages import registered_pages
from compliance.ui.password import OwnPasswordForm
from compliance.ui.refusals import put_on_record, redirect_refused
from compliance.ui.search import find_all, is_identity, kinds_for, tidy

# Our choice; no article sets it. More lines than this are not read by anybody.
PALETTE_LINES = 50
PALETTE_HITS = 4


class ConsoleSite(UnfoldAdminSite):
    """The admin site of Heyan."""

    index_title = _("Work desk")
    index_template = "ui/desk.html"
    enable_nav_sidebar = True

    def get_urls(self) -> list[URLPattern | URLResolver]:
        pages = [
            path(page.route, self.admin_view(page.view.as_view(site=self)), name=page.name)
            for page in registered_pages()
        ]
        return pages + list(super().get_urls())

    def admin_view(self, view: Callable[..., Any], cacheable: bool = False) -> Callable[..., Any]:
        inner = super().admin_view(view, cacheable)

        @wraps(view)
        def door(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
            try:
                return inner(request, *args, **kwargs)
            except ActionRefused as refusal:
                return redirect_refused(request, refusal)
            except PermissionDenied:
                put_on_record(request, NotPermitted())
                raise

        return door

    def index(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> TemplateResponse:
        context = {"cards": cards(request), **(extra_context or {})}
        page: TemplateResponse = super().index(request, context)
        return page

    def app_index(
        self, request: HttpRequest, app_label: str, extra_context: dict[str, Any] | None = None
    ) -> TemplateResponse:
        title = apps.get_app_config(app_label).verbose_name
        page: TemplateResponse = super().app_index(
            request, app_label, {"title": title, **(extra_context or {})}
        )
        return page

    def logout(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponseBase:
        """Log out who sends the form; who only opens the address is asked."""
        if request.method in ("GET", "HEAD"):
            request.current_app = self.name
            context = {**self.each_context(request), "title": gettext("Log out?")}
            return TemplateResponse(request, "ui/log_out.html", context)
        return super().logout(request, extra_context)

    def each_context(self, request: HttpRequest) -> dict[str, Any]:
        return {**super().each_context(request), "frame": frame(request)}

    def get_app_list(
        self, request: HttpRequest, app_label: str | None = None
    ) -> list[dict[str, Any]]:
        """
        Return the models by application, read only if a page draws them.

        Every page is given the list, and ours draw the sidebar instead: it took an eighth of the
        time of a page for nothing.
        """
        read = partial(super().get_app_list, request, app_label)
        return cast("list[dict[str, Any]]", lazy(read, list)())

    def get_sidebar_list(self, request: HttpRequest) -> list[dict[str, Any]]:
        return sidebar(request, self)

    def password_change(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponseBase:
        request.current_app = self.name
        view = PasswordChangeView.as_view(
            form_class=OwnPasswordForm,
            success_url=reverse(f"{self.name}:password_change_done"),
            template_name=self.password_change_template or "registration/password_change_form.html",
            extra_context={**self.each_context(request), **(extra_context or {})},
        )
        return view(request)

    def search(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """
        Answer the palette: places whose name contains what was typed, and records that it names.

        The theme keeps answers for minutes; a permission taken away must not linger there, so
        nothing is kept. Values that look like identity data are not looked up.
        """
        words = tidy(request.GET.get("s", ""))
        if not words:
            return HttpResponse()
        held_back = is_identity(words)
        found = [] if held_back else [*self.places(request, words), *self.records(request, words)]
        return TemplateResponse(
            request,
            "unfold/helpers/command_results.html",
            {"results": found[:PALETTE_LINES], "held_back": held_back},
        )

    def places(self, request: HttpRequest, words: str) -> list[SearchResult]:
        """Return the pages and lists whose name contains the words."""
        words = words.lower()
        return [
            SearchResult(
                title=entry["title"],
                description=str(section.title),
                link=entry["link"],
                icon=entry["icon"],
            )
            for section, entries in destinations(request, self)
            for entry in entries
            if words in entry["title"].lower() or words in str(section.title).lower()
        ]

    def records(self, request: HttpRequest, words: str) -> list[SearchResult]:
        """Return the first records of each kind that the words name, and the way to all of them."""
        groups = find_all(kinds_for(request)[0], words, size=PALETTE_HITS)
        found = [
            SearchResult(
                title=str(hit.title),
                description=" · ".join(
                    str(part)
                    for part in (group.kind.label, hit.badge.text if hit.badge else "", hit.hint)
                    if part
                ),
                link=hit.url,
                icon=group.kind.icon,
            )
            for group in groups
            for hit in group.hits
        ]
        if any(group.older for group in groups):
            found.append(
                SearchResult(
                    title=gettext("Everything that was found"),
                    description=words,
                    link=f"{reverse(f'{self.name}:search_records')}?{urlencode({'q': words})}",
                    icon="search",
                )
            )
        return found
