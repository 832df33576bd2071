"""The service that finds subjects and applications by an exact identity value."""

import re
from dataclasses import dataclass, field
from typing import Any, Final

from django.db import models
from django.db.models import Prefetch
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.enums import IdType
from accounts.models import Application, PublicAccount, Subject, Transfer
from accounts.rules.identity_numbers import (
    identity_key,
    mobile_problem,
    normalised_contact,
    normalised_mobile,
    number_problem,
)
from accounts.services.registration.facts import subject_purpose
from compliance.errors import InvalidInput
from compliance.identity import vault
from compliance.models import IdentityValue, StaffUser
from compliance.models.identity import IdentityField
from compliance.provisions import Provision

# Our choice, no article: shorter texts are parts of a contact, and nobody's alone.
SHORTEST_CONTACT: Final = 6
# A subject has few; more are read on its page.
APPLICATIONS_SHOWN: Final = 20
_PARTIAL: Final = re.compile(r"[*?%…]")


class SoughtValue(models.TextChoices):
    """What may be searched by, besides the numbers of documents."""

    MOBILE = "mobile", gettext_lazy("Mobile number")
    CONTACT = "contact", gettext_lazy("Contact")


@dataclass(frozen=True)
class Finding:
    """A subject that a value belongs to: accounts whose application gave it, other applications."""

    subject: Subject
    value: IdentityValue
    accounts: list[PublicAccount]
    applications: list[Application]


@dataclass(frozen=True)
class Findings:
    """What was found, and how many values in all where not all are shown."""

    findings: list[Finding]
    count: int


def sought_choices() -> list[tuple[str, str]]:
    """Return what may be searched by, as the form offers it."""
    return [(str(value), str(label)) for value, label in (*IdType.choices, *SoughtValue.choices)]


@dataclass(frozen=True)
class Sought:
    """A value as the vault's index knows it: normalised, with the purpose it is kept under."""

    kind_of_value: IdentityField
    purpose: str
    value: str = field(repr=False)


def sought(kind: str, value: str) -> Sought:
    """
    Return what to look for.

    :raises InvalidInput: if it is not a whole value of its kind; the sentence never holds it.
    """
    if kind == SoughtValue.MOBILE:
        if mobile_problem(value) is not None:
            raise InvalidInput(
                _("This is no whole mobile number: it has 11 digits and begins with 13 to 19.")
            )
        return Sought(IdentityField.MOBILE, "mobile", normalised_mobile(value))
    if kind == SoughtValue.CONTACT:
        written = normalised_contact(value)
        if len(written) < SHORTEST_CONTACT or _PARTIAL.search(written):
            raise InvalidInput(
                _("Give the whole contact as it was declared; parts of it are not searched.")
            )
        return Sought(IdentityField.CONTACT, "contact", written)
    if kind not in IdType.values:
        raise InvalidInput(_("Choose what is searched by."))
    id_type = IdType(kind)
    if number_problem(id_type, value, None) is not None:
        raise InvalidInput(
            _("This is no valid number of that document. Give all of it; parts are not searched.")
        )
    key = identity_key(id_type, value)
    return Sought(IdentityField.ID_NUMBER, subject_purpose(key.id_type), key.number)


def search_identity(
    *, kind: str, value: str, actor: StaffUser, provision: Provision, reason: str
) -> Findings:
    """
    Find the subjects and applications of an exact document number, mobile number or contact.

    Personal Information Protection Law, art. 51: on record before anything is shown, limited in
    number, and shown masked. Must not run inside a transaction.

    :raises NotPermitted: if the actor's roles do not allow identity searches.
    :raises MissingReason: if the reason is blank.
    :raises InvalidInput: if the value is not a whole value of its kind, or the reason repeats it.
    :raises ActionRefused: if the day's quota is used up.
    """
    looked_for = sought(kind, value)
    if any(part in reason for part in (value.strip(), looked_for.value)):
        raise InvalidInput(_("The reason repeats the value. Name the matter instead."))
    found = vault.search(
        field=looked_for.kind_of_value,
        purpose=looked_for.purpose,
        value=looked_for.value,
        actor=actor,
        provision=provision,
        reason=reason,
    )
    return Findings(_findings(found.values), found.count)


def _findings(values: list[IdentityValue]) -> list[Finding]:
    subjects = {
        subject.key_id: subject
        for subject in Subject.objects.filter(key__in=[value.key_id for value in values])
        .select_related("name", "id_number")
        .prefetch_related(
            Prefetch(
                "applications",
                Application.objects.standing_in_the_name()
                .select_related("account")
                .order_by("-pk")[:APPLICATIONS_SHOWN],
                to_attr="declared",
            ),
            Prefetch(
                "accounts",
                PublicAccount.objects.select_related("application", "transfer").order_by("-pk")[
                    :APPLICATIONS_SHOWN
                ],
                to_attr="run_now",
            ),
        )
    }
    return [_finding(subjects[value.key_id], value) for value in values if value.key_id in subjects]


def _finding(subject: Any, value: IdentityValue) -> Finding:
    gave = [each for each in subject.declared if _gave(each, value)]
    return Finding(
        subject,
        value,
        accounts=[each for each in subject.run_now if _gave(each.particulars, value)],
        applications=[each for each in gave if not hasattr(each, "account")],
    )


def _gave(particulars: Application | Transfer, value: IdentityValue) -> bool:
    # One document number stands for the subject, and so for everything that it declared.
    return value.field == IdentityField.ID_NUMBER or value.pk in (
        particulars.mobile_id,
        particulars.contact_id,
    )
