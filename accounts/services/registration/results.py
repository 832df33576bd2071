"""What comes of handing in an application, and how it refuses."""

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from accounts.enums import ApplicationStatus, CheckCode, CheckOutcome
from accounts.models import Application
from accounts.rules.check_results import CheckResult
from compliance.errors import ActionRefused


@dataclass(frozen=True)
class Registered:
    """An application as it stands: its state and the checks that it did not pass."""

    application: Application
    checks: tuple[CheckResult, ...]
    is_new: bool

    @property
    def outcome(self) -> ApplicationStatus:
        """Return the present state."""
        return ApplicationStatus(self.application.status)


class RegistrationConflict(ActionRefused):
    """The account number was registered before with other content."""

    message = _(
        "This account number is already registered with other content. Nothing was changed; "
        "hand a changed application in under a new number."
    )

    def __init__(self, application: Application) -> None:
        super().__init__()
        self.application = application


def stored_checks(application: Application) -> tuple[CheckResult, ...]:
    """Return the checks that a stored application did not pass, as the rules gave them."""
    return tuple(
        CheckResult(
            CheckCode(check.code), CheckOutcome(check.outcome), check.reason_key, check.params
        )
        for check in sorted(application.checks.all(), key=lambda check: check.pk)
    )
