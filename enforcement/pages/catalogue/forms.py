"""The forms in which a draft of the catalogue is changed: one violation, the approvals, the factors."""

from collections.abc import Mapping
from typing import Any, Final

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.enums import AccountFunction
from compliance.models.limits import PLATFORM_DEFAULT
from compliance.ui.admin import (
    DateWidget,
    NumberWidget,
    SelectWidget,
    TextareaWidget,
    TextInputWidget,
)
from enforcement.enums import (
    TIMED_MEASURES,
    ApprovalOccasion,
    FactorDirection,
    MeasureCode,
)
from enforcement.pages.catalogue.presentation import measures_of_step, steps_of
from enforcement.services.catalogue.contents import OWN, Content, Row

ONE: Final = ["enforcement.approve_decision"]
TWO: Final = ["enforcement.approve_decision", "enforcement.approve_decision_as_officer"]
# How many steps can be added to a ladder at a time.
_NEW_STEPS: Final = 2
_LONGEST: Final = 3650
_MOST: Final = 100


def _whole(label: Any, least: int, most: int, *, required: bool = True, hint: Any = "") -> Any:
    return forms.IntegerField(
        label=label,
        min_value=least,
        max_value=most,
        required=required,
        help_text=hint,
        widget=NumberWidget,
    )


def _words(label: Any, length: int, *, required: bool = False, hint: Any = "") -> Any:
    return forms.CharField(
        label=label,
        max_length=length,
        required=required,
        help_text=hint,
        # A sentence needs the width of the page.
        widget=TextInputWidget(attrs={"data-wide": ""} if length > 200 else {}),
    )


def _box(label: Any, hint: Any = "") -> Any:
    return forms.BooleanField(label=label, required=False, help_text=hint)


class PartForm(forms.Form):
    """A part of the draft; `version` says which state of the draft it was made from."""

    def __init__(self, content: Content, *args: Any, **kwargs: Any) -> None:
        self.present = content
        types = content["MeasureType"]
        # In the order of their numbers, M1 first.
        self.measures = sorted(types, key=lambda each: str(types[each]["number"]))
        super().__init__(*args, **kwargs)
        self.add_fields()

    def add_fields(self) -> None:
        """Add the fields that the rows of the draft ask for, filled with what they say."""
        raise NotImplementedError

    def content(self) -> Content:
        """Return the content of the draft with what the form says."""
        raise NotImplementedError

    def _add(self, name: str, field: Any, value: Any) -> None:
        self.fields[name] = field
        self.initial[name] = value

    def groups(self) -> list[tuple[str, list[Any]]]:
        """Return the fields under their headings, in the order in which they are filled in."""
        groups: dict[str, list[Any]] = {}
        for bound in self:
            groups.setdefault(self.heading(bound.name), []).append(bound)
        return list(groups.items())

    def heading(self, name: str) -> str:
        """Return under which heading a field stands."""
        raise NotImplementedError

    def copied(self) -> Content:
        """Return the content with rows that can be changed."""
        return {
            table: {name: dict(row) for name, row in rows.items()}
            for table, rows in self.present.items()
        }


