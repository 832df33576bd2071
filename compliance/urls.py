"""Addresses: health, the API, then the console at the root."""

from django.contrib import admin
from django.contrib.auth.decorators import login_not_required
from django.urls import include, path
from django.views.i18n import set_language

from compliance import health

urlpatterns = [
    path("healthz", health.healthz, name="healthz"),
    path("language/", login_not_required(set_language), name="set_language"),
    path("api/", include("compliance.api.urls")),
    path("", admin.site.urls),
]
