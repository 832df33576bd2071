"""How the API says that it did not do what was asked: RFC 9457, with codes that stay."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from django.core.exceptions import PermissionDenied, RequestDataTooBig
from django.http import Http404, HttpResponse, JsonResponse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from rest_framework import exceptions

from compliance import context, errors

Text = str | Promise
CONTENT_TYPE = "application/problem+json"
# A name and no address: the same for every platform that runs this console.
TYPE = "urn:heyan:problem:"


@dataclass(frozen=True)
class Kind:
    """A sort of problem: its code and status never change, its title is for people."""

    code: str
    status: int
    title: Text
    detail: Text


_kinds: dict[str, Kind] = {}


def register_problem(code: str, status: int, title: Text, detail: Text) -> Kind:
    """
    Add a sort of problem; called when a module is loaded.

    :raises ValueError: if the code stands for another one.
    """
    kind = Kind(code, status, title, detail)
    known = _kinds.setdefault(code, kind)
    if (known.status, str(known.title)) != (status, str(title)):
        raise ValueError(f"A problem {code!r} is already registered.")
    return known


def kinds() -> list[Kind]:
    """Return every sort of problem by its status and code."""
    return sorted(_kinds.values(), key=lambda kind: (kind.status, kind.code))


MALFORMED = register_problem(
    "malformed-request", 400, _("Malformed request"), _("The request cannot be read.")
)
INVALID = register_problem(
    "invalid-input",
    400,
    _("Invalid input"),
    _("Some of what was sent cannot be used; “errors” names each place."),
)
INVALID_CURSOR = register_problem(
    "invalid-cursor",
    400,
    _("Invalid cursor"),
    _("The cursor is not one that this list gave for these filters. Begin without a cursor."),
)
KEY_MISSING = register_problem(
    "idempotency-key-missing",
    400,
    _("Idempotency key missing"),
    _("Send the header Idempotency-Key with 1 to 128 visible characters, new for each request."),
)
UNAUTHENTICATED = register_problem(
    "unauthenticated",
    401,
    _("Not authenticated"),
    _("Send a valid key in the header Authorization: Bearer."),
)
TLS_REQUIRED = register_problem(
    "tls-required",
    403,
    _("TLS required"),
    _("The API answers over HTTPS alone. A key that was sent in the clear has to be replaced."),
)
SCOPE_MISSING = register_problem(
    "scope-missing", 403, _("Scope missing"), _("The client lacks a scope.")
)
NOT_PERMITTED = register_problem(
    "not-permitted", 403, _("Not permitted"), errors.NotPermitted.message
)
NOT_FOUND = register_problem("not-found", 404, _("Not found"), _("There is nothing here."))
METHOD_NOT_ALLOWED = register_problem(
    "method-not-allowed",
    405,
    _("Method not allowed"),
    _("This address does not take that method; the header Allow names those that it takes."),
)
NOT_ACCEPTABLE = register_problem(
    "not-acceptable", 406, _("Not acceptable"), _("The API answers in application/json alone.")
)
REFUSED = register_problem("refused", 409, _("Refused"), errors.ActionRefused.message)
IN_PROGRESS = register_problem(
    "request-in-progress",
    409,
    _("Request in progress"),
    _("A request with this idempotency key is still being worked on. Ask again in a moment."),
)
STALE = register_problem("stale-version", 412, _("Stale version"), errors.StaleVersion.message)
TOO_LARGE = register_problem("too-large", 413, _("Too large"), _("The body is too large."))
UNSUPPORTED_MEDIA_TYPE = register_problem(
    "unsupported-media-type",
    415,
    _("Unsupported media type"),
    _("Send application/json in UTF-8."),
)
UNUSABLE = register_problem("unusable-input", 422, _("Unusable input"), errors.InvalidInput.message)
KEY_REUSED = register_problem(
    "idempotency-key-reused",
    422,
    _("Idempotency key used before"),
    _("This idempotency key was sent with another request. Take a new one."),
)
PRECONDITION_REQUIRED = register_problem(
    "precondition-required",
    428,
    _("Precondition required"),
    _("Send the ETag of the record as you know it in the header If-Match."),
)
TOO_MANY = register_problem(
    "too-many-requests",
    429,
    _("Too many requests"),
    _("The client has used what it may ask in a minute. Retry-After says when to go on."),
)
INTERNAL = register_problem(
    "internal-error",
    500,
    _("Internal error"),
    _(
        "Something failed on our side. It is not known whether the act was done: ask again with the same idempotency key."
    ),
)
UNAVAILABLE = register_problem(
    "unavailable", 503, _("Unavailable"), _("This cannot be done now. Try again later.")
)

_BY_STATUS = {
    400: MALFORMED,
    401: UNAUTHENTICATED,
    403: NOT_PERMITTED,
    404: NOT_FOUND,
    405: METHOD_NOT_ALLOWED,
    406: NOT_ACCEPTABLE,
    413: TOO_LARGE,
    415: UNSUPPORTED_MEDIA_TYPE,
    503: UNAVAILABLE,
}


@dataclass(frozen=True)
class FieldError:
    """What is wrong at one place: of the body by JSON pointer, or a parameter of the address."""

    code: str
    detail: Text
    pointer: str | None = None
    parameter: str | None = None

    def as_json(self) -> dict[str, str]:
        """Return the entry of `errors`."""
        place = (
            {"parameter": self.parameter}
            if self.parameter is not None
            else {"pointer": self.pointer or "#"}
        )
        return {**place, "code": self.code, "detail": str(self.detail)}


class ApiProblem(Exception):
    """Raised wherever the API stops; the answer is made of it."""

    def __init__(
        self,
        kind: Kind,
        detail: Text | None = None,
        *,
        fields: Sequence[FieldError] = (),
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(kind.code)
        self.kind = kind
        self.detail = detail
        self.fields = fields
        self.headers = dict(headers or {})


# Which sort of problem a refusal of a service is; the nearest base class counts.
_refusals: dict[type[errors.ActionRefused], tuple[Kind, Mapping[str, str]]] = {}


def register_refusal(
    refusal: type[errors.ActionRefused], kind: Kind, headers: Mapping[str, str] | None = None
) -> None:
    """Say which sort of problem a service's refusal is; called when a module is loaded."""
    _refusals[refusal] = (kind, headers or {})


