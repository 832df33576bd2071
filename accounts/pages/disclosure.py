"""What colleagues see of the disclosure of accounts: a panel on the account, a card on the desk."""

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.enums import AccountStatus, DisclosureItem
from accounts.models import Disclosure, PublicAccount
from accounts.pages.presentation import instant
from accounts.rules.disclosure import ContactForm, NameForm, forms_for, missing_items
from accounts.services.disclosure.sheets import (
    consent_of,
    contacts_of,
    given_items,
    standing_of,
)
from accounts.services.disclosure.sources import changes_of, marks_of
from compliance.models import StaffUser
from compliance.pages.door import staff_of
from compliance.pages.record import Panel, PanelRow, register_panel
from compliance.ui.desk import CardData, register_card
from compliance.ui.kit import Badge, Fact
from compliance.ui.pagination import tally_rows

SEES = "accounts.view_disclosure"


def disclosure_panel(account: PublicAccount, staff: StaffUser) -> Panel | None:
    """Return what everybody may see of an account; a person's name is masked here all the same."""
    if not staff.has_perm(SEES):
        return None
    consent = consent_of(account)
    has_consent = consent is not None and consent.is_given
    forms = forms_for(standing_of(account, has_consent=has_consent))
    given = given_items(account, forms, contacts_of([account]).get(account.pk, ""))
    missing = missing_items(forms, given)
    facts = [
        Fact(
            DisclosureItem.OPERATOR.label,
            given[DisclosureItem.OPERATOR] or _("not shown"),
            hint=_hint_of_name(forms.name),
        ),
        Fact(DisclosureItem.REGION.label, given[DisclosureItem.REGION]),
    ]
    if forms.shows_code:
        facts.append(Fact(DisclosureItem.USCC.label, given[DisclosureItem.USCC], is_code=True))
    contact = given[DisclosureItem.CONTACT]
    if not contact and forms.contact == ContactForm.RELAYED:
        contact = _("A person is reached through the platform.")
    facts.append(Fact(DisclosureItem.CONTACT.label, contact))
    if consent is not None:
        facts.append(
            Fact(
                _("Consent to show the name"),
                _("given") if consent.is_given else _("taken back"),
                hint=f"{instant(consent.at)} · {consent.get_method_display()}",
            )
        )
    rows = [
        PanelRow(
            label=mark.label, hint=mark.basis, badge=Badge(text=_("special mark"), tone="good")
        )
        for mark in marks_of(account)
    ]
    rows += [
        PanelRow(label=_("Change of the subject"), value=str(change.on), hint=change.later)
        for change in changes_of(account)
    ]
    rows += [
        PanelRow(label=each.label, badge=Badge(text=_("missing"), tone="warning"))
        for each in missing
    ]
    return Panel(
        title=_("What everybody may see"),
        facts=facts,
        rows=rows,
        tone="warning" if missing and account.status == AccountStatus.ACTIVE else "",
        more_url=reverse("public:account", args=[account.platform_uid]),
        more_label=_("Open the public page"),
    )


def _hint_of_name(form: NameForm) -> str:
    match form:
        case NameForm.PERSON | NameForm.TRADE:
            return _("The public page shows it whole.")
        case NameForm.NONE:
            return _("A person’s name is shown only with that person’s consent.")
        case _:
            return ""


def disclosure_card(request: HttpRequest) -> CardData | None:
    """Return how many active accounts lack something that has to be public, for who answers for it."""
    if not staff_of(request).has_perm("accounts.follow_disclosure"):
        return None
    lacking = Disclosure.objects.filter(is_complete=False, account__status=AccountStatus.ACTIVE)
    tally = tally_rows(lacking)
    listed = reverse("admin:accounts_disclosure_changelist")
    return CardData(
        title=_("Accounts with items missing from their disclosure"),
        value=str(tally),
        empty=_("Every active account that was checked shows what it has to."),
        link_url=f"{listed}?is_complete__exact=0" if tally.number else "",
        link_label=_("Show these accounts"),
        tone="warning" if tally.number else "",
    )


def register() -> None:
    """Put panel and card in their places; called when apps are ready."""
    register_panel("accounts.publicaccount", disclosure_panel, order=30)
    register_card(disclosure_card, order=64)
