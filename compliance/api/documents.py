"""What the API says of itself, to anybody: where things are, which problems there are, OpenAPI."""

import hashlib
from functools import cache

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.utils import translation
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.renderers import OpenApiJsonRenderer

from compliance.api.middleware import accepted_language
from compliance.api.problems import (
    METHOD_NOT_ALLOWED,
    NOT_FOUND,
    TYPE,
    ApiProblem,
    kinds,
    response_of,
)
from compliance.api.resources import VERSION
from compliance.scopes import scopes

_ALLOWED = ("GET", "HEAD")


def _refused_method() -> HttpResponse:
    return response_of(ApiProblem(METHOD_NOT_ALLOWED, headers={"Allow": ", ".join(_ALLOWED)}))


def index(request: HttpRequest) -> HttpResponse:
    """List versions, the description, scopes and every problem with its code."""
    if request.method not in _ALLOWED:
        return _refused_method()
    return JsonResponse(
        {
            "versions": {VERSION: f"/api/{VERSION}/"},
            "schema": reverse("api:schema"),
            "scopes": [
                {"code": scope.code, "title": str(scope.label), "writes": scope.is_writing}
                for scope in scopes()
            ],
            "problems": [
                {
                    "type": f"{TYPE}{kind.code}",
                    "status": kind.status,
                    "title": str(kind.title),
                    "detail": str(kind.detail),
                }
                for kind in kinds()
            ],
        },
        json_dumps_params={"ensure_ascii": False},
    )


@cache
def description(language: str) -> bytes:
    """Return the OpenAPI description in one language; made once a process."""
    with translation.override(language):
        schema = SchemaGenerator().get_schema(request=None, public=True)
        return bytes(OpenApiJsonRenderer().render(schema, renderer_context={}))


def openapi(request: HttpRequest) -> HttpResponse:
    """Answer with the OpenAPI description in the language that is asked for."""
    if request.method not in _ALLOWED:
        return _refused_method()
    body = description(accepted_language(request))
    etag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    if request.headers.get("If-None-Match") == etag:
        return HttpResponse(status=304, headers={"ETag": etag})
    return HttpResponse(
        body,
        content_type="application/vnd.oai.openapi+json",
        headers={"ETag": etag, "Cache-Control": "no-cache"},
    )


def unknown(request: HttpRequest) -> HttpResponse:
    """Say that there is nothing here."""
    return response_of(ApiProblem(NOT_FOUND))
