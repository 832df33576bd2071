"""Changes of profiles: handed in by the platform, read with what came of them, withdrawn."""

from dataclasses import dataclass
from typing import Any

import django_filters
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.applications import CONFLICT, CheckOutput
from accounts.api.pictures import PictureField
from accounts.enums import ApplicationSource, Category
from accounts.models import ProfileChange
from accounts.models.profile_changes import PROFILE_CHANGE_PREFIX
from accounts.profile_words import ProfileChangeStatus, ProfilePart
from accounts.rules.application_data import COLUMN_LIMITS
from accounts.rules.explanations import explanation
from accounts.services.account_numbers import account_numbered
from accounts.services.profiles import Profile, review
from accounts.services.profiles.avatars import DrawnAvatar, draw_avatar
from accounts.services.profiles.stored import checks_of_change
from accounts.services.profiles.submission import (
    LONGEST_REFERENCE,
    SUBMIT,
    ProfileChangeConflict,
    ProfileChangeDraft,
    provision_of,
    submit_profile_change,
)
from compliance.api.content import PictureJsonParser
from compliance.api.problems import register_refusal
from compliance.api.resources import register_resource
from compliance.api.serializers import IdentifierField, ReasonInput, StrictSerializer, TextField
from compliance.api.views import ChangeView, CreateView, ListView, RecordView
from compliance.numbers import read_number
from compliance.provisions import Provision
from compliance.scopes import Scope, register_scope

READ = "profiles:read"
WRITE = "profiles:write"
_REASON = "平台推送的账号信息变更"


class ProfileOutput(serializers.Serializer):
    """What an account shows of itself; the avatar by the SHA-256 of what was sent."""

    name = serializers.CharField()
    bio = serializers.CharField()
    category = serializers.ChoiceField(choices=Category.choices)
    avatar = serializers.CharField()


class ProfileChangeOutput(serializers.ModelSerializer):
    """A change, what was found of it and what came of it."""

    reference = serializers.CharField()
    platform_uid = serializers.CharField(source="account.platform_uid")
    number = serializers.CharField(source="platform_ref")
    parts = serializers.ListField(child=serializers.ChoiceField(choices=ProfilePart.choices))
    before = serializers.SerializerMethodField()
    after = serializers.SerializerMethodField()
    status = serializers.ChoiceField(choices=ProfileChangeStatus.choices)
    checks = serializers.SerializerMethodField()

    class Meta:
        model = ProfileChange
        fields = [
            "reference",
            "version",
            "platform_uid",
            "number",
            "parts",
            "before",
            "after",
            "status",
            "checks",
            "is_automated",
            "received_at",
            "decided_at",
        ]
        read_only_fields = fields

    @extend_schema_field(ProfileOutput)
    def get_before(self, change: ProfileChange) -> dict[str, str]:
        """Return the profile that the change was made upon."""
        image = change.avatar_before
        return {
            "name": change.name_before,
            "bio": change.bio_before,
            "category": change.category_before,
            "avatar": image.sha256 if image is not None else "",
        }

    @extend_schema_field(ProfileOutput)
    def get_after(self, change: ProfileChange) -> dict[str, str]:
        """Return the profile that the account is to have."""
        image = change.avatar_after
        return {
            "name": change.name_after,
            "bio": change.bio_after,
            "category": change.category_after,
            "avatar": image.sha256 if image is not None else "",
        }

    @extend_schema_field(CheckOutput(many=True))
    def get_checks(self, change: ProfileChange) -> list[dict[str, str]]:
        """Return what did not pass, in the language that was asked for."""
        return [
            {
                "code": check.code.name,
                "outcome": check.outcome.value,
                "explanation": explanation(check),
            }
            for check in checks_of_change(change)
        ]


class ProfileChangeInput(StrictSerializer):
    """What is to be another; whatever is left out stays as it is."""

    platform_uid = IdentifierField(max_length=100)
    number = IdentifierField(max_length=LONGEST_REFERENCE)
    name = TextField(max_length=COLUMN_LIMITS["account_name"], required=False)
    bio = TextField(max_length=COLUMN_LIMITS["bio"], required=False, allow_blank=True)
    category = serializers.ChoiceField(choices=Category.choices, required=False)
    avatar = PictureField(required=False)


class ProfileChangeFilters(django_filters.FilterSet):
    """What a list of changes may be asked for."""

    platform_uid = django_filters.CharFilter("account__platform_uid")
    number = django_filters.CharFilter("platform_ref")
    status = django_filters.ChoiceFilter(choices=ProfileChangeStatus.choices)
    received_from = django_filters.IsoDateTimeFilter("received_at", lookup_expr="gte")
    received_until = django_filters.IsoDateTimeFilter("received_at", lookup_expr="lt")

    class Meta:
        model = ProfileChange
        fields: list[str] = []


@dataclass(frozen=True)
class _Prepared:
    """What was sent, with its picture drawn anew."""

    given: dict[str, Any]
    drawn: DrawnAvatar | None


def _changes() -> QuerySet[ProfileChange]:
    return (
        ProfileChange.objects.select_related("account", "avatar_before", "avatar_after")
        .defer("avatar_before__body", "avatar_after__body")
        .prefetch_related("checks")
    )


