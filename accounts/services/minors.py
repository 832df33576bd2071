"""Which identity data is a minor's, as subjects and their documents say."""

from operator import attrgetter
from typing import Final

from django.utils import timezone

from accounts.models import Subject
from accounts.rules.identity_numbers import is_minor
from accounts.services import material
from accounts.services.corrections import answers
from accounts.services.guardians import consent
from accounts.services.qualifications import submission
from compliance import audit
from compliance.errors import IdentityErased
from compliance.grounds import Grounds
from compliance.identity import vault
from compliance.models import EvidenceFile, IdentityValue


def _flagged(value: IdentityValue) -> Subject | None:
    # What a guardian told lies under the key of the minor and is kept from sight with it.
    return (
        Subject.objects.filter(key=value.key_id, is_minor=True).select_related("id_number").first()
    )


def _is_of_age(subject: Subject) -> bool:
    """Return whether the document says so; where it does not tell, whoever was a minor still is."""
    if subject.id_number is None:
        return False
    try:
        return is_minor(vault.read(subject.id_number), timezone.localdate()) is False
    except IdentityErased:
        return False


# From a file to whose account it came with; also a guardian's documents are kept from sight.
_SUBJECT_OF: Final = {
    material.OWNER_KIND: attrgetter("application_material.application.subject"),
    consent.OWNER_KIND: attrgetter("guardian_document.consent.application.subject"),
    answers.OWNER_KIND: attrgetter("correction_document.answer.correction.account.subject"),
    submission.OWNER_KIND: attrgetter("qualification_document.qualification.account.subject"),
}


def _pictured(file: EvidenceFile) -> Subject | None:
    """Return the minor with whose papers a file came; None of others."""
    find = _SUBJECT_OF.get(file.owner_kind)
    subject: Subject | None = find(file) if find is not None else None
    return subject if subject is not None and subject.is_minor else None


class SubjectRegister:
    """Subjects that were minors when they were registered, by the birth date of their document."""

    def is_of_minor(self, value: IdentityValue) -> bool:
        """Return whether a value lies under the key of a subject that is a minor today."""
        subject = _flagged(value)
        return subject is not None and not _is_of_age(subject)

    def settle_age(self, value: IdentityValue, grounds: Grounds) -> None:
        """Note that the subject has come of age, where its document says so."""
        subject = _flagged(value)
        if subject is not None and _is_of_age(subject):
            audit.amend(subject, "come_of_age", **grounds, is_minor=False)

    def shows_minor(self, file: EvidenceFile) -> bool:
        """Return whether a file came with what somebody handed in who is a minor today."""
        subject = _pictured(file)
        return subject is not None and not _is_of_age(subject)

    def settle_age_by_file(self, file: EvidenceFile, grounds: Grounds) -> None:
        """Note that the subject has come of age, where its document says so."""
        subject = _pictured(file)
        if subject is not None and _is_of_age(subject):
            audit.amend(subject, "come_of_age", **grounds, is_minor=False)
