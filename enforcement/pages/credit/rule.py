"""The form of the rule of credit."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.pages.formulas.base import FormulaForm, several, whole
from accounts.powers_words import CreditGrade, CreditService
from compliance.ui.admin import NumberWidget
from enforcement.rules.credit import (
    MOST_DAYS,
    MOST_MONTHS,
    MOST_POINTS,
    MOST_UPDATES,
    THRESHOLDS,
)

_PLAIN = (
    "base",
    "cap",
    "low",
    "observation_days",
    "restore_points",
    "restore_days",
    "is_restarted",
    "zero_restores",
    "repair_after_days",
    "repair_to",
    "counted_months",
)


class CreditForm(FormulaForm):
    """How credit is counted and what goes by its grades, art. 13 §1."""

    base = whole(gettext_lazy("Score that one begins with"), "", 1, MOST_POINTS)
    cap = whole(
        gettext_lazy("Highest score of the scale"),
        gettext_lazy("Accounts are graded by the share of it."),
        1,
        MOST_POINTS,
    )
    low = whole(
        gettext_lazy("Low-credit line"),
        gettext_lazy("Whoever has fewer points stands in the list of low credit."),
        1,
        MOST_POINTS,
    )
    observation_days = whole(
        gettext_lazy("Days of observation"),
        gettext_lazy("So many days after a violation nothing heals."),
        0,
        MOST_DAYS,
    )
    restore_points = whole(
        gettext_lazy("Points that one step of healing gives"),
        gettext_lazy("0: nothing heals by itself."),
        0,
        MOST_POINTS,
    )
    restore_days = whole(gettext_lazy("Days that one step of healing takes"), "", 1, MOST_DAYS)
    is_restarted = forms.BooleanField(
        label=gettext_lazy("A new violation lets the observation begin anew"), required=False
    )
    zero_restores = forms.BooleanField(
        label=gettext_lazy("Credit that is used up heals by itself too"), required=False
    )
    repair_after_days = whole(
        gettext_lazy("Days after which a repair may be applied for"), "", 0, MOST_DAYS
    )
    repair_to = whole(
        gettext_lazy("Score that a repair gives"), gettext_lazy("0: there is none."), 0, MOST_POINTS
    )
    counted_months = whole(
        gettext_lazy("Months after which a deduction no longer counts"),
        gettext_lazy("0: it counts for ever."),
        0,
        MOST_MONTHS,
    )

    def add_fields(self) -> None:
        for grade in THRESHOLDS:
            self.fields[f"from_{grade.value}"] = whole(
                _("%(grade)s begins at") % {"grade": grade.label}, "", 1, MOST_POINTS
            )
        for grade in CreditGrade:
            self.fields[f"off_{grade.value}"] = several(
                _("%(grade)s withholds") % {"grade": grade.label},
                CreditService.choices,
                required=False,
            )
            self.fields[f"updates_{grade.value}"] = forms.IntegerField(
                label=_("%(grade)s: updates a day at most") % {"grade": grade.label},
                help_text=_("Empty: no limit."),
                min_value=1,
                max_value=MOST_UPDATES,
                required=False,
                widget=NumberWidget,
            )

    @classmethod
    def initial_of(cls, content: Mapping[str, Any]) -> dict[str, Any]:
        services = content["services"]
        return {
            **{name: content[name] for name in _PLAIN},
            **{f"from_{each}": at for each, at in content["begins_at"].items()},
            **{f"off_{each}": services[each]["off"] for each in services},
            **{f"updates_{each}": services[each]["updates_a_day"] for each in services},
        }

    def content(self, present: Mapping[str, Any]) -> dict[str, Any]:
        given = self.cleaned_data
        kept = present["services"]
        return {
            **present,
            **{name: given[name] for name in _PLAIN},
            "begins_at": {each.value: given[f"from_{each.value}"] for each in THRESHOLDS},
            "services": {
                grade: {
                    "off": _in_order(given[f"off_{grade}"], kept[grade]["off"]),
                    "updates_a_day": given[f"updates_{grade}"],
                }
                for grade in CreditGrade.values
            },
        }


def _in_order(chosen: list[str], earlier: list[str]) -> list[str]:
    """Return what is chosen in the order in which it stood, so that the same stays the same."""
    kept = [each for each in earlier if each in chosen]
    return [*kept, *(each for each in chosen if each not in kept)]
