"""Links to records, for whoever may open them."""

import re

from django.contrib import admin
from django.http import HttpRequest
from django.urls import Resolver404, resolve
from django.utils.html import conditional_escape
from django.utils.safestring import mark_safe

_LINK = re.compile(r'<a href="([^"]*)"[^>]*>(.*?)</a>', re.DOTALL)


def may_open(url: str, request: HttpRequest) -> bool:
    """Return whether the page of a record, if it is one, opens to the person at the screen."""
    try:
        name = resolve(url).url_name
    except Resolver404:
        return True
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
