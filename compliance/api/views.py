"""Base classes of the views: authenticate, limit, ask for the scope, then one service."""

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, ClassVar

from django.db import models
from django.http import HttpResponse
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy
from rest_framework.generics import GenericAPIView
from rest_framework.mixins import ListModelMixin
from rest_framework.request import Request
from rest_framework.response import Response

from compliance.api import limits, versions
from compliance.api.authentication import ApiKeyAuthentication, log_refused
from compliance.api.content import ApiJsonRenderer, StrictJsonParser
from compliance.api.filters import StrictFilterBackend, require_known_parameters
from compliance.api.idempotency import answer_once, required_key
from compliance.api.pagination import PARAMETERS, SignedCursorPagination
from compliance.api.problems import NOT_FOUND, SCOPE_MISSING, ApiProblem, problem_of
from compliance.api.serializers import StrictSerializer
from compliance.errors import ActionRefused, InvalidInput, NotPermitted
from compliance.models import ApiClient, ApiKey, ApiScopeGrant, StaffUser
from compliance.provisions import Provision
from compliance.refusals import refusals_logged

SAFE = frozenset({"GET", "HEAD"})
# Answers to what cannot be used as it was sent: no service was asked, so none has put it on record.
UNUSABLE = frozenset({400, 413, 415, 422})


class ScopeMissing(NotPermitted):
    """The client lacks the scope that a request asks for."""

    message = gettext_lazy("The client lacks a scope.")


class ApiView(GenericAPIView):
    """
    A resource of the API.

    Subclasses set `scopes`: for each method the scope that it asks for. A method that is not named
    there is answered to nobody.
    """

    scopes: ClassVar[Mapping[str, str]] = {}
    authentication_classes = [ApiKeyAuthentication]
    permission_classes = []
    parser_classes = [StrictJsonParser]
    renderer_classes = [ApiJsonRenderer]
    filter_backends = []
    pagination_class: Any = None
    http_method_names = ["get", "head", "post", "put", "patch", "delete"]

    @property
    def key(self) -> ApiKey:
        """Return the key with which the request came."""
        key = self.request.auth
        assert isinstance(key, ApiKey)
        return key

    @property
    def client(self) -> ApiClient:
        """Return the client that calls."""
        return self.key.client

    @property
    def actor(self) -> StaffUser:
        """Return as whom the client acts."""
        return self.client.actor

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """
        Stop what may not go on: the key, the limit, the scope, then what is asked.

        Without a key nothing is told, not even which methods there are.

        :raises ApiProblem: if any of them does not hold.
        """
        self.format_kwarg = None
        self.perform_authentication(request)
        self.allowance = limits.take(self.key, is_writing=request.method not in SAFE)
        limits.require_allowance(self.allowance)
        # A method that is not there is told by the framework, once the key holds.
        if request.method in self.allowed_methods:
            self.require_scope(request)
        request.accepted_renderer, request.accepted_media_type = self.perform_content_negotiation(
            request
        )
        require_known_parameters(request, self.known_parameters())
        # No text in the database holds it, and a lookup by it would be a fault.
        if any("\x00" in part for part in kwargs.values() if isinstance(part, str)):
            raise ApiProblem(NOT_FOUND)

    def require_scope(self, request: Request) -> None:
        """
        Refuse a client that may not do this, and put that on record.

        :raises ApiProblem: if the client does not hold the scope of the method.
        """
        method = "GET" if request.method == "HEAD" else str(request.method)
        scope = self.scopes.get(method, "")
        held = ApiScopeGrant.objects.filter(client=self.client, ended_at=None, scope=scope)
        if scope and held.exists():
            return
        # Put into words where it is read: the record keeps the console's own language.
        sentence = format_lazy(
            gettext_lazy("The client lacks the scope “{scope}”."), scope=scope or "-"
        )
        log_refused(
            ScopeMissing(sentence),
            action="compliance.apiclient.call",
            target=self.client,
            actor=self.actor,
        )
        raise ApiProblem(SCOPE_MISSING, sentence)

    def handle_exception(self, exc: Exception) -> Response:
        """Answer with the problem; what a client sent and we could not use is put on record too."""
        problem = problem_of(exc)
        if (
            problem is not None
            and problem.kind.status in UNUSABLE
            and not isinstance(exc, ActionRefused)
            and self.request.method not in SAFE
            and isinstance(self.request.auth, ApiKey)
        ):
            # No word of what was sent: it may hold anything.
            log_refused(
                InvalidInput(problem.kind.detail),
                action="compliance.apiclient.call",
                target=self.client,
                actor=self.actor,
            )
        return super().handle_exception(exc)

    def known_parameters(self) -> set[str]:
        """Return the names that the address may ask with."""
        return set()

    def finalize_response(
        self, request: Request, response: Any, *args: Any, **kwargs: Any
    ) -> Response:
        allowance = getattr(self, "allowance", None)
        if allowance is not None:
            allowance.put_on(response)
        response.setdefault("Cache-Control", "no-store")
        return super().finalize_response(request, response, *args, **kwargs)

    @contextmanager
    def refusals_logged(
        self, action: str, provision: Provision, target: models.Model | None = None
    ) -> Iterator[None]:
        """Put on record what a service refuses to this client; stands outside its transaction."""
        with refusals_logged(
            action=action,
            target=self.client if target is None else target,
            actor=self.actor,
            provision=provision,
        ):
            yield


