"""What stands in the sidebar: sections, links to pages, and lists of records that ask for a place."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

Text = str | Promise


@dataclass(frozen=True, kw_only=True)
class Section:
    """A heading of the sidebar."""

    code: str
    title: Text
    order: int


@dataclass(frozen=True, kw_only=True)
class Link:
    """A line of the sidebar; shown to whoever holds the permission, if it names one."""

    section: str
    title: Text
    view: str
    permission: str = ""
    icon: str = ""
    key: str = ""
    order: int = 0
    badge: Callable[[HttpRequest], str | int | None] | None = None
    count: str = ""
    query: str = ""
    opens_to: Callable[[HttpRequest], bool] | None = None

    def is_shown_to(self, request: HttpRequest) -> bool:
        """Return whether the person at the screen may follow the link."""
        if self.permission and not request.user.has_perm(self.permission):
            return False
        return self.opens_to is None or self.opens_to(request)


_sections: dict[str, Section] = {}
_links: dict[str, Link] = {}


def register_section(code: str, title: Text, *, order: int) -> Section:
    """
    Add a heading to the sidebar.

    :raises ValueError: if the code already stands for another heading.
    """
    section = Section(code=code, title=title, order=order)
    known = _sections.setdefault(code, section)
    if (known.order, str(known.title)) != (order, str(title)):
        raise ValueError(f"Section {code!r} is already registered with another title or order.")
    return known


def register_link(
    section: str,
    title: Text,
    *,
    view: str,
    permission: str = "",
    icon: str = "",
    key: str = "",
    order: int = 0,
    badge: Callable[[HttpRequest], str | int | None] | None = None,
    count: str = "",
    query: str = "",
    opens_to: Callable[[HttpRequest], bool] | None = None,
) -> Link:
    """
    Add a page to the sidebar; `view` is the name of its URL, `badge` says how much waits there.

    `count` is the name under which that figure is refreshed while a page is open; `query` is put
    behind the address, so that a list may stand in the sidebar more than once.

    :raises ValueError: if the section is unknown.
    """
    if section not in _sections:
        raise ValueError(f"Section {section!r} is not registered.")
    link = Link(
        section=section,
        title=title,
        view=view,
        permission=permission,
        icon=icon,
        key=key,
        order=order,
        badge=badge,
        count=count,
        query=query,
        opens_to=opens_to,
    )
    _links[f"{view}{query}"] = link
    return link


def sections() -> list[Section]:
    """Return the headings in the order in which they stand."""
    return sorted(_sections.values(), key=lambda section: section.order)


def destinations(
    request: HttpRequest, site: admin.AdminSite | None = None
) -> list[tuple[Section, list[dict[str, Any]]]]:
    """Return every place that the person at the screen may go to, by section."""
    site = site or admin.site
    places: dict[str, list[tuple[int, dict[str, Any]]]] = {code: [] for code in _sections}
    for link in _links.values():
        if link.is_shown_to(request):
            badge = link.badge(request) if link.badge else None
            places[link.section].append(
                (
                    link.order,
                    _entry(request, link.title, f"{_address(link.view)}{link.query}", link, badge),
                )
            )
    registry: dict[Any, Any] = dict(site._registry)
    for model, model_admin in registry.items():
        # Classes of other packages, not built on ConsoleAdmin, ask for no place.
        section = getattr(model_admin, "section", "")
        if section in places and model_admin.has_view_permission(request):
            opts = model._meta
            url = _address(f"{site.name}:{opts.app_label}_{opts.model_name}_changelist")
            places[section].append(
                (
                    getattr(model_admin, "section_order", 0),
                    _entry(
                        request,
                        getattr(model_admin, "list_title", "") or opts.verbose_name_plural,
                        url,
                        model_admin,
                        None,
                    ),
                )
            )
    return [
        (section, [entry for _order, entry in sorted(places[section.code], key=lambda p: p[0])])
        for section in sections()
    ]


def sidebar(request: HttpRequest, site: admin.AdminSite | None = None) -> list[dict[str, Any]]:
    """Return the sidebar in the form that the theme draws."""
    return [
        {"title": section.title, "separator": False, "collapsible": False, "items": entries}
        for section, entries in destinations(request, site)
        if entries
    ]


@cache
def _address(view: str) -> str:
    """Return the address of a page that names no record: looked up once, not for every line anew."""
    return reverse(view)


def _entry(
    request: HttpRequest, title: Any, url: str, source: Any, badge: str | int | None
) -> dict[str, Any]:
    path, _mark, query = url.partition("?")
    is_here = request.path == url or (
        url != _address("admin:index") and request.path.startswith(url)
    )
    if query:
        is_here = request.path == path and request.META.get("QUERY_STRING", "") == query
    return {
        "title": capfirst(str(title)),
        "link": url,
        "icon": source.icon or "list",
        "key": source.key,
        "badge": "" if badge is None else str(badge),
        "count": getattr(source, "count", ""),
        "badge_variant": "primary",
        "active": is_here,
        # Only what the person may open is asked for in the first place.
        "has_permission": True,
    }


register_section("desk", _("Work desk"), order=10)
register_section("accounts", _("Accounts"), order=20)
register_section("enforcement", _("Enforcement"), order=30)
register_section("reports", _("Reports"), order=40)
register_section("people", _("People and roles"), order=50)
register_section("records", _("Records"), order=60)
register_link("desk", _("My desk"), view="admin:index", icon="space_dashboard", key="g d", order=0)
