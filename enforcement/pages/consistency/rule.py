"""The form of the rule of consistency."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.pages.formulas.base import FormulaForm, whole
from accounts.pages.formulas.forms import register_form
from accounts.powers_words import FormulaCode
from compliance.ui.admin import TextInputWidget
from enforcement.rules.second_looks import MOST_FEW, MOST_POINTS, MOST_STEPS

_PLAIN = ("sample_permille", "review_steps", "few", "limit_points")


class ConsistencyForm(FormulaForm):
    """How many decisions get a second look and when a difference stands out; Opinions, point 2."""

    sample_permille = whole(
        gettext_lazy("Second looks, in thousandths of the decisions"),
        gettext_lazy("Of each violation by itself, rounded up: one at least."),
        1,
        1000,
    )
    review_steps = whole(
        gettext_lazy("Steps of the ladder from which on a supervisor concludes"), "", 1, MOST_STEPS
    )
    few = whole(gettext_lazy("Fewer cases are too few to compare"), "", 2, MOST_FEW)
    limit_points = whole(
        gettext_lazy("Percentage points from which on a difference stands out"), "", 1, MOST_POINTS
    )
    bands = forms.CharField(
        label=gettext_lazy("Followers from which each band begins"),
        help_text=gettext_lazy("Whole numbers, rising, with blanks between them."),
        widget=TextInputWidget,
        max_length=120,
    )

    def clean_bands(self) -> list[int]:
        """Return the numbers that were typed."""
        parts = self.cleaned_data["bands"].split()
        if not all(each.isascii() and each.isdecimal() for each in parts):
            raise ValidationError(_("Write whole numbers with blanks between them."))
        return [int(each) for each in parts]

    @classmethod
    def initial_of(cls, content: Mapping[str, Any]) -> dict[str, Any]:
        return {
            **{name: content[name] for name in _PLAIN},
            "bands": " ".join(str(each) for each in content["bands"]),
        }

    def content(self, present: Mapping[str, Any]) -> dict[str, Any]:
        given = self.cleaned_data
        return {**present, **{name: given[name] for name in (*_PLAIN, "bands")}}


def register() -> None:
    """Say how the rule is changed on the screen; called when apps are ready."""
    register_form(FormulaCode.CONSISTENCY, ConsistencyForm)
