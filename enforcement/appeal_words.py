"""The words in which appeals are recorded: why, by which way, where it stands and how it ends."""

from typing import Final

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from enforcement.enums import CLOSING_MEASURES, LISTING_MEASURES, MeasureCode


class AppealChannel(models.TextChoices):
    """By which way an appeal came in."""

    PUBLIC_PAGE = "public_page", _("public page")
    PLATFORM = "platform", _("login at the platform")
    LETTER = "letter", _("letter")
    PHONE = "phone", _("telephone")


# What a colleague writes down for the appellant.
WRITTEN_DOWN: Final = (AppealChannel.LETTER, AppealChannel.PHONE)


class AppealGround(models.TextChoices):
    """What an appellant contests; the same words say why a decision did not stand."""

    FACTS = "facts", _("the facts are not as they were found")
    RULE = "rule", _("the rule does not apply to them")
    TOO_HEAVY = "too_heavy", _("the measure is too heavy")
    PROCEDURE = "procedure", _("the procedure was not kept to")
    NEW_EVIDENCE = "new_evidence", _("there is new evidence")


class AppealStatus(models.TextChoices):
    """Where an appeal stands."""

    FILED = "filed", pgettext_lazy("appeal", "Filed")
    ACCEPTED = "accepted", pgettext_lazy("appeal", "Accepted")
    WAITING = "waiting", _("Waits for an answer of the appellant")
    REFUSED = "refused", pgettext_lazy("appeal", "Not accepted")
    DECIDED = "decided", pgettext_lazy("appeal", "Decided")
    WITHDRAWN = "withdrawn", pgettext_lazy("appeal", "Withdrawn")


OPEN_APPEALS: Final = (AppealStatus.FILED, AppealStatus.ACCEPTED, AppealStatus.WAITING)
# Somebody took it up who has no other part in the matter.
HEARD_APPEALS: Final = (AppealStatus.ACCEPTED, AppealStatus.WAITING, AppealStatus.DECIDED)


class AppealRefusal(models.TextChoices):
    """Why an appeal is not accepted; that it came too late is refused when it is filed."""

    NOT_THE_OPERATOR = "not_the_operator", _("whoever appeals does not run the account")
    NOTHING_CONTESTED = "nothing_contested", _("it contests nothing of the decision")
    NO_LONGER_STANDS = "no_longer_stands", _("the decision no longer stands")


class AppealOutcome(models.TextChoices):
    """What becomes of a decision by an appeal; it is never heavier."""

    CONFIRMED = "confirmed", pgettext_lazy("appeal", "Confirmed")
    REDUCED = "reduced", _("Reduced")
    REVOKED = "revoked", pgettext_lazy("appeal", "Revoked")
    REMITTED = "remitted", _("Sent back to be decided anew by others")


# After these the decision is reversed as a whole.
REVERSING_OUTCOMES: Final = (AppealOutcome.REVOKED, AppealOutcome.REMITTED)
# After these a program proposes nothing on the same ground again.
BARRING_OUTCOMES: Final = (AppealOutcome.REDUCED, AppealOutcome.REVOKED)
# After these somebody else may be asked once more, where the measure allows it.
SECOND_LEVEL_AFTER: Final = (AppealOutcome.CONFIRMED, AppealOutcome.REDUCED)
# Closing, listing, barring: heard on a second level too (domain reference, default catalogue).
SECOND_LEVEL_MEASURES: Final = (*CLOSING_MEASURES, *LISTING_MEASURES, MeasureCode.BAR_NAME)


class AppealStatementKind(models.TextChoices):
    """What was said in an appeal, by whom."""

    FILING = "filing", _("appeal")
    SUPPLEMENT = "supplement", _("supplement to the appeal")
    ANSWER = "answer", _("answer to a question")
    OTHER_SIDE = "other_side", _("statement of those who decided")


class MediationParty(models.TextChoices):
    """Between whom was mediated."""

    PLATFORM = "platform", _("operator and platform")
    USER = "user", _("operator and somebody else")


class MediationResult(models.TextChoices):
    """What came of a mediation."""

    AGREED = "agreed", _("both agreed")
    PARTLY_AGREED = "partly_agreed", _("both agreed in part")
    NOT_AGREED = "not_agreed", _("no agreement")
    NOT_ATTENDED = "not_attended", _("one of them did not take part")
