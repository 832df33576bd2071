"""The words in which hearings and emergency holds are recorded; no rule lives here."""

from typing import Final

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class HearingStatus(models.TextChoices):
    """Where the hearing before a grave measure stands."""

    WAITING = "waiting", _("Waits for the operator")
    ANSWERED = "answered", _("The operator answered")
    LAPSED = "lapsed", _("The time passed in silence")
    DROPPED = "dropped", _("No longer needed")


# The operator could speak, and did or did not: only then is the decision approved.
HEARD: Final = (HearingStatus.ANSWERED, HearingStatus.LAPSED)


class StatementKind(models.TextChoices):
    """What an operator says in a hearing; the last two end it."""

    MORE = "more", _("This is my statement; more follows before the time is over")
    FINAL = "final", _("This is my whole statement")
    NOTHING = "nothing", _("I have nothing to say")


CLOSING_STATEMENTS: Final = (StatementKind.FINAL, StatementKind.NOTHING)


class LaterOutcome(models.TextChoices):
    """What becomes of an emergency decision after the operator was heard on it."""

    UPHELD = "upheld", pgettext_lazy("later hearing", "Upheld")
    CHANGED = "changed", _("Changed: what is left of the term ends now")
    REVERSED = "reversed", pgettext_lazy("later hearing", "Reversed")


class HoldScope(models.TextChoices):
    """What an emergency hold stops."""

    CONTENT = "content", _("One content")
    UPDATES = "updates", _("Updates of the account")
    SERVICE = "service", _("The service of the account")


class HoldGround(models.TextChoices):
    """Why nobody can wait for the hearing and for a second person."""

    ILLEGAL_CONTENT = "illegal_content", _("Illegal content is spreading")
    PERSONS = "persons", _("Somebody is being exposed or attacked")
    MINORS = "minors", _("Minors are being harmed")
    FRAUD = "fraud", _("People are being defrauded")
    STOLEN = "stolen", _("The account is in the hands of somebody else")


class HoldStatus(models.TextChoices):
    """Where an emergency hold stands on record; whether it holds now is compared with the time."""

    PLACED = "placed", _("Placed, not confirmed yet")
    CONFIRMED = "confirmed", pgettext_lazy("emergency hold", "Confirmed")
    REFUSED = "refused", _("Confirmation refused")
    LAPSED = "lapsed", _("Lapsed unconfirmed")
    EXPIRED = "expired", _("Longest time over")
    ENDED = "ended", pgettext_lazy("emergency hold", "Ended")


RUNNING_HOLDS: Final = (HoldStatus.PLACED, HoldStatus.CONFIRMED)