class ViolationForm(PartForm):
    """One violation: severities, what counts with it, allowed measures, its own ladder."""

    def __init__(self, content: Content, code: str, *args: Any, **kwargs: Any) -> None:
        self.code = code
        self.own_steps = steps_of(content, code)
        super().__init__(content, *args, **kwargs)

    def add_fields(self) -> None:
        row = self.present["ViolationType"][self.code]
        family = self.present["OffenceFamily"].get(self.code)
        self._add("title_zh", _words(_("Title in Chinese"), 120, required=True), row["title_zh"])
        self._add("title_en", _words(_("Title in English"), 160, required=True), row["title_en"])
        for name, label in (
            ("default_severity", _("Usual severity")),
            ("lowest_severity", _("Lowest severity")),
            ("highest_severity", _("Highest severity")),
        ):
            self._add(name, _whole(label, 1, 4), row[name])
        self._add("needs_statute", _box(_("Needs a cited statute")), row["needs_statute"])
        self._add(
            "counted_as",
            _words(
                _("Counted together as"),
                20,
                hint=_("Violations with the same word count together. Empty: as the code above."),
            ),
            family["code"] if family else "",
        )
        self._add_allowed()
        for number in range(len(self.own_steps) + _NEW_STEPS):
            self._add_step(number)

    def _add_allowed(self) -> None:
        for measure in self.measures:
            allowed = self.present["AllowedMeasure"].get(f"{self.code}/{measure}")
            self._add(
                f"allowed_{measure}",
                _whole(
                    _("%(measure)s: from which offence on")
                    % {"measure": MeasureCode(measure).label},
                    1,
                    _MOST,
                    required=False,
                ),
                allowed["from_offence"] if allowed else None,
            )

    def _add_step(self, number: int) -> None:
        is_new = number >= len(self.own_steps)
        name, row = ("", {}) if is_new else self.own_steps[number]
        given: Mapping[str, Row] = {
            each["measure"]: each for each in measures_of_step(self.present, name)
        }
        prefix = f"step{number}_"
        self._add(
            f"{prefix}offence_number",
            _whole(_("Offence"), 1, _MOST, required=False),
            row.get("offence_number"),
        )
        self._add(
            f"{prefix}from_severity",
            _whole(_("From which severity on"), 1, 4, required=False),
            row.get("from_severity"),
        )
        for measure in self.measures:
            label, order = MeasureCode(measure).label, given.get(measure)
            if measure == MeasureCode.TERMINATE:
                continue
            if measure in TIMED_MEASURES:
                self._add(
                    f"{prefix}{measure}",
                    _whole(
                        _("%(measure)s, days") % {"measure": label}, 1, _LONGEST, required=False
                    ),
                    order["term_days"] if order else None,
                )
            else:
                self._add(f"{prefix}{measure}", _box(label), order is not None)
            if measure == MeasureCode.RESTRICT_FUNCTIONS:
                self._add(
                    f"{prefix}functions",
                    forms.MultipleChoiceField(
                        label=_("Functions that are off"),
                        choices=AccountFunction.choices,
                        required=False,
                        widget=forms.CheckboxSelectMultiple,
                    ),
                    order["functions"] if order else [],
                )
        self._add(f"{prefix}note_zh", _words(_("Besides, in Chinese"), 300), row.get("note_zh", ""))
        self._add(f"{prefix}note_en", _words(_("Besides, in English"), 400), row.get("note_en", ""))

    def heading(self, name: str) -> str:
        if name.startswith("allowed_"):
            return _("Allowed measures; empty: not allowed. All empty: as the code above")
        if name.startswith("step"):
            number = int(name.removeprefix("step").partition("_")[0])
            if number < len(self.own_steps):
                return _("Step %(number)s; without any measure it is taken away") % {
                    "number": number + 1
                }
            return _("Another step, %(number)s") % {"number": number - len(self.own_steps) + 1}
        return _("The violation")

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        seen = set()
        for number in range(len(self.own_steps) + _NEW_STEPS):
            prefix = f"step{number}_"
            if not self._measures(prefix, given):
                continue
            for name in ("offence_number", "from_severity"):
                if given.get(f"{prefix}{name}") is None:
                    self.add_error(f"{prefix}{name}", _("A step with measures needs this number."))
            key = (given.get(f"{prefix}offence_number"), given.get(f"{prefix}from_severity"))
            if key in seen:
                self.add_error(
                    f"{prefix}offence_number", _("There is a step with these numbers already.")
                )
            seen.add(key)
        return given

    def _measures(self, prefix: str, given: Mapping[str, Any]) -> list[Row]:
        return [
            {
                "measure": measure,
                "term_days": given[f"{prefix}{measure}"] if measure in TIMED_MEASURES else None,
                "functions": sorted(given.get(f"{prefix}functions", []))
                if measure == MeasureCode.RESTRICT_FUNCTIONS
                else [],
            }
            for measure in self.measures
            if given.get(f"{prefix}{measure}")
        ]

    def content(self) -> Content:
        given, changed = self.cleaned_data, self.copied()
        row = changed["ViolationType"][self.code]
        for name in (
            "title_zh",
            "title_en",
            "default_severity",
            "lowest_severity",
            "highest_severity",
            "needs_statute",
        ):
            row[name] = given[name]
        self._put_family(changed, given["counted_as"].strip())
        self._put_allowed(changed)
        self._put_steps(changed)
        return changed

    def _put_family(self, changed: Content, counted_as: str) -> None:
        present = changed["OffenceFamily"].pop(self.code, {"provision": PLATFORM_DEFAULT})
        if counted_as:
            changed["OffenceFamily"][self.code] = {
                **present,
                "violation_type": self.code,
                "code": counted_as,
            }

    def _put_allowed(self, changed: Content) -> None:
        rows = changed["AllowedMeasure"]
        for measure in self.measures:
            name, first = f"{self.code}/{measure}", self.cleaned_data[f"allowed_{measure}"]
            present = rows.pop(name, {"provision": PLATFORM_DEFAULT})
            if first:
                rows[name] = {
                    **present,
                    "violation_type": self.code,
                    "measure": measure,
                    "from_offence": first,
                }

    def _put_steps(self, changed: Content) -> None:
        steps, measures = changed["LadderStep"], changed["LadderMeasure"]
        earlier = dict(self.own_steps)
        for name in earlier:
            del steps[name]
            for each in [key for key, row in measures.items() if row["step"] == name]:
                del measures[each]
        for number in range(len(self.own_steps) + _NEW_STEPS):
            prefix = f"step{number}_"
            ordered = self._measures(prefix, self.cleaned_data)
            if not ordered:
                continue
            offence, severity = (
                self.cleaned_data[f"{prefix}offence_number"],
                self.cleaned_data[f"{prefix}from_severity"],
            )
            name = f"{self.code}/{offence}/{severity}"
            steps[name] = {
                "provision": PLATFORM_DEFAULT,
                **earlier.get(name, {}),
                "violation_type": self.code,
                "offence_number": offence,
                "from_severity": severity,
                "note_zh": self.cleaned_data[f"{prefix}note_zh"].strip(),
                "note_en": self.cleaned_data[f"{prefix}note_en"].strip(),
            }
            for order in ordered:
                key = f"{name}/{order['measure']}"
                measures[key] = {
                    **self.present["LadderMeasure"].get(key, {}),
                    "step": name,
                    **order,
                }


