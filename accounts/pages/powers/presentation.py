"""How applications for earning are worded for the pages that show them."""

from typing import Final

from django.urls import reverse

from accounts.models import EarningApplication
from accounts.powers_words import EarningStatus
from compliance.ui.kit import Badge

TONES: Final = {
    EarningStatus.SUBMITTED: "info",
    EarningStatus.GRANTED: "good",
    EarningStatus.REFUSED: "danger",
    EarningStatus.LOST: "danger",
    EarningStatus.GIVEN_UP: "",
}


def earning_url(application: EarningApplication) -> str:
    """Return the address of the page of an application for earning."""
    return reverse("admin:earning_application", args=[application.pk])


def earning_badge(application: EarningApplication) -> Badge:
    """Return where an application stands, as a word with a colour."""
    status = EarningStatus(application.status)
    return Badge(text=status.label, tone=TONES[status])
