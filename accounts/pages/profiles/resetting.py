"""The page on which an unlawful profile is set back at once."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.enums import AccountStatus
from accounts.models import Finding, PublicAccount
from accounts.pages.account import profile_facts
from accounts.pages.corrections.ordering import CORRECTABLE, ClauseField
from accounts.pages.findings import FindingAct, register_finding_act
from accounts.pages.of_account import FromFindingPage, register_link_of_open
from accounts.pages.profiles.presentation import change_url
from accounts.profile_words import RESET_PARTS
from accounts.services.corrections.ordering import clauses_to_cite
from accounts.services.profiles import resetting
from accounts.services.profiles.resetting import ResetDraft
from compliance.grounds import Grounds
from compliance.models import Clause, StaffUser
from compliance.pages.door import staff_of
from compliance.pages.record import RecordLink
from compliance.provisions import Provision
from compliance.refusals import refusals_logged
from compliance.ui.admin import SelectWidget, TextareaWidget
from compliance.ui.pages import register_page


class ResetForm(forms.Form):
    """What is said when a profile is set back; what is needed is the matter of the service."""

    parts = forms.MultipleChoiceField(
        label=gettext_lazy("What is set back"),
        choices=[(each.value, each.label) for each in RESET_PARTS],
        widget=forms.CheckboxSelectMultiple,
    )
    facts = forms.CharField(
        label=gettext_lazy("Facts told to the operator"),
        widget=TextareaWidget,
        help_text=gettext_lazy("What was found and why it is unlawful; the operator reads it."),
    )
    clause = ClauseField(
        label=gettext_lazy("Clause cited beside art. 8 §2"),
        queryset=Clause.objects.none(),
        widget=SelectWidget,
    )
    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        widget=TextareaWidget,
        help_text=gettext_lazy("Why it is done at once; kept on record among colleagues."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        clause = self.fields["clause"]
        assert isinstance(clause, forms.ModelChoiceField)
        clause.queryset = clauses_to_cite()


class ResetProfilePage(FromFindingPage[ResetForm]):
    """Sets an unlawful profile back; what is shown afterwards stands above the form."""

    title = gettext_lazy("Set an unlawful profile back at once")
    permission = resetting.RESET
    template_name = "accounts/profiles/reset.html"
    form_class = ResetForm

    def accounts(self) -> QuerySet[PublicAccount]:
        return super().accounts().select_related("activity")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        account = self.account
        return {
            "facts": profile_facts(account),
            "neutral_name": resetting.neutral_name(account),
            **super().get_context_data(**kwargs),
        }

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        form, actor = self.form, staff_of(request)
        if not form.is_valid():
            return self.render_to_response(self.get_context_data(), status=422)
        given = dict(form.cleaned_data)
        reason = given.pop("reason")
        with refusals_logged(
            action="accounts.profilechange.set_back",
            target=self.account,
            actor=actor,
            provision=Provision.PUBLIC_ACCOUNT_8_2,
        ):
            change = resetting.reset_profile(
                account=self.account,
                draft=ResetDraft(**given),
                finding=self.finding,
                finding_fence=self.posted_fence(request),
                actor=actor,
                provision=Provision.PUBLIC_ACCOUNT_8_2,
                reason=reason,
            )
        said = _("%(reference)s: the profile is set back; the operator is told.") % {
            "reference": change.reference
        }
        return self.redirect(change_url(change), said)


def resetting_url(account: PublicAccount) -> str:
    """Return the address at which the profile of an account is set back."""
    return reverse("admin:reset_profile", args=[account.pk])


def resetting_link(account: PublicAccount, staff: StaffUser) -> RecordLink | None:
    """Return the way to set a profile back, for whoever may."""
    if not staff.has_perm(resetting.RESET) or account.status != AccountStatus.ACTIVE:
        return None
    return RecordLink(
        label=gettext_lazy("Set an unlawful profile back at once"), url=resetting_url(account)
    )


def lead_to_resetting(finding: Finding, fence: int, grounds: Grounds) -> tuple[str, str]:
    """Lead on to the form; the finding is taken up when the profile is set back."""
    said = _("Say what is to be set back; the finding is taken up with it.")
    return said, f"{resetting_url(finding.account)}?finding={finding.pk}"


def register() -> None:
    """Give the page its address and its ways; called when apps are ready."""
    register_page("accounts/<int:pk>/profile/reset/", ResetProfilePage, name="reset_profile")
    register_link_of_open(resetting_link)
    register_finding_act(
        FindingAct(
            code="reset_profile",
            label=gettext_lazy("Set an unlawful profile back at once"),
            hint=gettext_lazy("Name, avatar or introduction become neutral; service goes on."),
            permission=resetting.RESET,
            carry_out=lead_to_resetting,
            tone="danger",
            kinds=CORRECTABLE,
        )
    )
