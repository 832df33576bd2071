"""Addresses of the API; whatever leads nowhere is told as a problem too."""

from django.contrib.auth.decorators import login_not_required
from django.urls import include, path, re_path
from django.views.decorators.csrf import csrf_exempt

from compliance.api.documents import index, openapi, unknown
from compliance.api.resources import VERSION, resource_urls

app_name = "api"
urlpatterns = [
    path("", login_not_required(csrf_exempt(index)), name="index"),
    path("schema/", login_not_required(csrf_exempt(openapi)), name="schema"),
    path(f"{VERSION}/", include(resource_urls())),
    re_path(r"^.*$", login_not_required(csrf_exempt(unknown)), name="unknown"),
]
