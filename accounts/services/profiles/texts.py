"""What an operator is told of a change that the checks refuse."""

from collections.abc import Iterable
from datetime import datetime

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from accounts.enums import CheckOutcome
from accounts.rules.check_results import CheckResult
from accounts.services.decision_texts import reasons_of, way_to_appeal


def text_of_refused_change(hits: Iterable[CheckResult], now: datetime) -> str:
    """
    Return the reasons and the way to appeal, in the platform's language.

    Public Account Provisions, art. 20 §2: whoever is affected is told the reason.
    """
    with translation.override(settings.LANGUAGE_CODE):
        head = _("The profile stays as it is, for the following reasons.")
        return "\n".join([head, reasons_of(hits, CheckOutcome.REFUSED), way_to_appeal(now)])
