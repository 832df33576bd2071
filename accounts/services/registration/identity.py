"""How the identity data of applications is sealed, many values with a few statements."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from accounts.enums import IdType, SubjectNature
from accounts.rules.applications import Examined
from accounts.services.registration.facts import subject_purpose
from compliance.identity import vault
from compliance.models import BlindIndex, DataKey, IdentityValue
from compliance.models.identity import IdentityField

# An individual business is a person under another name: its particulars are identity data too.
_PRIVATE_NATURES = frozenset(
    {None, SubjectNature.NATURAL_PERSON, SubjectNature.INDIVIDUAL_BUSINESS}
)


def is_public_body(examined: Examined) -> bool:
    """
    Return whether name and places may stand in the clear, as those of an organisation do.

    Only with a credit code: under a personal document the "organisation's name" is somebody's.
    """
    data = examined.data
    return data.subject_nature not in _PRIVATE_NATURES and data.id_type == IdType.USCC


@dataclass
class SealedValues:
    """The identity values of one application; None where nothing was given or nothing is secret."""

    id_number: IdentityValue | None = None
    subject_name: IdentityValue | None = None
    mobile: IdentityValue | None = None
    contact: IdentityValue | None = None
    registered_address: IdentityValue | None = None
    operating_address: IdentityValue | None = None
    professional_background: IdentityValue | None = None
    qualification_number: IdentityValue | None = None


@dataclass
class Vault:
    """Collects values to be sealed and inserts them, with their indexes, at once."""

    values: list[IdentityValue] = field(default_factory=list)
    indexed: list[tuple[IdentityValue, str, str]] = field(default_factory=list)

    def seal(
        self,
        key: tuple[DataKey, bytes],
        kind: IdentityField,
        text: str,
        *,
        purpose: str = "",
        indexed_as: str = "",
    ) -> IdentityValue | None:
        """Return a value that `insert` will store, findable by `indexed_as`; None for no text."""
        if not text.strip():
            return None
        value = vault.seal(*key, kind, text.strip())
        self.values.append(value)
        if indexed_as:
            self.indexed.append((value, indexed_as, purpose))
        return value

    def insert(self) -> None:
        """Insert everything that was collected."""
        IdentityValue.objects.bulk_create(self.values)
        BlindIndex.objects.bulk_create(
            row
            for value, text, purpose in self.indexed
            for row in vault.index_rows(value, text, (purpose,))
        )

    def seal_application(
        self, examined: Examined, key: tuple[DataKey, bytes], *, is_first: bool
    ) -> SealedValues:
        """
        Return the values of one application, sealed under the key of its subject.

        Only the first application of a subject makes the document number findable: one index row a
        subject is what keeps it one.
        """
        data = examined.data
        is_body = is_public_body(examined)
        field_of = IdentityField
        return SealedValues(
            id_number=self._id_number(examined, key, is_first=is_first),
            subject_name=None if is_body else self.seal(key, field_of.NAME, data.subject_name),
            mobile=self.seal(
                key,
                field_of.MOBILE,
                examined.mobile or data.mobile,
                purpose="mobile",
                indexed_as=examined.mobile,
            ),
            contact=self.seal(
                key,
                field_of.CONTACT,
                data.contact,
                purpose="contact",
                indexed_as=examined.contact,
            ),
            registered_address=(
                None if is_body else self.seal(key, field_of.ADDRESS, data.registered_region)
            ),
            operating_address=(
                None if is_body else self.seal(key, field_of.ADDRESS, data.operating_region)
            ),
            professional_background=self.seal(
                key, field_of.BACKGROUND, data.professional_background
            ),
            qualification_number=self.seal(
                key, field_of.QUALIFICATION_NUMBER, data.qualification_number
            ),
        )

    def _id_number(
        self, examined: Examined, key: tuple[DataKey, bytes], *, is_first: bool
    ) -> IdentityValue | None:
        identity = examined.identity
        if identity is None:
            return self.seal(key, IdentityField.ID_NUMBER, examined.data.id_number)
        return self.seal(
            key,
            IdentityField.ID_NUMBER,
            examined.id_number,
            purpose=subject_purpose(identity.id_type),
            indexed_as=identity.number if is_first else "",
        )


def draft_keys(count: int) -> list[tuple[DataKey, bytes]]:
    """Return new data keys, inserted at once."""
    keys: Sequence[tuple[DataKey, bytes]] = [vault.draft_key() for _number in range(count)]
    DataKey.objects.bulk_create(key for key, _plain in keys)
    return list(keys)
