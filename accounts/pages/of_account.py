"""What the pages share on which something is entered or done about the account they name."""

from collections.abc import Callable
from typing import Any, Generic, TypeVar

from django import forms
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.utils.functional import cached_property

from accounts.enums import AccountStatus
from accounts.models import Finding, PublicAccount
from accounts.pages.addresses import account_url, finding_url
from compliance.models import StaffUser, WorkItem
from compliance.numbers import read_plain_number
from compliance.pages.door import posted_number
from compliance.pages.record import RecordLink, register_record_link
from compliance.ui.pages import ConsolePage, Crumb

Form = TypeVar("Form", bound=forms.Form)
Named = TypeVar("Named", bound=Model)


def register_link_of_open(maker: Callable[[PublicAccount, StaffUser], RecordLink | None]) -> None:
    """Offer a way on from the page of every account that is open; a closed one offers none of them."""

    def link(account: PublicAccount, staff: StaffUser) -> RecordLink | None:
        return maker(account, staff) if account.status == AccountStatus.ACTIVE else None

    register_record_link("accounts.publicaccount", link)


class OfAccountPage(ConsolePage, Generic[Form]):
    """A page with a form about the account that its address names."""

    template_name = "ui/add.html"
    form_class: type[Form]

    def accounts(self) -> QuerySet[PublicAccount]:
        """Return the accounts, with what the page shows of each."""
        return PublicAccount.objects.all()

    @cached_property
    def account(self) -> PublicAccount:
        """The account that the address names."""
        return get_object_or_404(self.accounts(), pk=self.kwargs["pk"])

    def named(self, model: type[Named], parameter: str) -> Named | None:
        """Return what of the account a parameter of the address names, if it is there."""
        number = read_plain_number(self.request.GET.get(parameter, ""))
        if number is None:
            return None
        return get_object_or_404(model, pk=number, account=self.account)

    def back_url(self) -> str:
        """Return where "Cancel" leads."""
        return account_url(self.account)

    def breadcrumbs(self) -> list[Crumb]:
        return [Crumb(self.account.name, account_url(self.account)), Crumb(self.get_title())]

    def form_options(self) -> dict[str, Any]:
        """Return what the form is made with beside what was posted, as what it says at first."""
        return {}

    @cached_property
    def form(self) -> Form:
        """The form as it was posted, with what was found to be wrong, or as it is at first."""
        request = self.request
        posted = (request.POST, request.FILES) if request.method == "POST" else ()
        return self.form_class(*posted, **self.form_options())

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return {
            "form": self.form,
            "list_url": self.back_url(),
            **super().get_context_data(**kwargs),
        }


class FromFindingPage(OfAccountPage[Form]):
    """Such a page to which a finding leads; the finding is taken up with what is done here."""

    template_name = "accounts/form_from_finding.html"

    @cached_property
    def finding(self) -> Finding | None:
        """The finding that the address names."""
        return self.named(Finding, "finding")

    def back_url(self) -> str:
        return finding_url(self.finding) if self.finding is not None else super().back_url()

    def form_options(self) -> dict[str, Any]:
        return {"initial": {"facts": self.finding.facts}} if self.finding is not None else {}

    def posted_fence(self, request: HttpRequest) -> int | None:
        """Return the fence under which whoever posts holds the finding."""
        return posted_number(request, "fence") if self.finding is not None else None

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        finding = self.finding
        return {
            "account": self.account,
            "finding": finding,
            "submit_tone": "danger",
            "fence": _fence(finding.work_item) if finding is not None else "",
            **super().get_context_data(**kwargs),
        }


def _fence(item: WorkItem) -> int | str:
    lease = getattr(item, "lease", None)
    return lease.fence if lease is not None else ""
