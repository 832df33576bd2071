"""Avatars as pictures: for staff by their number, for everybody where an account shows them."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404

from accounts.enums import AccountStatus
from accounts.models import AvatarImage, PublicAccount
from compliance.public.pages import PublicPage, register_public_page
from compliance.ui.pages import ConsolePage, register_page

# The copy is ours and drawn anew, and a picture is all it can be taken for.
_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "sandbox; default-src 'none'",
    "Cross-Origin-Resource-Policy": "same-origin",
}


def picture(image: AvatarImage, cache_control: str) -> HttpResponse:
    """Return the copy of a picture as nothing but a picture."""
    return HttpResponse(
        bytes(image.body),
        content_type="image/jpeg",
        headers={**_HEADERS, "Cache-Control": cache_control},
    )


class AvatarPage(ConsolePage):
    """The copy of one picture, for staff."""

    permission = "accounts.view_publicaccount"
    http_method_names = ["get", "head"]

    def get(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        image = get_object_or_404(AvatarImage, pk=self.kwargs["pk"])
        return picture(image, "private, max-age=3600")


class PublicAvatarPage(PublicPage):
    """The avatar of an account, for everybody."""

    def get(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        account = (
            PublicAccount.objects.filter(
                platform_uid=self.kwargs["platform_uid"], status=AccountStatus.ACTIVE
            )
            .select_related("avatar")
            .first()
        )
        if account is None or account.avatar is None:
            raise Http404
        return picture(account.avatar, "public, max-age=300")


def register() -> None:
    """Give the pictures their addresses; called when apps are ready."""
    register_page("avatars/<int:pk>/", AvatarPage, name="avatar")
    register_public_page("avatars/<path:platform_uid>/", PublicAvatarPage, name="avatar")
