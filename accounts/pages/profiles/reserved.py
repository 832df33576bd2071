"""Reserved avatars on the screen: one with its picture, listed by form, taken off the list."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import PublicAccount, ReservedAvatar
from accounts.pages.addresses import account_url
from accounts.pages.presentation import instant
from accounts.pages.profiles.presentation import avatar_url
from accounts.services import avatars as reserved_avatars
from accounts.services.avatars import LIST, LONGEST_WORDS, USCC_LENGTH, AvatarOutcome, AvatarRow
from accounts.services.profiles.avatars import LARGEST, draw_avatar
from compliance.models import StaffUser
from compliance.pages.door import posted_number, staff_of
from compliance.pages.record import RecordPage
from compliance.pages.record_timeline import timeline_page
from compliance.provisions import Provision
from compliance.refusals import refusals_logged
from compliance.ui.admin import FileWidget, TextareaWidget, TextInputWidget
from compliance.ui.kit import AllowedAction, Badge, Fact
from compliance.ui.navigation import register_link
from compliance.ui.pages import ConsolePage, Crumb, register_page

LIST_URL = "admin:accounts_reservedavatar_changelist"
SHOWN = 20


class ReservedAvatarPage(RecordPage):
    """One reserved picture, and the accounts that show the very same one."""

    permission = "accounts.view_reservedavatar"
    template_name = "accounts/profiles/reserved.html"
    list_title = gettext_lazy("reserved avatars")
    list_url_name = LIST_URL
    provision = Provision.PUBLIC_ACCOUNT_8_2

    def find_record(self) -> ReservedAvatar:
        found = ReservedAvatar.objects.select_related("image").defer("image__body")
        return get_object_or_404(found, pk=self.kwargs["pk"])

    def get_title(self) -> str:
        return str(self.record)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        record, staff = self.record, staff_of(self.request)
        is_listed = record.removed_at is None
        return {
            "badge": Badge(
                text=_("on the list") if is_listed else _("taken off the list"),
                tone="info" if is_listed else "",
            ),
            "picture_url": avatar_url(record.image),
            "facts": [
                Fact(_("Whose emblem or logo it is"), record.name),
                Fact(_("Why only the holder may show it"), record.reason),
                Fact(_("Code of the holder"), record.holder_uscc, is_code=True),
                Fact(_("Listed at"), instant(record.listed_at)),
                *([] if is_listed else [Fact(_("Taken off at"), instant(record.removed_at))]),
                Fact("SHA-256", record.image.sha256, is_code=True),
            ],
            "accounts": [
                Fact(each.name, each.get_status_display(), each.platform_uid, account_url(each))
                for each in PublicAccount.objects.filter(avatar=record.image).order_by("-pk")[
                    :SHOWN
                ]
            ],
            "timeline": timeline_page(
                record,
                staff,
                kind=self.request.GET.get("kind", ""),
                position=self.request.GET.get("from", ""),
            ),
            **super().get_context_data(**kwargs),
        }

    def allowed_actions(self) -> list[AllowedAction]:
        if self.record.removed_at is not None or not staff_of(self.request).has_perm(LIST):
            return []
        return [
            self.action(
                "remove",
                _("Take off the list"),
                hint=_("Avatars are no longer compared with it; what was decided stays."),
                tone="danger",
            )
        ]

    def carry_out(self, act: str, actor: StaffUser, reason: str) -> str:
        if act != "remove":
            return super().carry_out(act, actor, reason)
        reserved_avatars.remove_reserved_avatar(
            reserved=self.record,
            expected_version=posted_number(self.request, "version"),
            actor=actor,
            provision=self.provision,
            reason=reason,
        )
        return _("It is no longer on the list.")


class ReservedAvatarForm(forms.Form):
    """A picture and whose it is."""

    picture = forms.FileField(
        label=gettext_lazy("Picture: JPEG, PNG, GIF or WebP, at most 2 MB"), widget=FileWidget
    )
    name = forms.CharField(
        label=gettext_lazy("Whose emblem or logo it is"),
        max_length=LONGEST_WORDS,
        widget=TextInputWidget,
    )
    listed_because = forms.CharField(
        label=gettext_lazy("Why only the holder may show it"),
        max_length=LONGEST_WORDS,
        widget=TextInputWidget,
    )
    holder_uscc = forms.CharField(
        label=gettext_lazy("Unified social credit code of the holder, where it is known"),
        max_length=USCC_LENGTH,
        required=False,
        widget=TextInputWidget,
    )
    reason = forms.CharField(label=gettext_lazy("Reason"), widget=TextareaWidget)


class AddReservedAvatarPage(ConsolePage):
    """Lists one picture."""

    title = gettext_lazy("List a reserved avatar")
    permission = LIST
    template_name = "ui/add.html"

    def breadcrumbs(self) -> list[Crumb]:
        return [Crumb(_("reserved avatars"), reverse(LIST_URL)), Crumb(self.get_title())]

    @cached_property
    def form(self) -> ReservedAvatarForm:
        """The form as it was posted, or empty."""
        if self.request.method != "POST":
            return ReservedAvatarForm()
        return ReservedAvatarForm(self.request.POST, self.request.FILES)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return {
            "form": self.form,
            "hint": _(
                "Whoever else shows this or something like it is looked at by a person; the "
                "holder is not, where the code is given."
            ),
            "list_url": reverse(LIST_URL),
            **super().get_context_data(**kwargs),
        }

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        form, actor = self.form, staff_of(request)
        if not form.is_valid():
            return self.render_to_response(self.get_context_data(), status=422)
        given = form.cleaned_data
        with refusals_logged(
            action="accounts.reservedavatar.create",
            target=actor,
            actor=actor,
            provision=Provision.PUBLIC_ACCOUNT_8_2,
        ):
            # One byte more than is taken is enough to refuse it.
            drawn = draw_avatar(given["picture"].read(LARGEST + 1))
            (outcome,) = reserved_avatars.add_reserved_avatars(
                rows=[
                    AvatarRow(drawn, given["name"], given["listed_because"], given["holder_uscc"])
                ],
                actor=actor,
                provision=Provision.PUBLIC_ACCOUNT_8_2,
                reason=given["reason"],
            )
        said = (
            _("It is on the list.")
            if outcome == AvatarOutcome.ADDED
            else _("This very picture was on the list already.")
        )
        return self.redirect(reverse(LIST_URL), said)


def register() -> None:
    """Give the pages their addresses; called when apps are ready."""
    register_page("reserved-avatars/add/", AddReservedAvatarPage, name="add_reserved_avatar")
    register_page("reserved-avatars/<int:pk>/", ReservedAvatarPage, name="reserved_avatar")
    register_link(
        "accounts",
        gettext_lazy("List a reserved avatar"),
        view="admin:add_reserved_avatar",
        permission=LIST,
        icon="add_photo_alternate",
        order=53,
    )
