"""The page on which staff enters a change of a profile that was asked for on paper or by telephone."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.enums import ApplicationSource, Category
from accounts.pages.of_account import OfAccountPage
from accounts.pages.profiles.presentation import change_url
from accounts.rules.application_data import COLUMN_LIMITS
from accounts.services.profiles import Profile, avatars
from accounts.services.profiles.submission import (
    LONGEST_REFERENCE,
    SUBMIT,
    ProfileChangeDraft,
    submit_profile_change,
)
from compliance.pages.door import staff_of
from compliance.provisions import Provision
from compliance.refusals import refusals_logged
from compliance.ui.admin import FileWidget, SelectWidget, TextareaWidget, TextInputWidget
from compliance.ui.pages import register_page


class ProfileChangeForm(forms.Form):
    """What the account is to show; what stays as it is changes nothing."""

    name = forms.CharField(
        label=gettext_lazy("Account name"),
        max_length=COLUMN_LIMITS["account_name"],
        strip=False,
        widget=TextInputWidget,
    )
    bio = forms.CharField(
        label=gettext_lazy("Introduction"),
        max_length=COLUMN_LIMITS["bio"],
        required=False,
        widget=TextareaWidget,
    )
    category = forms.ChoiceField(
        label=gettext_lazy("Category"), choices=Category.choices, widget=SelectWidget
    )
    avatar = forms.FileField(
        label=gettext_lazy("Another avatar: JPEG, PNG, GIF or WebP, at most 2 MB"),
        required=False,
        widget=FileWidget,
    )
    platform_ref = forms.CharField(
        label=gettext_lazy("Number of the request, where it has one"),
        max_length=LONGEST_REFERENCE,
        required=False,
        widget=TextInputWidget,
    )
    reason = forms.CharField(
        label=gettext_lazy("How the operator asked for it"), widget=TextareaWidget
    )


class EnterProfileChangePage(OfAccountPage[ProfileChangeForm]):
    """Enters a change; the checks and, where asked, a colleague decide."""

    title = gettext_lazy("Enter a change of the profile")
    permission = SUBMIT
    form_class = ProfileChangeForm

    def form_options(self) -> dict[str, Any]:
        account = self.account
        shown = {"name": account.name, "bio": account.bio, "category": account.category}
        return {"initial": shown}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return {
            "hint": _(
                "Change what is to be another; the rest stays as it is. The checks look at it as "
                "with a registration, and where they find something a colleague decides."
            ),
            **super().get_context_data(**kwargs),
        }

    def changed_bio(self, typed: str) -> str | None:
        """Return the introduction if it is another one; a browser sends other line ends."""
        lines = typed.splitlines()
        return "\n".join(lines) if lines != self.account.bio.splitlines() else None

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        form, actor = self.form, staff_of(request)
        if not form.is_valid():
            return self.render_to_response(self.get_context_data(), status=422)
        given = form.cleaned_data
        provision = Provision.PUBLIC_ACCOUNT_8_2
        with refusals_logged(
            action="accounts.profilechange.create",
            target=self.account,
            actor=actor,
            provision=provision,
        ):
            drawn = None
            if given["avatar"] is not None:
                # One byte more than is taken is enough to refuse it.
                drawn = avatars.draw_avatar(given["avatar"].read(avatars.LARGEST + 1))
            entered = submit_profile_change(
                account=self.account,
                draft=ProfileChangeDraft(
                    profile=Profile(
                        name=given["name"],
                        bio=self.changed_bio(given["bio"]),
                        category=Category(given["category"]),
                    ),
                    avatar=drawn,
                    platform_ref=given["platform_ref"],
                ),
                source=ApplicationSource.CONSOLE,
                actor=actor,
                provision=provision,
                reason=given["reason"],
            )
        said = _("%(reference)s: %(state)s.") % {
            "reference": entered.reference,
            "state": entered.get_status_display(),
        }
        return self.redirect(change_url(entered), said)


def register() -> None:
    """Give the page its address; called when apps are ready."""
    register_page(
        "accounts/<int:pk>/profile/change/", EnterProfileChangePage, name="enter_profile_change"
    )