class ListView(ListModelMixin, ApiView):
    """A list by cursor, with declared filters (`filterset_class`)."""

    filter_backends = [StrictFilterBackend]
    pagination_class = SignedCursorPagination

    def known_parameters(self) -> set[str]:
        filterset = getattr(self, "filterset_class", None)
        declared = set(filterset.base_filters) if filterset else set()
        return declared | set(PARAMETERS)

    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Return one page of the list."""
        page = self.paginate_queryset(self.filter_queryset(self.get_queryset()))
        return self.get_paginated_response(self.get_serializer(page, many=True).data)


def version_of(record: Any) -> int:
    """Return the version of a record; one that never changes has the first."""
    return int(getattr(record, "version", 1))


class RecordView(ApiView):
    """One record with its ETag."""

    def get(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponse:
        """Return the record, or 304 where the client has it already."""
        record = self.get_object()
        data = self.get_serializer(record).data
        etag = versions.etag_of(version_of(record), ApiJsonRenderer().render(data))
        # To be asked for anew each time, which the ETag makes cheap.
        headers = {"ETag": etag, "Cache-Control": "private, no-cache"}
        if versions.is_unmodified(request, etag):
            return HttpResponse(status=304, headers=headers)
        return Response(data, headers=headers)


class ChangeView(ApiView):
    """Changes one record that the client has seen: `expected_version` goes to the service."""

    def expected_version(self) -> int:
        """
        Return the version that the change is meant for; the service compares it under its lock.

        :raises ApiProblem: if If-Match is missing, or is no ETag of ours.
        """
        return versions.expected_version(self.request)

    def changed(self, record: models.Model) -> Response:
        """Return the record as it stands after the change, with its new ETag."""
        data = self.get_serializer(record).data
        etag = versions.etag_of(version_of(record), ApiJsonRenderer().render(data))
        return Response(data, headers={"ETag": etag})


class CreateView(ApiView, ABC):
    """
    Creates by POST, once for each idempotency key.

    Subclasses set `input_class`, `act` and `provision` (what a refusal is logged under), and
    `create`, which calls one service within the transaction; where others are asked before it,
    `prepare` too.
    """

    input_class: ClassVar[type[StrictSerializer]]
    act: ClassVar[str]
    provision: ClassVar[Provision]

    def prepare(self, given: dict[str, Any]) -> Any:
        """Ask others before the transaction; may run more than once for one request."""
        return given

    @abstractmethod
    def create(self, prepared: Any) -> Response:
        """Call one service and return the answer, status and headers included."""

    def answer_post(self, request: Request) -> HttpResponse:
        """Return the answer to a POST, the kept one where it was carried out before."""
        key = required_key(request)
        given = self.input_class(data=request.data).read()
        with self.refusals_logged(self.act, self.provision):
            return answer_once(
                request,
                self.client,
                key,
                prepare=lambda: self.prepare(given),
                act=self.create,
            )

    def created(self, record: models.Model, location: str, *, status: int = 201) -> Response:
        """Return the answer that shows what was created, where it stands, and its ETag."""
        data = self.get_serializer(record).data
        etag = versions.etag_of(version_of(record), ApiJsonRenderer().render(data))
        return Response(data, status=status, headers={"Location": location, "ETag": etag})
