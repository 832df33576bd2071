"""Entries of the blacklist, as the platform keeps accounts from coming back; nobody can be looked up."""

from typing import Any

import django_filters
from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.blacklist_words import EntryKind, EntryStatus
from accounts.models import BlacklistEntry
from accounts.models.blacklist import ENTRY_PREFIX
from compliance.api.resources import register_resource
from compliance.api.views import ListView, RecordView
from compliance.numbers import read_number
from compliance.scopes import Scope, register_scope

READ = "blacklist:read"


class BlacklistEntryOutput(serializers.ModelSerializer):
    """
    An entry, by the account about which it was decided.

    Neither an identifier nor a digest is told, and none can be asked about: whoever registers is
    told by the checks of the application.
    """

    reference = serializers.CharField()
    platform_uid = serializers.CharField(source="account.platform_uid")
    kind = serializers.ChoiceField(choices=EntryKind.choices)
    decision = serializers.CharField(source="ground_ref")
    status = serializers.ChoiceField(choices=EntryStatus.choices)

    class Meta:
        model = BlacklistEntry
        fields = [
            "reference",
            "version",
            "platform_uid",
            "kind",
            "decision",
            "status",
            "listed_at",
            "review_date",
            "ended_at",
        ]
        read_only_fields = fields


class BlacklistEntryFilters(django_filters.FilterSet):
    """What a list of entries may be asked for."""

    platform_uid = django_filters.CharFilter("account__platform_uid")
    kind = django_filters.ChoiceFilter(choices=EntryKind.choices)
    status = django_filters.ChoiceFilter(choices=EntryStatus.choices)

    class Meta:
        model = BlacklistEntry
        fields: list[str] = []


def _entries() -> QuerySet[BlacklistEntry]:
    return BlacklistEntry.objects.select_related("account")


class BlacklistEntryList(ListView):
    """Entries of the blacklist and bars, newest first."""

    scopes = {"GET": READ}
    serializer_class = BlacklistEntryOutput
    filterset_class = BlacklistEntryFilters

    def get_queryset(self) -> QuerySet[BlacklistEntry]:
        return _entries()

    @extend_schema(
        summary=gettext_lazy("List blacklist entries"), operation_id="blacklist_entries_list"
    )
    def get(self, request: Request) -> Response:
        return super().get(request)


class BlacklistEntryDetail(RecordView):
    """One entry, by the number that people call it by."""

    scopes = {"GET": READ}
    serializer_class = BlacklistEntryOutput

    def get_object(self) -> BlacklistEntry:
        number = read_number(ENTRY_PREFIX, self.kwargs["reference"]) or 0
        return get_object_or_404(_entries(), pk=number)

    @extend_schema(
        summary=gettext_lazy("Read a blacklist entry"),
        operation_id="blacklist_entries_retrieve",
    )
    def get(self, request: Request, reference: str) -> Any:
        return super().get(request)


def register() -> None:
    """Give the resources their addresses; called when apps are ready."""
    register_scope(Scope(READ, gettext_lazy("read entries of the blacklist")))
    register_resource("blacklist-entries/", BlacklistEntryList, name="blacklist-entries")
    register_resource(
        "blacklist-entries/<str:reference>/", BlacklistEntryDetail, name="blacklist-entry"
    )
