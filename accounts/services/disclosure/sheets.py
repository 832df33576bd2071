"""What everybody may see of one account, and how it is found."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final
from urllib.parse import quote

from django.conf import settings
from django.db.models import Prefetch, Q, QuerySet
from django.utils import timezone

from accounts.catalogue_files import catalogue
from accounts.enums import AccountStatus, DisclosureItem, IdType, PublicState, SubjectNature
from accounts.models import (
    DisclosureConsent,
    PublicAccount,
    PublicContact,
    Restriction,
    Subject,
)
from accounts.rules.disclosure import (
    ContactForm,
    Forms,
    NameForm,
    PlaceForm,
    Standing,
    forms_for,
    is_trade_name,
    missing_items,
    public_state,
)
from accounts.rules.names import fold
from accounts.rules.provinces import province_of
from accounts.services.agencies.register import agency_names_of
from accounts.services.disclosure.sources import (
    AccountLabel,
    Mark,
    SubjectChange,
    changes_of,
    labels_of,
    marks_of,
)
from accounts.services.registration.facts import stored_fold
from accounts.services.restrictions import state_of
from compliance.errors import IdentityErased
from compliance.identity import vault

# No number and no name is longer.
LONGEST_QUERY: Final = 200


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """What everybody may see of an account; what may not be shown is nowhere in it."""

    platform_uid: str
    name: str
    nature: str
    category: str
    forms: Forms
    operator: str
    registered_region: str
    operating_region: str
    uscc: str
    contact: str
    state: PublicState
    closed_on: date | None
    missing: tuple[DisclosureItem, ...]
    has_avatar: bool = False
    marks: tuple[Mark, ...] = ()
    labels: tuple[AccountLabel, ...] = ()
    changes: tuple[SubjectChange, ...] = ()
    agency: str = ""
    ip_region: str = ""

    @property
    def nature_label(self) -> str:
        """Return the nature in words."""
        is_known = self.nature in SubjectNature.values
        return str(SubjectNature(self.nature).label) if is_known else ""


def public_accounts() -> QuerySet[PublicAccount]:
    """Return accounts with what the page about one reads."""
    in_force = Restriction.objects.in_force(timezone.now())
    return PublicAccount.objects.select_related(
        "application", "transfer", "subject__name__key", "subject__key", "activity"
    ).prefetch_related(Prefetch("restrictions", queryset=in_force))


def find_public_accounts(words: str) -> QuerySet[PublicAccount]:
    """
    Return the accounts of exactly this number or this name, newest first; nothing lists them all.

    Public Account Provisions, art. 9 §2. Names are compared as they look, so that whoever asks for
    one also sees those that could be taken for it.
    """
    words = words.strip()
    if not words or len(words) > LONGEST_QUERY or "\x00" in words:
        return PublicAccount.objects.none()
    wanted = Q(platform_uid=words)
    if folded := stored_fold(fold(words)):
        wanted |= Q(folded_name=folded)
    return PublicAccount.objects.filter(wanted).order_by("-pk")


def standing_of(
    account: PublicAccount, *, has_consent: bool, has_trade_name: bool = False
) -> Standing:
    """Return what the form of an account's disclosure depends on."""
    subject = account.subject
    return Standing(
        nature=subject.nature,
        has_trade_name=has_trade_name,
        is_minor=subject.is_minor,
        has_consent=has_consent,
        is_open=account.status == AccountStatus.ACTIVE,
    )


def consent_of(account: PublicAccount) -> DisclosureConsent | None:
    """Return the latest word of the person who runs an account now about showing the name."""
    # Of two at one instant the one that takes back counts.
    return (
        DisclosureConsent.objects.filter(
            account=account, subject=account.subject_id, at__lte=timezone.now()
        )
        .order_by("-at", "is_given", "-pk")
        .first()
    )


def contacts_of(accounts: Iterable[PublicAccount]) -> dict[int, str]:
    """Return the public contact of each account whose present subject has given one."""
    subjects = {account.pk: account.subject_id for account in accounts}
    latest = (
        PublicContact.objects.filter(account__in=list(subjects))
        .order_by("account_id", "-pk")
        .distinct("account_id")
    )
    return {
        each.account_id: each.contact
        for each in latest
        if each.contact and subjects[each.account_id] == each.subject_id
    }


