"""Avatars of applications on which nothing was decided; an account's is a change of its profile."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.applications import WRITE
from accounts.api.pictures import PictureField
from accounts.models import Application, ApplicationAvatar
from accounts.services.avatars import set_application_avatar
from accounts.services.profiles.avatars import DrawnAvatar, draw_avatar
from compliance.api.content import PictureJsonParser
from compliance.api.resources import register_resource
from compliance.api.serializers import IdentifierField, StrictSerializer
from compliance.api.views import CreateView
from compliance.errors import InvalidInput
from compliance.provisions import Provision

_REASON = "平台推送的头像"


class ApplicationAvatarOutput(serializers.ModelSerializer):
    """An avatar as it was taken in."""

    platform_uid = serializers.CharField(source="application.platform_uid")
    sha256 = serializers.CharField(source="image.sha256")

    class Meta:
        model = ApplicationAvatar
        fields = ["platform_uid", "sha256", "received_at"]
        read_only_fields = fields


class ApplicationAvatarInput(StrictSerializer):
    """Which application, and the picture."""

    platform_uid = IdentifierField(max_length=100)
    avatar = PictureField()


@dataclass(frozen=True)
class _Prepared:
    """Which application, and its picture drawn anew."""

    platform_uid: str
    drawn: DrawnAvatar


class ApplicationAvatars(CreateView):
    """Takes the avatar that goes with an application."""

    scopes = {"POST": WRITE}
    parser_classes = [PictureJsonParser]
    serializer_class = ApplicationAvatarOutput
    input_class = ApplicationAvatarInput
    act = "accounts.application.set_avatar"
    provision = Provision.PUBLIC_ACCOUNT_8_2

    @extend_schema(
        summary=gettext_lazy("Push the avatar of an application"),
        description=gettext_lazy(
            "While nothing was decided. It is compared with emblems and logos that only their "
            "holders may show. The avatar of an account goes through profile-changes."
        ),
        operation_id="application_avatars_create",
        request=ApplicationAvatarInput,
        responses={200: ApplicationAvatarOutput, 201: ApplicationAvatarOutput},
    )
    def post(self, request: Request) -> HttpResponse:
        return self.answer_post(request)

    def prepare(self, given: dict[str, Any]) -> _Prepared:
        return _Prepared(given["platform_uid"], draw_avatar(given["avatar"]))

    def create(self, prepared: _Prepared) -> Response:
        application = Application.objects.filter(platform_uid=prepared.platform_uid).first()
        if application is None:
            raise InvalidInput(gettext_lazy("No application has this number."))
        known = application.avatars.order_by("-pk").first()
        placed = set_application_avatar(
            application=application,
            drawn=prepared.drawn,
            actor=self.actor,
            provision=self.provision,
            reason=_REASON,
        )
        is_known = known is not None and known.pk == placed.pk
        return Response(self.get_serializer(placed).data, status=200 if is_known else 201)


def register() -> None:
    """Give the resource its address; called when apps are ready."""
    register_resource("application-avatars/", ApplicationAvatars, name="application_avatars")
