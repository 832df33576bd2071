"""Where an application for more accounts that came on paper is entered, and its material attached."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.enums import ApplicationSource
from accounts.models import AccountAllowance, Application, Subject
from accounts.pages.addresses import subject_url
from accounts.pages.allowances.presentation import allowance_url, material_context
from accounts.pages.multi_account import subject_and_accounts
from accounts.services.allowances import submission
from accounts.services.allowances.submission import AllowanceDraft
from compliance.errors import InvalidInput
from compliance.evidence.access import Owner, register_owner
from compliance.evidence.uploads import upload_context, uploads_of
from compliance.models import EvidenceFile
from compliance.pages.door import staff_of
from compliance.pages.evidence import UploadPage
from compliance.provisions import Provision
from compliance.refusals import refusals_logged
from compliance.ui.admin import NumberWidget, TextareaWidget
from compliance.ui.pages import ConsolePage, Crumb, register_page


class AllowanceForm(forms.Form):
    """What the paper says."""

    wanted = forms.IntegerField(
        label=gettext_lazy("Accounts asked for, in all"),
        min_value=2,
        max_value=9_999,
        widget=NumberWidget,
    )
    purpose = forms.CharField(
        label=gettext_lazy("Purpose"), max_length=submission.LONGEST_TEXT, widget=TextareaWidget
    )
    uses = forms.CharField(
        label=gettext_lazy("What each account is for, one line an account"),
        max_length=10_000,
        widget=TextareaWidget,
    )
    business_scope = forms.CharField(
        label=gettext_lazy("Business scope"),
        max_length=submission.LONGEST_TEXT,
        widget=TextareaWidget,
    )
    reason = forms.CharField(label=gettext_lazy("Reason"), widget=TextareaWidget)


class EnterAllowancePage(ConsolePage):
    """Enters an application for more accounts; its material is attached on its page."""

    title = gettext_lazy("Enter an application for more accounts")
    permission = submission.SUBMIT
    template_name = "ui/add.html"

    @cached_property
    def subject(self) -> Subject:
        """The subject that the address names."""
        return get_object_or_404(Subject.objects.select_related("name"), pk=self.kwargs["pk"])

    def breadcrumbs(self) -> list[Crumb]:
        url = subject_url(self.subject, staff_of(self.request))
        return [Crumb(str(self.subject), url), Crumb(self.get_title())]

    def form(self) -> AllowanceForm:
        """Return the form as it was posted, or an empty one."""
        return AllowanceForm(self.request.POST if self.request.method == "POST" else None)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        back = subject_url(self.subject, staff_of(self.request))
        return {
            "form": self.form(),
            "facts": subject_and_accounts(self.subject),
            "list_url": back,
            **super().get_context_data(**kwargs),
        }

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        form, actor = self.form(), staff_of(request)
        if not form.is_valid():
            return self.render_to_response(self.get_context_data(), status=422)
        given = dict(form.cleaned_data)
        reason = given.pop("reason")
        with refusals_logged(
            action="accounts.accountallowance.create",
            target=self.subject,
            actor=actor,
            provision=Provision.PUBLIC_ACCOUNT_10_1,
        ):
            entered = submission.submit_allowance(
                platform_uid=self.platform_uid(),
                draft=AllowanceDraft(**{**given, "uses": given["uses"].splitlines()}),
                source=ApplicationSource.CONSOLE,
                actor=actor,
                provision=Provision.PUBLIC_ACCOUNT_10_1,
                reason=reason,
            )
        said = _("%(reference)s waits for its review.") % {"reference": entered.reference}
        return self.redirect(allowance_url(entered), said)

    def platform_uid(self) -> str:
        """Return the number of the subject's latest application, where it is answered."""
        latest = Application.objects.filter(subject=self.subject).order_by("-pk").first()
        if latest is None:
            raise InvalidInput(_("This subject has applied for no account."))
        return latest.platform_uid


class AttachMaterialPage(UploadPage):
    """Takes material for an application that is not decided."""

    title = gettext_lazy("Attach documents")
    permission = submission.SUBMIT
    template_name = "accounts/qualifications/attach.html"

    @cached_property
    def allowance(self) -> AccountAllowance:
        """The application that the address names."""
        return get_object_or_404(AccountAllowance, pk=self.kwargs["pk"])

    def breadcrumbs(self) -> list[Crumb]:
        record = self.allowance
        return [Crumb(record.reference, allowance_url(record)), Crumb(self.get_title())]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return {
            # The form of documents names what they are attached to by its number alone.
            "qualification": self.allowance,
            "page_url": allowance_url(self.allowance),
            **material_context(self.allowance, staff_of(self.request)),
            "longest_words": submission.LONGEST_USE,
            **upload_context(),
            **super().get_context_data(**kwargs),
        }

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        record, actor = self.allowance, staff_of(request)
        with refusals_logged(
            action="accounts.accountallowance.attach_evidence",
            target=record,
            actor=actor,
            provision=Provision.PUBLIC_ACCOUNT_10_1,
        ):
            attached = submission.attach_material(
                allowance=record,
                files=uploads_of(request, "files"),
                shows=request.POST.get("shows", ""),
                actor=actor,
                provision=Provision.PUBLIC_ACCOUNT_10_1,
                reason=request.POST.get("reason", ""),
            )
        numbers = _(", ").join(each.file.number for each in attached)
        said = _("%(numbers)s came in and is being checked.") % {"numbers": numbers}
        return self.redirect(f"{allowance_url(record)}#evidence", said)


def _siblings(file: EvidenceFile) -> list[EvidenceFile]:
    allowance = file.allowance_material.allowance
    return [each.file for each in submission.materials_of(allowance)]


def register() -> None:
    """Give the pages their addresses and answer for the files; called when apps are ready."""
    register_page("subjects/<int:pk>/allowances/enter/", EnterAllowancePage, name="enter_allowance")
    register_page(
        "allowances/<int:pk>/material/", AttachMaterialPage, name="attach_allowance_material"
    )
    register_owner(
        Owner(
            kind=submission.OWNER_KIND,
            may_view=lambda file, staff: staff.has_perm("accounts.view_accountallowance"),
            url=lambda file: allowance_url(file.allowance_material.allowance),
            label=lambda file: file.allowance_material.allowance.reference,
            siblings=_siblings,
            matter=lambda file: file.allowance_material.allowance.matter,
        )
    )
