"""What a provider of real-name verification is asked and what it answers."""

from dataclasses import dataclass
from typing import Final, Protocol

from accounts.enums import IdType, VerificationMethod
from accounts.rules.applications import VerificationFact

_METHODS: Final = {
    IdType.USCC: (VerificationMethod.USCC, VerificationMethod.LEGAL_REPRESENTATIVE),
    IdType.NATIONAL_NETWORK_ID: (
        VerificationMethod.NATIONAL_NETWORK_ID,
        VerificationMethod.MOBILE_THREE_ELEMENTS,
    ),
}
_METHODS_OF_DOCUMENTS: Final = (
    VerificationMethod.ID_DOCUMENT,
    VerificationMethod.MOBILE_THREE_ELEMENTS,
)


class ProviderUnavailable(Exception):
    """
    The provider for real-name verification gave no answer that can be used.

    This is never "not verified": the application waits and is asked about again. `cause` is a word
    for the log; nothing of the request is kept in it.
    """

    def __init__(self, cause: str) -> None:
        super().__init__(f"The provider for real-name verification gave no answer ({cause}).")
        self.cause = cause


@dataclass(frozen=True, slots=True, repr=False)
class VerificationRequest:
    """
    Whom to verify and how.

    `key` is the same each time the same question is asked, so that a provider who bills and counts
    by question sees one. It is opaque: made at random or from a row's id, never from identity data.
    """

    key: str
    subject_name: str
    id_type: IdType
    id_number: str
    mobile: str
    methods: tuple[VerificationMethod, ...]

    def __repr__(self) -> str:
        # Names and numbers must not reach a log by way of a traceback.
        return f"VerificationRequest(key={self.key!r})"


@dataclass(frozen=True, slots=True)
class MethodResult:
    """What one method answered: a word for the reason, the provider's reference, nothing else."""

    method: VerificationMethod
    is_verified: bool
    reason: str = ""
    reference: str = ""


@dataclass(frozen=True, slots=True)
class VerificationAnswer:
    """What a provider answered to one request, method by method."""

    provider: str
    results: tuple[MethodResult, ...]

    def fact(self) -> VerificationFact:
        """Return what the rules want to know of it."""
        return VerificationFact(
            methods_passed=tuple(r.method for r in self.results if r.is_verified),
            methods_failed=tuple(r.method for r in self.results if not r.is_verified),
        )


class Provider(Protocol):
    """A source of real-name verification."""

    @property
    def name(self) -> str:
        """Return the name under which answers are recorded."""

    def verify(self, request: VerificationRequest) -> VerificationAnswer:
        """
        Return an answer for every method asked.

        :raises ProviderUnavailable: if there is none.
        """


def methods_for(id_type: IdType) -> tuple[VerificationMethod, ...]:
    """
    Return the methods that are asked for a document.

    Public Account Provisions, art. 8 §1: compound verification, so always more than one.
    """
    return _METHODS.get(id_type, _METHODS_OF_DOCUMENTS)
