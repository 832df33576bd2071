"""The public look-up of accounts: who runs an account, as far as everybody may know."""

from typing import Any, Final

from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.enums import AccountStatus, Category, PublicState
from accounts.models import PublicAccount
from accounts.rules.disclosure import ContactForm, NameForm, PlaceForm
from accounts.services.disclosure.sheets import (
    LONGEST_QUERY,
    Sheet,
    find_public_accounts,
    public_accounts,
    sheet_of,
)
from compliance.public.pages import (
    PublicEntry,
    PublicPage,
    Text,
    public_url,
    register_public_page,
)
from compliance.public.rules import Crumb
from compliance.public.use import require_allowance
from compliance.ui.pagination import Position, slice_from, total_order

# Our choice; no article sets it.
SHOWN: Final = 20


class LookUpPage(PublicPage):
    """
    A page of the look-up: counted by address, kept by nobody, listed by no search engine.

    So whoever looks one account up is answered, and whoever collects them all is not.
    """

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        response = super().dispatch(request, *args, **kwargs)
        response["X-Robots-Tag"] = "noindex, nofollow, noarchive"
        return response

    def get_context_data(self) -> dict[str, Any]:
        return {**super().get_context_data(), "is_private": True}


class AccountsPage(LookUpPage):
    """Finds accounts by their exact number or name; without either it lists nothing."""

    title = gettext_lazy("Look up an account")
    template_name = "public/accounts.html"

    def get_context_data(self) -> dict[str, Any]:
        words = self.request.GET.get("q", "").strip()
        context = {
            **super().get_context_data(),
            "words": words[:LONGEST_QUERY],
            "longest": LONGEST_QUERY,
            "here_url": public_url("accounts"),
        }
        if not words:
            return context
        require_allowance(self.request)
        rows = find_public_accounts(words)
        orders = total_order(rows)
        place = self.request.GET.get("from", "")
        position = Position.unseal(place, length=len(orders)) if place else None
        page = slice_from(rows, orders, position=position, size=SHOWN)
        return {
            **context,
            "is_answer": True,
            "hits": [hit(each) for each in page.rows],
            "previous": page.previous,
            "following": page.following,
        }


def hit(account: PublicAccount) -> dict[str, Any]:
    """Return how an account is shown among those that were found."""
    return {
        "name": account.name,
        "platform_uid": account.platform_uid,
        "category": account.get_category_display(),
        "is_closed": account.status == AccountStatus.CLOSED,
        "url": public_url("account", account.platform_uid),
    }


class AccountPage(LookUpPage):
    """One account: what art. 9 §2 of the Provisions has published, by the nature of its subject."""

    template_name = "public/account.html"

    @cached_property
    def sheet(self) -> Sheet:
        """What everybody may see of the account that the address names."""
        require_allowance(self.request)
        account = public_accounts().filter(platform_uid=self.kwargs["platform_uid"]).first()
        if account is None:
            raise Http404
        return sheet_of(account)

    def get_title(self) -> Text:
        return self.sheet.name

    def get_context_data(self) -> dict[str, Any]:
        sheet = self.sheet
        return {
            **super().get_context_data(),
            "crumbs": [Crumb(_("Look up an account"), public_url("accounts"))],
            "sheet": sheet,
            "avatar_url": public_url("avatar", sheet.platform_uid) if sheet.has_avatar else "",
            "is_open": sheet.state == PublicState.OPEN,
            "rows": rows_of(sheet),
        }


def rows_of(sheet: Sheet) -> list[dict[str, Any]]:
    """Return the items in the order of the article: each with its words, or why there are none."""
    is_known = sheet.category in Category.values
    rows = [
        _row(_("Account number"), sheet.platform_uid, is_code=True),
        _row(_("Category"), str(Category(sheet.category).label) if is_known else ""),
        _row(_("Nature of the subject"), sheet.nature_label),
        _row(_("Operator"), sheet.operator, why=_why_no_name(sheet), hint=_hint_of_name(sheet)),
        _row(
            _("Place of registration"),
            sheet.registered_region,
            hint=_("Of a person the province alone.")
            if sheet.forms.place == PlaceForm.PROVINCE
            else "",
        ),
        _row(_("Place of operation"), sheet.operating_region),
    ]
    if sheet.ip_region or sheet.state != PublicState.CLOSED:
        rows.append(
            _row(
                _("IP region"),
                sheet.ip_region,
                hint=_("As the platform last reported it: the province, or the country abroad."),
            )
        )
    if sheet.forms.shows_code:
        rows.append(_row(_("Unified social credit code"), sheet.uscc, is_code=True))
    if sheet.agency:
        rows.append(
            _row(
                _("Agency"),
                sheet.agency,
                hint=_("Runs the account by an agreement with its operator."),
            )
        )
    is_relayed = sheet.forms.contact == ContactForm.RELAYED
    rows.append(
        _row(
            _("Contact"),
            sheet.contact,
            why=_("A person is reached through the platform.") if is_relayed else "",
            hint=_("The platform passes messages on.") if is_relayed and sheet.contact else "",
        )
    )
    return rows


def _row(
    label: str, value: str, *, why: str = "", hint: str = "", is_code: bool = False
) -> dict[str, Any]:
    return {
        "label": label,
        "value": value,
        "why": why or _("Not given"),
        "hint": hint,
        "is_code": is_code,
    }


def _why_no_name(sheet: Sheet) -> str:
    if sheet.forms.name == NameForm.NONE:
        return _("A person’s name is shown only with that person’s consent.")
    return ""


def _hint_of_name(sheet: Sheet) -> str:
    if not sheet.operator:
        return ""
    match sheet.forms.name:
        case NameForm.PERSON:
            return _("Shown with consent.")
        case NameForm.TRADE:
            return _("Trade name of the individual business.")
        case NameForm.MASKED:
            return _("The name of a person, shown in part.")
        case _:
            return ""


def register() -> None:
    """Give the pages their addresses; called when apps are ready."""
    register_public_page(
        "accounts/",
        AccountsPage,
        name="accounts",
        entry=PublicEntry(
            title=gettext_lazy("Look up an account"),
            text=gettext_lazy("Who runs a public account: by its exact number or name."),
            order=30,
        ),
    )
    register_public_page("accounts/<path:platform_uid>/", AccountPage, name="account")