register_refusal(errors.ActionRefused, REFUSED)
register_refusal(errors.InvalidInput, UNUSABLE)
register_refusal(errors.MissingReason, UNUSABLE)
register_refusal(errors.NotPermitted, NOT_PERMITTED)
register_refusal(errors.StaleVersion, STALE)


def problem_of(exception: Exception) -> ApiProblem | None:
    """Return the problem that an exception stands for; None for what nobody foresaw."""
    match exception:
        case ApiProblem():
            return exception
        case errors.ActionRefused():
            base = next(each for each in type(exception).__mro__ if each in _refusals)
            kind, headers = _refusals[base]
            return ApiProblem(kind, str(exception), headers=headers)
        case exceptions.MethodNotAllowed():
            return ApiProblem(METHOD_NOT_ALLOWED)
        case Http404():
            return ApiProblem(NOT_FOUND)
        case PermissionDenied():
            return ApiProblem(NOT_PERMITTED)
        case RequestDataTooBig():
            return ApiProblem(TOO_LARGE)
        case exceptions.APIException():
            return ApiProblem(_BY_STATUS.get(exception.status_code, MALFORMED))
    return None


def response_of(problem: ApiProblem) -> HttpResponse:
    """Return the answer that tells of a problem."""
    kind = problem.kind
    content: dict[str, Any] = {
        "type": f"{TYPE}{kind.code}",
        "title": str(kind.title),
        "status": kind.status,
        "detail": str(kind.detail if problem.detail is None else problem.detail),
    }
    # What fails to authenticate gets the same bytes, whatever failed; the header has the number.
    if kind is not UNAUTHENTICATED:
        content["instance"] = f"urn:heyan:request:{context.request_id.get()}"
    if problem.fields:
        content["errors"] = [each.as_json() for each in problem.fields]
    response = JsonResponse(
        content,
        status=kind.status,
        content_type=CONTENT_TYPE,
        json_dumps_params={"ensure_ascii": False},
    )
    response["Cache-Control"] = "no-store"
    for name, value in problem.headers.items():
        response[name] = value
    if kind is UNAUTHENTICATED:
        response["WWW-Authenticate"] = 'Bearer realm="heyan"'
    return response


def handle_exception(exception: Exception, context_of_view: dict[str, Any]) -> HttpResponse | None:
    """Answer an exception of a view; the setting EXCEPTION_HANDLER names this function."""
    problem = problem_of(exception)
    if problem is None:
        return None
    if problem.kind is METHOD_NOT_ALLOWED:
        problem.headers["Allow"] = ", ".join(context_of_view["view"].allowed_methods)
    return response_of(problem)


def problem_of_status(status: int) -> ApiProblem:
    """Return the problem that stands for an error which no view of the API has answered."""
    if status in _BY_STATUS:
        return ApiProblem(_BY_STATUS[status])
    return ApiProblem(INTERNAL if status >= HTTPStatus.INTERNAL_SERVER_ERROR else MALFORMED)
