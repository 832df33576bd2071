"""What the figures that vouch for a filing are called."""

from typing import Final

from django.utils.translation import gettext_lazy

TALLIES: Final = {
    "accepted": gettext_lazy("Accepted"),
    "appeals": gettext_lazy("Appeals"),
    "cells": gettext_lazy("Cells by violation"),
    "confirmed": gettext_lazy("Appeals: confirmed"),
    "credit": gettext_lazy("Changes of credit"),
    "decisions": gettext_lazy("Decisions"),
    "filed": gettext_lazy("Appeals filed"),
    "independent": gettext_lazy("Heard by people who had no part in the decision"),
    "late": gettext_lazy("A limit passed unmet"),
    "late_open": gettext_lazy("Overdue and not done at the end"),
    "measures": gettext_lazy("Measures"),
    "not_upheld": gettext_lazy("Complaints not upheld"),
    "partly": gettext_lazy("Complaints upheld in part"),
    "received": gettext_lazy("Complaints received"),
    "reduced": gettext_lazy("Appeals: reduced"),
    "refused": gettext_lazy("Not accepted"),
    "remitted": gettext_lazy("Appeals: sent back"),
    "revoked": gettext_lazy("Appeals: revoked"),
    "told": gettext_lazy("Complainants told"),
    "upheld": gettext_lazy("Complaints upheld"),
    "violations": gettext_lazy("Violations"),
}


def tally_in_words(tally: str, key: str) -> str:
    """Return what a tally is called, with its key where it counts more than one thing."""
    title = str(TALLIES.get(tally, tally))
    return title if key == "total" else f"{title} {key}"
