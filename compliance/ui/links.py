"""Links to pages, for whoever may open them."""

import re
from urllib.parse import urlsplit

from django.contrib import admin
from django.http import HttpRequest
from django.urls import Resolver404, resolve
from django.utils.html import conditional_escape
from django.utils.safestring import mark_safe

from compliance.ui.pages import ConsolePage

_LINK = re.compile(r'<a href="([^"]*)"[^>]*>(.*?)</a>', re.DOTALL)


def may_open(url: str, request: HttpRequest) -> bool:
    """Return whether an address, if it is a page of the console, opens to whoever asks."""
    try:
        match = resolve(urlsplit(url).path)
    except Resolver404:
        return True
    page = getattr(match.func, "view_class", None)
    if isinstance(page, type) and issubclass(page, ConsolePage):
        view = page()
        view.setup(request, *match.args, **match.kwargs)
        return view.has_permission(request)
    name = match.url_name
    for model, page in admin.site._registry.items():
        if name == f"{model._meta.app_label}_{model._meta.model_name}_change":
            return bool(page.has_view_permission(request))
    return True


def without_closed_links(contents: str, request: HttpRequest) -> str:
    """
    Return drawn text in which only what the person at the screen may open is a link.

    Django links every reference to a record that has a page, whoever reads it.
    """
    drawn = conditional_escape(contents)
    if "<a " not in drawn:
        return drawn
    return mark_safe(  # noqa: S308 - drawn already, and only tags are taken away
        _LINK.sub(lambda link: link[0] if may_open(link[1], request) else link[2], drawn)
    )
