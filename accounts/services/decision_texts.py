"""What an applicant is told: the reasons in words and what can be done about them."""

from collections.abc import Iterable
from datetime import datetime

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from accounts.enums import CheckCode, CheckOutcome
from accounts.rules.check_results import CheckReason, CheckResult
from accounts.rules.explanations import explanation
from compliance.clocks.rules import last_day
from compliance.deadlines import limit_for
from compliance.models import Clock
from compliance.public.pages import whole_public_url


def reasons_of(hits: Iterable[CheckResult], outcome: CheckOutcome) -> str:
    """Return the reasons of one effect, one a line, in the language now active."""
    return "\n".join(f"· {explanation(hit)}" for hit in hits if hit.outcome == outcome)


def way_to_appeal(now: datetime) -> str:
    """
    Return the sentence that names the way to appeal, in the language now active.

    Public Account Provisions, art. 20 §2: the way to appeal is open and its time limit published.
    """
    limit = limit_for("appeal_window", now)
    return _(
        "If you do not agree you can appeal within %(amount)s %(unit)s of this notice, on the "
        "appeal page of the platform (%(address)s). Somebody who had no part in this decision "
        "hears the appeal."
    ) % {
        "amount": limit.amount,
        "unit": limit.get_unit_display(),
        "address": whole_public_url("appeal"),
    }


def no_further_appeal() -> str:
    """Return where somebody turns whom the platform has heard to the end, in the language now active."""
    return _(
        "The platform hears no further appeal. You may complain to the cyberspace administration or go "
        "to court."
    )


def text_of_refusal(hits: Iterable[CheckResult], now: datetime) -> str:
    """
    Return what an applicant is told of a refusal by the checks, in the platform's language.

    Public Account Provisions, art. 20 §2: whoever is affected is told the reason.
    """
    with translation.override(settings.LANGUAGE_CODE):
        head = _("The application was refused for the following reasons.")
        found = list(hits)
        more = [way_to_more_accounts()] if any(_may_ask_for_more(hit) for hit in found) else []
        reasons = reasons_of(found, CheckOutcome.REFUSED)
        return "\n".join([head, reasons, *more, way_to_appeal(now)])


def _may_ask_for_more(hit: CheckResult) -> bool:
    return hit.code == CheckCode.SUBJECT_CAP and hit.reason != CheckReason.CAP_OF_PERSON


def way_to_more_accounts() -> str:
    """
    Return the sentence that names the way to more accounts, in the language now active.

    Public Account Provisions, art. 10 §1.
    """
    return _("How to apply for more accounts: %(address)s") % {
        "address": whole_public_url("more_accounts")
    }


def text_of_request(hits: Iterable[CheckResult], clock: Clock) -> str:
    """
    Return what an applicant is told where material is missing, in the platform's language.

    Public Account Provisions, art. 15 §1. The date told is that of the applicant's own clock.
    """
    with translation.override(settings.LANGUAGE_CODE):
        head = _("The application cannot be decided before the following is supplied.")
        reasons = reasons_of(hits, CheckOutcome.WAITING_MATERIAL)
        return "\n".join([head, reasons, supply_by(clock)])


def supply_by(clock: Clock) -> str:
    """Return the sentence that names the last day for material, in the language now active."""
    return _("Supply it by %(date)s; the application may be refused after that.") % {
        "date": last_day(clock.due_at).isoformat()
    }