def _numbered(reference: str) -> int:
    """Return the key that a reference stands for, or 0, which none has."""
    return read_number(PROFILE_CHANGE_PREFIX, reference) or 0


class ProfileChangeList(ListView, CreateView):
    """Changes, newest first; the platform hands them in here."""

    scopes = {"GET": READ, "POST": WRITE}
    parser_classes = [PictureJsonParser]
    serializer_class = ProfileChangeOutput
    filterset_class = ProfileChangeFilters
    input_class = ProfileChangeInput
    act = "accounts.profilechange.create"
    provision = Provision.PUBLIC_ACCOUNT_8_2

    def get_queryset(self) -> QuerySet[ProfileChange]:
        return _changes()

    @extend_schema(
        summary=gettext_lazy("List changes of profiles"), operation_id="profile_changes_list"
    )
    def get(self, request: Request) -> Response:
        return super().get(request)

    @extend_schema(
        summary=gettext_lazy("Hand in a change of a profile"),
        description=gettext_lazy(
            "Name, introduction, category and avatar, one or several. It is checked as a "
            "registration is; the answer says whether it is approved, refused or waits for a "
            "person. The platform shows it only once the command “account.profile” has come. "
            "`number` is the platform’s own: the same with the same content changes nothing."
        ),
        operation_id="profile_changes_create",
        request=ProfileChangeInput,
        responses={200: ProfileChangeOutput, 201: ProfileChangeOutput},
    )
    def post(self, request: Request) -> HttpResponse:
        return self.answer_post(request)

    def prepare(self, given: dict[str, Any]) -> _Prepared:
        picture = given.pop("avatar", None)
        return _Prepared(given, draw_avatar(picture) if picture is not None else None)

    def create(self, prepared: _Prepared) -> Response:
        given = dict(prepared.given)
        account = account_numbered(given.pop("platform_uid"))
        number = given.pop("number")
        is_known = account.profile_changes.filter(platform_ref=number.strip()).exists()
        asked = [*given, *([ProfilePart.AVATAR] if prepared.drawn is not None else [])]
        category = given.pop("category", None)
        change = submit_profile_change(
            account=account,
            draft=ProfileChangeDraft(
                profile=Profile(**given, category=Category(category) if category else None),
                avatar=prepared.drawn,
                platform_ref=number,
            ),
            source=ApplicationSource.API,
            actor=self.actor,
            provision=provision_of(asked),
            reason=_REASON,
        )
        return self.created(
            _changes().get(pk=change.pk),
            reverse("api:profile_change", args=[change.reference]),
            status=200 if is_known else 201,
        )


class ProfileChangeDetail(RecordView):
    """One change, by the number that people call it by."""

    scopes = {"GET": READ}
    serializer_class = ProfileChangeOutput

    def get_object(self) -> ProfileChange:
        return get_object_or_404(_changes(), pk=_numbered(self.kwargs["reference"]))

    @extend_schema(
        summary=gettext_lazy("Read a change of a profile"), operation_id="profile_changes_retrieve"
    )
    def get(self, request: Request, reference: str) -> Any:
        return super().get(request)


class ProfileChangeWithdrawal(ChangeView):
    """The operator no longer wants the change."""

    scopes = {"POST": WRITE}
    serializer_class = ProfileChangeOutput

    def get_object(self) -> ProfileChange:
        return get_object_or_404(_changes(), pk=_numbered(self.kwargs["reference"]))

    @extend_schema(
        summary=gettext_lazy("Withdraw a change of a profile"),
        description=gettext_lazy(
            "As long as nothing was decided. If-Match carries the ETag of the change."
        ),
        operation_id="profile_changes_withdraw",
        request=ReasonInput,
        responses={200: ProfileChangeOutput},
    )
    def post(self, request: Request, reference: str) -> Response:
        version = self.expected_version()
        given = ReasonInput(data=request.data).read()
        change = self.get_object()
        with self.refusals_logged(
            "accounts.profilechange.withdraw", Provision.PUBLIC_ACCOUNT_8_2, change
        ):
            review.withdraw_profile_change(
                change=change,
                expected_version=version,
                actor=self.actor,
                provision=Provision.PUBLIC_ACCOUNT_8_2,
                reason=given["reason"],
            )
        return self.changed(self.get_object())


def register() -> None:
    """Give the resources their addresses; called when apps are ready."""
    register_scope(Scope(READ, gettext_lazy("read changes of profiles")))
    register_scope(
        Scope(
            WRITE,
            gettext_lazy("hand in and withdraw changes of profiles and avatars"),
            is_writing=True,
            permissions=(SUBMIT,),
        )
    )
    register_refusal(ProfileChangeConflict, CONFLICT)
    register_resource("profile-changes/", ProfileChangeList, name="profile_changes")
    register_resource(
        "profile-changes/<str:reference>/", ProfileChangeDetail, name="profile_change"
    )
    register_resource(
        "profile-changes/<str:reference>/withdrawal/",
        ProfileChangeWithdrawal,
        name="profile_change_withdrawal",
    )
