"""The page on which a case is opened about an account."""

from typing import Any
from urllib.parse import urlencode

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import PublicAccount
from compliance import work
from compliance.errors import ActionRefused
from compliance.pages.door import staff_of
from compliance.provisions import Provision
from compliance.refusals import refusals_logged
from compliance.ui.kit import ReasonTemplate
from compliance.ui.navigation import register_link
from compliance.ui.pages import ConsolePage, register_page
from enforcement.enums import CaseSource, CaseStatus
from enforcement.models import Case
from enforcement.pages.presentation import account_facts, case_url
from enforcement.pages.reason_templates import reason_templates
from enforcement.services import cases

PERMISSION = "enforcement.open_case"


def open_case_url(account: PublicAccount) -> str:
    """Return the address at which a case about an account is opened."""
    return f"{reverse('admin:open_case')}?{urlencode({'uid': account.platform_uid})}"


def _line(**attributes: Any) -> forms.TextInput:
    return forms.TextInput(attrs={"class": "ui-input", **attributes})


def _area(rows: int, **attributes: Any) -> forms.Textarea:
    return forms.Textarea(attrs={"class": "ui-input", "rows": rows, **attributes})


class OpenCaseForm(forms.Form):
    """What is said when a case is opened; what is needed is the matter of the service."""

    uid = forms.CharField(
        label=gettext_lazy("Account number of the platform"), max_length=100, widget=_line()
    )
    source = forms.ChoiceField(
        label=gettext_lazy("Source"),
        choices=[
            ("", gettext_lazy("Choose")),
            # One from a finding is opened on the page of the finding.
            *((code, label) for code, label in CaseSource.choices if code != CaseSource.FINDING),
        ],
        widget=forms.Select(attrs={"class": "ui-input"}),
    )
    source_ref = forms.CharField(
        label=gettext_lazy("Reference of the source"),
        max_length=80,
        required=False,
        widget=_line(),
        help_text=gettext_lazy("The number of the letter, the complaint or the patrol sheet."),
    )
    summary = forms.CharField(label=gettext_lazy("What is to be looked into"), widget=_area(4))
    content_ref = forms.CharField(
        label=gettext_lazy("Number or address of the content"),
        max_length=400,
        required=False,
        widget=_line(),
    )
    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        widget=_area(3),
        help_text=gettext_lazy("Why a case is opened; kept on record."),
    )

    def clean_uid(self) -> str:
        uid: str = self.cleaned_data["uid"]
        if not PublicAccount.objects.filter(platform_uid=uid).exists():
            raise forms.ValidationError(_("No account has this number."))
        return uid


class OpenCasePage(ConsolePage):
    """Opens a case; the account as it is now is kept with it."""

    title = gettext_lazy("Open a case")
    permission = PERMISSION
    template_name = "enforcement/open_case.html"

    @cached_property
    def account(self) -> PublicAccount | None:
        """The account that the address or the form names."""
        uid = self.request.POST.get("uid", self.request.GET.get("uid", "")).strip()
        return (
            PublicAccount.objects.select_related("subject__name", "subject__id_number")
            .prefetch_related("restrictions")
            .filter(platform_uid=uid)
            .first()
        )

    @cached_property
    def form(self) -> OpenCaseForm:
        """The form as it was posted, or with the account of the address."""
        if self.request.method == "POST":
            return OpenCaseForm(self.request.POST)
        return OpenCaseForm(initial={"uid": self.request.GET.get("uid", "")})

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        account = self.account
        templates: list[ReasonTemplate] = reason_templates("open_case")
        return {
            "form": self.form,
            "reason_templates": templates,
            "account": account,
            "is_unknown": account is None and bool(self.request.GET.get("uid")),
            "account_facts": account_facts(account, timezone.now()) if account else [],
            "open_cases": (
                [
                    (case, case_url(case))
                    for case in Case.objects.filter(account=account)
                    .exclude(status=CaseStatus.CLOSED)
                    .order_by("-pk")[:10]
                ]
                if account
                else []
            ),
            **super().get_context_data(**kwargs),
        }

    def post(self, request: HttpRequest) -> HttpResponse:
        account, actor = self.account, staff_of(request)
        if not self.form.is_valid() or account is None:
            return self.render_to_response(self.get_context_data(), status=422)
        given = self.form.cleaned_data
        with refusals_logged(
            action="enforcement.case.create",
            target=account,
            actor=actor,
            provision=Provision.PUBLIC_ACCOUNT_19_1,
        ):
            case = cases.open_case(
                account=account,
                source=given["source"],
                source_ref=given["source_ref"],
                summary=given["summary"],
                content_ref=given["content_ref"],
                actor=actor,
                provision=Provision.PUBLIC_ACCOUNT_19_1,
                reason=given["reason"],
            )
        said = _("%(number)s is open.") % {"number": case.number}
        if request.POST.get("then") == "work":
            try:
                work.claim_item(work_item=case.work_item, actor=actor)
            except ActionRefused as refusal:
                # The case is open all the same; its page says who holds it.
                said = f"{said} {refusal}"
        return self.redirect(case_url(case), said)


def register() -> None:
    """Give the page its address and its place in the sidebar; called when apps are ready."""
    register_page("cases/open/", OpenCasePage, name="open_case")
    register_link(
        "enforcement",
        gettext_lazy("Open a case"),
        view="admin:open_case",
        permission=PERMISSION,
        icon="create_new_folder",
        key="g o",
        order=5,
    )