def sheet_of(account: PublicAccount) -> Sheet:
    """
    Return what everybody may see of an account.

    Public Account Provisions, art. 9 §2. A person's name is read from the vault only where the
    rules show it; once the identity data is erased there is nothing to read.
    """
    consent = consent_of(account)
    forms = forms_for(
        standing_of(
            account,
            has_consent=consent is not None and consent.is_given,
            has_trade_name=_has_trade_name(account.subject),
        )
    )
    given = given_items(account, forms, contacts_of([account]).get(account.pk, ""))
    particulars = account.particulars
    return Sheet(
        platform_uid=account.platform_uid,
        name=account.name,
        nature=account.subject.nature,
        category=account.category,
        forms=forms,
        operator=_operator(account.subject, forms),
        registered_region=_place(particulars.registered_region, forms),
        operating_region=_place(particulars.operating_region, forms),
        uscc=given[DisclosureItem.USCC],
        contact=given[DisclosureItem.CONTACT],
        state=public_state(state_of(account, timezone.now())),
        closed_on=timezone.localdate(account.closed_at) if account.closed_at else None,
        missing=missing_items(forms, given),
        has_avatar=account.avatar_id is not None and account.status == AccountStatus.ACTIVE,
        marks=tuple(marks_of(account)),
        labels=tuple(labels_of(account)),
        changes=tuple(changes_of(account)),
        agency=agency_names_of([account.pk]).get(account.pk, ""),
        ip_region=_ip_region(account),
    )


def _ip_region(account: PublicAccount) -> str:
    """Return the province or country from which an open account was last used, if it was reported."""
    activity = getattr(account, "activity", None)
    return activity.ip_region if activity and account.status == AccountStatus.ACTIVE else ""


def given_items(account: PublicAccount, forms: Forms, contact: str) -> Mapping[DisclosureItem, str]:
    """Return the items as they may be shown; a name that stands in the vault is masked here."""
    subject, particulars = account.subject, account.particulars
    place = _place(particulars.registered_region, forms)
    return {
        DisclosureItem.CATEGORY: account.category,
        DisclosureItem.OPERATOR: _masked_operator(subject, forms),
        DisclosureItem.REGION: place or _place(particulars.operating_region, forms),
        DisclosureItem.USCC: subject.uscc if forms.shows_code else "",
        DisclosureItem.CONTACT: contact
        if forms.contact == ContactForm.OWN
        else relayed_contact(account.platform_uid),
    }


def relayed_contact(platform_uid: str) -> str:
    """Return by which address of the platform a person is reached; "" where it has none."""
    return str(settings.RELAYED_CONTACT).replace("{platform_uid}", quote(platform_uid, safe=""))


def _masked_operator(subject: Subject, forms: Forms) -> str:
    if forms.name == NameForm.BODY:
        return subject.organisation_name
    is_readable = subject.name is not None and subject.key.erased_at is None
    if forms.name == NameForm.NONE or not is_readable:
        return ""
    return subject.name.masked if subject.name is not None else ""


def _operator(subject: Subject, forms: Forms) -> str:
    if forms.name not in (NameForm.TRADE, NameForm.PERSON) or subject.name is None:
        return _masked_operator(subject, forms)
    try:
        return vault.read(subject.name)
    except IdentityErased:
        return ""


def _has_trade_name(subject: Subject) -> bool:
    is_business = subject.nature == SubjectNature.INDIVIDUAL_BUSINESS
    if not is_business or subject.id_type != IdType.USCC or subject.name is None:
        return False
    try:
        return is_trade_name(vault.read(subject.name), catalogue("trade_names"))
    except IdentityErased:
        return False


def _place(region: str, forms: Forms) -> str:
    # Of a person no more was kept; here nothing else could come through.
    if forms.place == PlaceForm.PROVINCE:
        return province_of(region, catalogue("provinces"))
    return region
