"""The way from a record to the version of the policy by which it was judged."""

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models.formulas import Formula
from accounts.powers_words import FormulaCode
from compliance.models import StaffUser
from compliance.ui.kit import Fact

VIEW = "accounts.view_eligibilityrule"


def version_facts(code: FormulaCode, row: Formula | None, staff: StaffUser) -> list[Fact]:
    """Return the version by which something was judged, with the way there for whoever may read it."""
    if row is None:
        return []
    url = reverse("admin:formula", args=[code]) if staff.has_perm(VIEW) else ""
    return [
        Fact(
            _("Judged by"),
            _("%(formula)s, version %(label)s") % {"formula": code.label, "label": row.label},
            url=f"{url}#version-{row.pk}" if url else "",
        )
    ]
