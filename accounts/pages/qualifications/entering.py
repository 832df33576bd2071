"""The page on which a qualification is entered for an account, or the renewal of one."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.enums import ApplicationSource
from accounts.models import Qualification
from accounts.pages.of_account import OfAccountPage
from accounts.pages.qualifications.presentation import qualification_url
from accounts.services.qualifications import submission
from accounts.services.qualifications.catalogue import rules_in_force
from accounts.services.qualifications.submission import QualificationDraft
from compliance.pages.door import staff_of
from compliance.provisions import Provision
from compliance.refusals import refusals_logged
from compliance.ui.admin import DateWidget, SelectWidget, TextareaWidget, TextInputWidget
from compliance.ui.pages import register_page


class QualificationForm(forms.Form):
    """What a document says; what is needed is the matter of the service."""

    type = forms.ChoiceField(label=gettext_lazy("Qualification"), widget=SelectWidget)
    number = forms.CharField(
        label=gettext_lazy("Number"), max_length=submission.LONGEST_NUMBER, widget=TextInputWidget
    )
    holder = forms.CharField(
        label=gettext_lazy("Holder, where it is not who runs the account"),
        max_length=200,
        required=False,
        widget=TextInputWidget,
    )
    issuer = forms.CharField(
        label=gettext_lazy("Issuer"), max_length=200, required=False, widget=TextInputWidget
    )
    scope = forms.CharField(
        label=gettext_lazy("Scope of practice"),
        max_length=400,
        required=False,
        widget=TextInputWidget,
    )
    valid_from = forms.DateField(
        label=gettext_lazy("Valid from"), required=False, widget=DateWidget
    )
    valid_until = forms.DateField(
        label=gettext_lazy("Valid until"), required=False, widget=DateWidget
    )
    reason = forms.CharField(label=gettext_lazy("Reason"), widget=TextareaWidget)

    def __init__(self, *args: Any, renews: Qualification | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rules = rules_in_force(timezone.now()).values()
        chosen = self.fields["type"]
        assert isinstance(chosen, forms.ChoiceField)
        chosen.choices = [
            (rule.code, f"{rule.get_field_display()} · {rule.get_code_display()}")
            for rule in rules
            if rule.is_accepted and (renews is None or rule.code == renews.type)
        ]


class EnterQualificationPage(OfAccountPage[QualificationForm]):
    """Enters a qualification; documents are attached on its page."""

    title = gettext_lazy("Enter a qualification")
    permission = submission.SUBMIT
    form_class = QualificationForm

    @cached_property
    def renews(self) -> Qualification | None:
        """The qualification that the address names to be renewed."""
        return self.named(Qualification, "renews")

    def back_url(self) -> str:
        return qualification_url(self.renews) if self.renews is not None else super().back_url()

    def get_title(self) -> str:
        if self.renews is not None:
            return _("Renew %(reference)s") % {"reference": self.renews.reference}
        return str(self.title)

    def form_options(self) -> dict[str, Any]:
        old = self.renews
        if old is None:
            return {}
        return {
            "renews": old,
            "initial": {"type": old.type, "issuer": old.issuer, "scope": old.scope},
        }

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        form, actor = self.form, staff_of(request)
        if not form.is_valid():
            return self.render_to_response(self.get_context_data(), status=422)
        given = dict(form.cleaned_data)
        reason = given.pop("reason")
        with refusals_logged(
            action="accounts.qualification.create",
            target=self.account,
            actor=actor,
            provision=Provision.PUBLIC_ACCOUNT_9_1,
        ):
            entered = submission.submit_qualification(
                account=self.account,
                draft=QualificationDraft(**given, renews=self.renews),
                source=ApplicationSource.CONSOLE,
                actor=actor,
                provision=Provision.PUBLIC_ACCOUNT_9_1,
                reason=reason,
            )
        said = _("%(reference)s waits for its review.") % {"reference": entered.reference}
        return self.redirect(qualification_url(entered), said)


def register() -> None:
    """Give the page its address; called when apps are ready."""
    register_page(
        "accounts/<int:pk>/qualifications/enter/",
        EnterQualificationPage,
        name="enter_qualification",
    )
