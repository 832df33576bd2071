"""A provider for the quick start and the tests: it verifies everything but its test numbers."""

from typing import Final

from accounts.enums import VerificationMethod
from accounts.verification.provider import (
    MethodResult,
    ProviderUnavailable,
    VerificationAnswer,
    VerificationRequest,
)

# Each is well formed, so that only verification stops it. The division codes are of no place.
UNVERIFIED_RESIDENT_IDS: Final = frozenset({"990101199001010019", "990101198502280020"})
UNVERIFIED_USCCS: Final = frozenset({"91990101MA0000001Y", "92990101MA0000002Y"})
UNVERIFIED_MOBILES: Final = frozenset({"19900000001", "19900000002"})
UNREACHABLE_MOBILES: Final = frozenset({"19900000009"})

_METHODS_OF_NUMBER: Final = frozenset(
    {
        VerificationMethod.ID_DOCUMENT,
        VerificationMethod.USCC,
        VerificationMethod.NATIONAL_NETWORK_ID,
    }
)


class SandboxProvider:
    """
    Verifies everybody, except by the published test numbers.

    * resident identity numbers 990101199001010019 and 990101198502280020: no method passes;
    * credit codes 91990101MA0000001Y and 92990101MA0000002Y: no method passes;
    * mobiles 19900000001 and 19900000002: only the method that does not use the mobile passes;
    * mobile 19900000009: the provider cannot be reached.
    """

    name = "sandbox"

    def verify(self, request: VerificationRequest) -> VerificationAnswer:
        """
        Return an answer for every method asked, the same one each time.

        :raises ProviderUnavailable: for the test number that stands for an outage.
        """
        if request.mobile in UNREACHABLE_MOBILES:
            raise ProviderUnavailable("sandbox")
        return VerificationAnswer(
            self.name, tuple(_result(method, request) for method in request.methods)
        )


def _result(method: VerificationMethod, request: VerificationRequest) -> MethodResult:
    if request.id_number in UNVERIFIED_RESIDENT_IDS | UNVERIFIED_USCCS:
        return MethodResult(method, is_verified=False, reason="no_match")
    if method not in _METHODS_OF_NUMBER and request.mobile in UNVERIFIED_MOBILES:
        return MethodResult(method, is_verified=False, reason="mobile_of_another")
    return MethodResult(method, is_verified=True, reference=f"sandbox-{method.value}")
