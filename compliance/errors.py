"""What a person can be told when an act is refused; nothing here decides anything."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class ActionRefused(Exception):
    """Raised when a service refuses an act; its message is the sentence a person may read."""

    message: str | Promise = _("This act was refused.")
    # Set where it is logged, so that no door further out logs it again.
    is_on_record = False

    def __init__(self, message: str | Promise | None = None) -> None:
        self.message = message if message is not None else type(self).message
        super().__init__(self.message)

    def __str__(self) -> str:
        return str(self.message)


class TransitionRefused(ActionRefused):
    """The record is not in a state from which this step can be taken."""

    message = _("This step is not possible in the present state of the record.")


class MissingReason(ActionRefused):
    """A reason is missing."""

    message = _("Give a reason: it is kept on record and cannot be empty.")


class NotPermitted(ActionRefused):
    """The actor's roles do not allow the act."""

    message = _("Your roles do not allow this act.")


class StaleVersion(ActionRefused):
    """Somebody else changed the record in the meantime."""

    message = _(
        "The record was changed by somebody else in the meantime. Load it again and compare."
    )


class StaleLease(ActionRefused):
    """The actor no longer holds the work item."""

    message = _("You no longer hold this item. Take it again before you decide.")


class NothingToClaim(ActionRefused):
    """No item is waiting in the queue."""

    message = _("Nothing is waiting in this queue.")


class SamePerson(ActionRefused):
    """The person already took part in the matter on another side."""

    message = _("You already took part in this matter. Somebody else has to do this step.")


class Recused(ActionRefused):
    """The person keeps out of the matter."""

    message = _("You keep out of this matter. Somebody else has to do this step.")


class ProposalClosed(ActionRefused):
    """The proposal was already decided, returned or replaced."""

    message = _("This proposal was already decided, returned or replaced.")


class InvalidInput(ActionRefused):
    """What was given cannot be used."""

    message = _("What was given cannot be used.")


class IdentityErased(ActionRefused):
    """The identity data was erased."""

    message = _("This identity data was erased and can no longer be read.")