class ApprovalsForm(PartForm):
    """How long measures may last and how many approve: by measure, term, subject and deviation."""

    def add_fields(self) -> None:
        self._add(
            "recidivism_months",
            _whole(_("Months within which earlier decisions count"), 1, 60),
            self.present[OWN][""]["recidivism_months"],
        )
        for measure in self.measures:
            row = self.present["MeasureType"][measure]
            if row["has_term"]:
                self._add(
                    f"longest_{measure}",
                    _whole(_("Longest term in days"), 1, _LONGEST),
                    row["longest_days"],
                )
            self._add(
                f"reported_{measure}",
                _box(_("A decision with it is reported to the regulator")),
                row["is_reported"],
            )
            rules = self._rules(measure)
            self._add(
                f"two_{measure}", _box(_("Two approve, whatever the term")), len(rules[0]) > 1
            )
            if row["has_term"]:
                two = [days for days, names in rules.items() if days and len(names) > 1]
                self._add(
                    f"two_from_{measure}",
                    _whole(
                        _("Two approve terms longer than so many days"),
                        1,
                        _LONGEST,
                        required=False,
                    ),
                    min(two, default=None),
                )
        for occasion in ApprovalOccasion:
            condition = self.present["ApprovalCondition"].get(str(occasion), {})
            self._add(f"on_{occasion}", _box(_("Two approve")), bool(condition))
            if occasion in _COUNTED:
                self._add(
                    f"threshold_{occasion}",
                    _whole(_COUNTED[occasion], 1, 2_000_000_000, required=False),
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
            self._add(f"{prefix}title_zh", _words(_("Title in Chinese"), 120), row.get("title_zh"))
            self._add(f"{prefix}title_en", _words(_("Title in English"), 160), row.get("title_en"))
            self._add(
                f"{prefix}direction",
                forms.ChoiceField(
                    label=_("Direction"), choices=FactorDirection.choices, widget=SelectWidget
                ),
                row.get("direction", FactorDirection.DOWN),
            )
            self._add(
                f"{prefix}needs_approval",
                _box(_("Needs more approvals where it raises the step")),
                row.get("needs_approval", False),
            )
            self._add(
                f"{prefix}only_code", _words(_("Only for the violation"), 12), row.get("only_code")
            )
            self._add(
                f"{prefix}up_to_offence",
                _whole(_("Up to which offence"), 1, _MOST, required=False),
                row.get("up_to_offence"),
            )
            self._add(
                f"{prefix}up_to_severity",
                _whole(_("Up to which severity"), 1, 4, required=False),
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


class ProposeForm(forms.Form):
    """From which day on, and why."""

    not_before = forms.DateField(
        label=gettext_lazy("In force not before"),
        help_text=gettext_lazy("Announced for at least seven whole days first."),
        widget=DateWidget,
    )
    reason = forms.CharField(label=gettext_lazy("Reason"), widget=TextareaWidget(attrs={"rows": 3}))
