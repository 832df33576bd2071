"""Addresses: health, then the console at the root."""

from django.contrib import admin
from django.urls import path

from compliance import health

urlpatterns = [
    path("healthz", health.healthz, name="healthz"),
    path("", admin.site.urls),
]
