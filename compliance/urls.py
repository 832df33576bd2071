"""Addresses: health, the API, the public pages, then the console at the root."""

from django.contrib import admin
from django.contrib.auth.decorators import login_not_required
from django.urls import include, path, re_path
from django.views.i18n import set_language

from compliance import health
from compliance.public import errors
from compliance.public.pages import registered_public_patterns

handler400 = errors.bad_request
handler403 = errors.permission_denied
handler404 = errors.page_not_found
handler500 = errors.server_error

public_patterns = [
    *registered_public_patterns(),
    # The console below takes every address for its own.
    re_path("", errors.NoPublicPage.as_view()),
]

urlpatterns = [
    path("healthz", health.healthz, name="healthz"),
    path("language/", login_not_required(set_language), name="set_language"),
    path("public/", include((public_patterns, "public"))),
    path("public", errors.NoPublicPage.as_view()),
    path("api/", include("compliance.api.urls")),
    path("", admin.site.urls),
]
