"""How the OpenAPI description tells of what all views have in common."""

from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import OpenApiParameter
from rest_framework import serializers

from compliance.api import idempotency, problems
from compliance.api.problems import CONTENT_TYPE, Kind
from compliance.api.views import SAFE, ApiView, ChangeView, CreateView, ListView, RecordView

_ALWAYS = (
    problems.INVALID,
    problems.UNAUTHENTICATED,
    problems.SCOPE_MISSING,
    problems.NOT_ACCEPTABLE,
    problems.TOO_MANY,
    problems.INTERNAL,
)
_WITH_BODY = (
    problems.MALFORMED,
    problems.REFUSED,
    problems.TOO_LARGE,
    problems.UNSUPPORTED_MEDIA_TYPE,
    problems.UNUSABLE,
)


class FieldErrorOutput(serializers.Serializer):
    """What is wrong at one place."""

    pointer = serializers.CharField(required=False, help_text="RFC 6901, in the body")
    parameter = serializers.CharField(required=False, help_text="name in the address")
    code = serializers.CharField()
    detail = serializers.CharField()


class ProblemOutput(serializers.Serializer):
    """A problem (RFC 9457)."""

    type = serializers.CharField(help_text="urn:heyan:problem:<code>; codes stay")
    title = serializers.CharField()
    status = serializers.IntegerField()
    detail = serializers.CharField()
    instance = serializers.CharField(required=False)
    errors = FieldErrorOutput(many=True, required=False)  # type: ignore[assignment]


class ApiKeyScheme(OpenApiAuthenticationExtension):
    """Names the key of a client."""

    target_class = "compliance.api.authentication.ApiKeyAuthentication"
    name = "clientKey"

    def get_security_definition(self, auto_schema: AutoSchema) -> dict[str, Any]:
        """Return the scheme."""
        return {
            "type": "http",
            "scheme": "bearer",
            "bearerFormat": "heyan_<prefix>_<secret>",
            "description": _("A key that the system administrator makes for a client."),
        }


class ApiSchema(AutoSchema):
    """Adds headers, scopes and problems to every operation."""

    view: ApiView  # type: ignore[override]

    @property
    def _scope(self) -> str:
        return self.view.scopes.get(self.method, "")

    @property
    def _is_change(self) -> bool:
        return isinstance(self.view, ChangeView) and self.method not in SAFE

    @property
    def _has_etag(self) -> bool:
        is_read = isinstance(self.view, RecordView) and self.method in SAFE
        is_new = isinstance(self.view, CreateView) and self.method == "POST"
        return is_read or is_new or self._is_change

    def get_operation(self, *args: Any, **kwargs: Any) -> dict[str, Any] | None:
        operation: dict[str, Any] | None = super().get_operation(*args, **kwargs)
        if operation is not None:
            said = str(operation.get("description", ""))
            scope = _("Scope: %(scope)s") % {"scope": f"`{self._scope}`"}
            operation["description"] = f"{said}\n\n{scope}".strip()
        return operation

    def get_override_parameters(self) -> list[Any]:
        found = [
            OpenApiParameter(
                "Accept-Language",
                str,
                OpenApiParameter.HEADER,
                description=_("zh-Hans (default) or en: language of what is written for people"),
            )
        ]
        if self.method == "POST" and isinstance(self.view, CreateView):
            found.append(
                OpenApiParameter(
                    idempotency.HEADER,
                    {"type": "string", "minLength": 1, "maxLength": 128, "pattern": "^[!-~]+$"},
                    OpenApiParameter.HEADER,
                    required=True,
                    description=_(
                        "New for each request. Sent again with the same content within 24 hours it "
                        "gives the first answer and does nothing."
                    ),
                )
            )
        is_read = isinstance(self.view, RecordView) and self.method in SAFE
        if is_read or self._is_change:
            found.append(
                OpenApiParameter(
                    "If-None-Match" if is_read else "If-Match",
                    str,
                    OpenApiParameter.HEADER,
                    required=not is_read,
                    description=_("the ETag of an earlier answer"),
                )
            )
        return found

    def _problems(self) -> list[Kind]:
        found = list(_ALWAYS)
        if self.method not in SAFE:
            found += _WITH_BODY
        if isinstance(self.view, CreateView) and self.method == "POST":
            found += [problems.KEY_MISSING, problems.KEY_REUSED, problems.IN_PROGRESS]
        if isinstance(self.view, ListView) and self.method in SAFE:
            found.append(problems.INVALID_CURSOR)
        if "{" in self.path:
            found.append(problems.NOT_FOUND)
        if self._is_change:
            found += [problems.STALE, problems.PRECONDITION_REQUIRED]
        found += [problems.UNAVAILABLE] if self.method not in SAFE else []
        return found

    def _get_response_bodies(self, direction: Any = "response") -> dict[str, Any]:
        bodies: dict[str, Any] = super()._get_response_bodies(direction)
        schema = self.resolve_serializer(ProblemOutput, "response").ref
        by_status: dict[int, list[Kind]] = {}
        for kind in self._problems():
            by_status.setdefault(kind.status, []).append(kind)
        for status, kinds in sorted(by_status.items()):
            bodies[str(status)] = {
                "description": "; ".join(f"{kind.title} (`{kind.code}`)" for kind in kinds),
                "content": {CONTENT_TYPE: {"schema": schema}},
            }
        if isinstance(self.view, RecordView) and self.method in SAFE:
            bodies["304"] = {"description": _("not modified")}
        for code, body in bodies.items():
            body["headers"] = self._headers(code)
        return bodies

    def _headers(self, status: str) -> dict[str, Any]:
        text = {"schema": {"type": "string"}}
        names = ["X-Request-ID"]
        if status != "401":
            names += ["RateLimit", "RateLimit-Policy"]
        if status in ("429", "503"):
            names.append("Retry-After")
        if self._has_etag and status in ("200", "201", "304"):
            names.append("ETag")
        if status == "201":
            names.append("Location")
        return dict.fromkeys(names, text)
