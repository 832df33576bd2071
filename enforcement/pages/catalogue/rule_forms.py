"""The forms in which a draft changes terms, approvals and factors of the catalogue."""

from typing import Any, Final

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from compliance.provisions import PLATFORM_DEFAULT
from compliance.ui.admin import SelectWidget
from enforcement.enums import ApprovalOccasion, FactorDirection, MeasureCode
from enforcement.pages.catalogue.forms import LONGEST, MOST, PartForm, box, whole, words
from enforcement.services.catalogue.contents import OWN, Content

ONE: Final = ["enforcement.approve_decision"]
TWO: Final = ["enforcement.approve_decision", "enforcement.approve_decision_as_officer"]


class ApprovalsForm(PartForm):
    """How long measures may last and how many approve: by measure, term, subject and deviation."""

    def add_fields(self) -> None:
        self._add(
            "recidivism_months",
            whole(_("Months within which earlier decisions count"), 1, 60),
            self.present[OWN][""]["recidivism_months"],
        )
        for measure in self.measures:
            row = self.present["MeasureType"][measure]
            if row["has_term"]:
                self._add(
                    f"longest_{measure}",
                    whole(_("Longest term in days"), 1, LONGEST),
                    row["longest_days"],
                )
            self._add(
                f"reported_{measure}",
                box(_("A decision with it is reported to the regulator")),
                row["is_reported"],
            )
            rules = self._rules(measure)
            self._add(f"two_{measure}", box(_("Two approve, whatever the term")), len(rules[0]) > 1)
            if row["has_term"]:
                two = [days for days, names in rules.items() if days and len(names) > 1]
                self._add(
                    f"two_from_{measure}",
                    whole(
                        _("Two approve terms longer than so many days"),
                        1,
                        LONGEST,
                        required=False,
                    ),
                    min(two, default=None),
                )
        for occasion in ApprovalOccasion:
            condition = self.present["ApprovalCondition"].get(str(occasion), {})
            self._add(f"on_{occasion}", box(_("Two approve")), bool(condition))
            if occasion in _COUNTED:
                self._add(
                    f"threshold_{occasion}",
                    whole(_COUNTED[occasion], 1, 2_000_000_000, required=False),
                    condition.get("threshold"),
                )

    def _rules(self, measure: str) -> dict[int, list[str]]:
        found = {
            row["longer_than_days"]: row["permissions"]
            for row in self.present["ApprovalRule"].values()
            if row["measure_type"] == measure
        }
        return {0: ONE, **found}

    def heading(self, name: str) -> str:
        if name == "recidivism_months":
            return _("What counts")
        for prefix in ("longest_", "reported_", "two_from_", "two_"):
            measure = name.removeprefix(prefix)
            if name.startswith(prefix) and measure in MeasureCode.values:
                return str(MeasureCode(measure).label)
        return str(ApprovalOccasion(name.partition("_")[2]).label)

    def content(self) -> Content:
        given, changed = self.cleaned_data, self.copied()
        changed[OWN][""]["recidivism_months"] = given["recidivism_months"]
        for measure, row in changed["MeasureType"].items():
            if row["has_term"]:
                row["longest_days"] = given[f"longest_{measure}"]
            row["is_reported"] = given[f"reported_{measure}"]
            self._put_rules(changed, measure)
        for occasion in ApprovalOccasion:
            present = changed["ApprovalCondition"].pop(
                str(occasion), {"provision": PLATFORM_DEFAULT, "permissions": TWO}
            )
            if given[f"on_{occasion}"]:
                changed["ApprovalCondition"][str(occasion)] = {
                    **present,
                    "occasion": str(occasion),
                    "threshold": given.get(f"threshold_{occasion}") or 1,
                }
        return changed

    def _put_rules(self, changed: Content, measure: str) -> None:
        rules = changed["ApprovalRule"]
        for name in [key for key, row in rules.items() if row["measure_type"] == measure]:
            del rules[name]
        longer = self.cleaned_data.get(f"two_from_{measure}")
        wanted = {0: self.cleaned_data[f"two_{measure}"]}
        if longer and not wanted[0]:
            wanted[longer] = True
        before = self._rules(measure)
        for days, are_two in wanted.items():
            kept = before.get(days, [])
            name = f"{measure}/{days}"
            rules[name] = {
                **self.present["ApprovalRule"].get(name, {}),
                "measure_type": measure,
                "longer_than_days": days,
                # Who they are stays as it was where their number does.
                "permissions": kept if len(kept) == 1 + are_two else (TWO if are_two else ONE),
            }


