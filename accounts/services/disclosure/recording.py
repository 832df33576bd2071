"""Consents and public contacts, as the platform's systems push them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.enums import ConsentMethod
from accounts.models import DisclosureConsent, PublicAccount, PublicContact
from accounts.rules.disclosure import is_body
from accounts.services.disclosure.checking import check_disclosures
from accounts.services.disclosure.sheets import contacts_of
from compliance import audit
from compliance.errors import InvalidInput
from compliance.grounds import Grounds
from compliance.models import ActionLog, StaffUser
from compliance.provisions import Provision
from compliance.roles import require_permission

RECORD_CONSENT: Final = "accounts.add_disclosureconsent"
RECORD_CONTACT: Final = "accounts.add_publiccontact"
LONGEST_REFERENCE: Final = 120
LONGEST_CONTACT: Final = 200


@dataclass(frozen=True)
class Consent:
    """What a person said about showing the own name with an account."""

    platform_uid: str
    is_given: bool
    at: datetime
    source_ref: str
    method: str = ConsentMethod.CLICK


@dataclass(frozen=True)
class Contact:
    """By what an organisation lets everybody reach it; "" takes that back."""

    platform_uid: str
    contact: str
    source_ref: str


@dataclass(frozen=True)
class Pushed:
    """What became of a push: how many were new, how many on record, which accounts there are not."""

    new: int
    known: int
    unknown: tuple[str, ...]


@transaction.atomic
def record_consents(
    *, consents: Sequence[Consent], actor: StaffUser, provision: Provision, reason: str
) -> Pushed:
    """
    Record that persons agreed to have their names shown, or took that back, each word once.

    Public Account Provisions, art. 9 §2: what is published depends on the nature of the subject. A
    person's name is shown with consent alone; taking back needs no reason and counts at
    once. One log row for each account.

    :raises NotPermitted: if the actor may not record consents.
    :raises InvalidInput: if an account is an organisation's, or an instant, a method or a
        reference does not do; nothing is recorded then.
    """
    require_permission(actor, RECORD_CONSENT)
    accounts = _locked({each.platform_uid for each in consents})
    now = timezone.now()
    for each in consents:
        _check_consent(each, accounts.get(each.platform_uid), now)
    there = set(
        DisclosureConsent.objects.filter(account__in=accounts.values()).values_list(
            "account__platform_uid", "source_ref", "is_given"
        )
    )
    fresh: dict[tuple[str, str, bool], Consent] = {}
    for each in consents:
        key = (each.platform_uid, each.source_ref.strip(), each.is_given)
        if each.platform_uid in accounts and key not in there:
            fresh.setdefault(key, each)
    DisclosureConsent.objects.bulk_create(
        DisclosureConsent(
            account=accounts[each.platform_uid],
            subject_id=accounts[each.platform_uid].subject_id,
            is_given=each.is_given,
            at=each.at,
            method=each.method,
            source_ref=each.source_ref.strip(),
        )
        for each in fresh.values()
    )
    grounds = Grounds(actor=actor, provision=provision, reason=reason)
    _log(
        (
            (
                accounts[each.platform_uid],
                "agree_to_name" if each.is_given else "take_back_name",
                {"source": each.source_ref.strip()},
            )
            for each in fresh.values()
        ),
        grounds,
    )
    return _pushed([each.platform_uid for each in consents], accounts, len(fresh))


def _check_consent(consent: Consent, account: PublicAccount | None, now: datetime) -> None:
    said = {"uid": consent.platform_uid}
    _check_reference(consent.platform_uid, consent.source_ref)
    if consent.method not in ConsentMethod.values:
        raise InvalidInput(_("%(uid)s: say how the person agreed or took it back.") % said)
    if timezone.is_naive(consent.at) or consent.at > now:
        raise InvalidInput(_("%(uid)s: the consent lies in the future.") % said)
    if account is not None and is_body(account.subject.nature):
        raise InvalidInput(_("%(uid)s: only a person is asked for consent.") % said)


@transaction.atomic
def record_contacts(
    *, contacts: Sequence[Contact], actor: StaffUser, provision: Provision, reason: str
) -> Pushed:
    """
    Record by what organisations let everybody reach them; the latest word for an account counts.

    Public Account Provisions, art. 9 §2. A person is reached through the platform, so nothing of a
    person is taken here. One log row for each account.

    :raises NotPermitted: if the actor may not record contacts.
    :raises InvalidInput: if an account is no organisation's, or a contact or a reference does not
        do; nothing is recorded then.
    """
    require_permission(actor, RECORD_CONTACT)
    accounts = _locked({each.platform_uid for each in contacts})
    for each in contacts:
        _check_contact(each, accounts.get(each.platform_uid))
    present = contacts_of(accounts.values())
    # Of several for one account in one push the last one counts.
    wanted = {each.platform_uid: each for each in contacts if each.platform_uid in accounts}
    fresh = [
        each
        for uid, each in sorted(wanted.items())
        if each.contact.strip() != present.get(accounts[uid].pk, "")
    ]
    PublicContact.objects.bulk_create(
        PublicContact(
            account=accounts[each.platform_uid],
            subject_id=accounts[each.platform_uid].subject_id,
            contact=each.contact.strip(),
            source_ref=each.source_ref.strip(),
        )
        for each in fresh
    )
    grounds = Grounds(actor=actor, provision=provision, reason=reason)
    _log(
        (
            (accounts[each.platform_uid], "publish_contact", {"source": each.source_ref.strip()})
            for each in fresh
        ),
        grounds,
    )
    check_disclosures(account.pk for account in accounts.values())
    return _pushed([each.platform_uid for each in contacts], accounts, len(fresh))


def _check_contact(contact: Contact, account: PublicAccount | None) -> None:
    said = {"uid": contact.platform_uid}
    _check_reference(contact.platform_uid, contact.source_ref)
    if len(contact.contact) > LONGEST_CONTACT or audit.UNSEEN.search(contact.contact):
        raise InvalidInput(_("%(uid)s: the public contact is too long or unreadable.") % said)
    if account is not None and not is_body(account.subject.nature):
        raise InvalidInput(
            _("%(uid)s: a person is reached through the platform; publish no contact.") % said
        )


def _check_reference(uid: str, source_ref: str) -> None:
    reference = source_ref.strip()
    if not reference or len(reference) > LONGEST_REFERENCE or audit.UNSEEN.search(reference):
        raise InvalidInput(_("%(uid)s: name where this is on record.") % {"uid": uid})


def _locked(numbers: set[str]) -> dict[str, PublicAccount]:
    # In one order, so that two pushes never wait for each other in a circle.
    found = (
        PublicAccount.objects.filter(platform_uid__in=numbers)
        .select_related("subject")
        .select_for_update(no_key=True, of=("self",))
        .order_by("pk")
    )
    return {account.platform_uid: account for account in found}


def _log(acts: Iterable[tuple[PublicAccount, str, dict[str, str]]], grounds: Grounds) -> None:
    ActionLog.objects.bulk_create(
        audit.draft_record(
            action=f"accounts.publicaccount.{act}", target=account, changes=changes, **grounds
        )
        for account, act, changes in acts
    )


def _pushed(named: Sequence[str], accounts: dict[str, PublicAccount], new: int) -> Pushed:
    unknown = [uid for uid in named if uid not in accounts]
    return Pushed(
        new=new,
        known=len(named) - len(unknown) - new,
        unknown=tuple(sorted(set(unknown))),
    )