_COUNTED: Final = {
    ApprovalOccasion.FOLLOWERS: gettext_lazy("From how many followers on"),
    ApprovalOccasion.LIGHTER: gettext_lazy("From how many steps below on"),
}


class FactorsForm(PartForm):
    """The mitigating and aggravating factors."""

    def add_fields(self) -> None:
        self.rows = [*self.present["Factor"].items(), ("", {})]
        for number, (_code, row) in enumerate(self.rows):
            prefix = f"factor{number}_"
            self._add(f"{prefix}title_zh", words(_("Title in Chinese"), 120), row.get("title_zh"))
            self._add(f"{prefix}title_en", words(_("Title in English"), 160), row.get("title_en"))
            self._add(
                f"{prefix}direction",
                forms.ChoiceField(
                    label=_("Direction"), choices=FactorDirection.choices, widget=SelectWidget
                ),
                row.get("direction", FactorDirection.DOWN),
            )
            self._add(
                f"{prefix}needs_approval",
                box(_("Needs more approvals where it raises the step")),
                row.get("needs_approval", False),
            )
            self._add(
                f"{prefix}only_code", words(_("Only for the violation"), 12), row.get("only_code")
            )
            self._add(
                f"{prefix}up_to_offence",
                whole(_("Up to which offence"), 1, MOST, required=False),
                row.get("up_to_offence"),
            )
            self._add(
                f"{prefix}up_to_severity",
                whole(_("Up to which severity"), 1, 4, required=False),
                row.get("up_to_severity"),
            )

    def heading(self, name: str) -> str:
        number = int(name.removeprefix("factor").partition("_")[0])
        code = self.rows[number][0]
        if not code:
            return _("Another factor")
        return _("Factor %(number)s; without titles it is taken away") % {"number": number + 1}

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        for number in range(len(self.rows)):
            prefix = f"factor{number}_"
            if bool(given.get(f"{prefix}title_zh")) != bool(given.get(f"{prefix}title_en")):
                self.add_error(f"{prefix}title_zh", _("Give both titles, or neither."))
            if (
                given.get(f"{prefix}needs_approval")
                and given.get(f"{prefix}direction") == FactorDirection.DOWN
            ):
                self.add_error(
                    f"{prefix}needs_approval", _("A mitigating factor asks nobody for more.")
                )
            code = given.get(f"{prefix}only_code")
            if code and code not in self.present["ViolationType"]:
                self.add_error(f"{prefix}only_code", _("There is no violation with this code."))
        return given

    def content(self) -> Content:
        given, changed = self.cleaned_data, self.copied()
        factors = changed["Factor"] = {}
        for number, (code, row) in enumerate(self.rows):
            prefix = f"factor{number}_"
            if not given[f"{prefix}title_zh"]:
                continue
            name = code or self._free_code()
            factors[name] = {
                "provision": PLATFORM_DEFAULT,
                **row,
                "code": name,
                **{
                    column: given[f"{prefix}{column}"]
                    for column in (
                        "title_zh",
                        "title_en",
                        "direction",
                        "needs_approval",
                        "only_code",
                        "up_to_offence",
                        "up_to_severity",
                    )
                },
            }
        return changed

    def _free_code(self) -> str:
        number = len(self.rows)
        while f"factor_{number}" in self.present["Factor"]:
            number += 1
        return f"factor_{number}"
