"""The form in which a draft changes one violation of the catalogue."""

from collections.abc import Mapping
from typing import Any, Final

from django import forms
from django.utils.translation import gettext as _

from accounts.enums import AccountFunction
from compliance.provisions import PLATFORM_DEFAULT
from enforcement.enums import TERM_MEASURES, MeasureCode
from enforcement.pages.catalogue.forms import LONGEST, MOST, PartForm, box, whole, words
from enforcement.pages.catalogue.presentation import measures_of_step, steps_of
from enforcement.services.catalogue.contents import Content, Row

# How many steps can be added to a ladder at a time.
_NEW_STEPS: Final = 2


class ViolationForm(PartForm):
    """One violation: severities, what counts with it, allowed measures, its own ladder."""

    def __init__(self, content: Content, code: str, *args: Any, **kwargs: Any) -> None:
        self.code = code
        self.own_steps = steps_of(content, code)
        super().__init__(content, *args, **kwargs)

    def add_fields(self) -> None:
        row = self.present["ViolationType"][self.code]
        family = self.present["OffenceFamily"].get(self.code)
        self._add("title_zh", words(_("Title in Chinese"), 120, required=True), row["title_zh"])
        self._add("title_en", words(_("Title in English"), 160, required=True), row["title_en"])
        for name, label in (
            ("default_severity", _("Usual severity")),
            ("lowest_severity", _("Lowest severity")),
            ("highest_severity", _("Highest severity")),
        ):
            self._add(name, whole(label, 1, 4), row[name])
        self._add("needs_statute", box(_("Needs a cited statute")), row["needs_statute"])
        self._add(
            "counted_as",
            words(
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
                whole(
                    _("%(measure)s: from which offence on")
                    % {"measure": MeasureCode(measure).label},
                    1,
                    MOST,
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
            whole(_("Offence"), 1, MOST, required=False),
            row.get("offence_number"),
        )
        self._add(
            f"{prefix}from_severity",
            whole(_("From which severity on"), 1, 4, required=False),
            row.get("from_severity"),
        )
        for measure in self.measures:
            label, order = MeasureCode(measure).label, given.get(measure)
            if measure == MeasureCode.TERMINATE:
                continue
            if measure in TERM_MEASURES:
                self._add(
                    f"{prefix}{measure}",
                    whole(_("%(measure)s, days") % {"measure": label}, 1, LONGEST, required=False),
                    order["term_days"] if order else None,
                )
            else:
                self._add(f"{prefix}{measure}", box(label), order is not None)
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
        self._add(f"{prefix}note_zh", words(_("Besides, in Chinese"), 300), row.get("note_zh", ""))
        self._add(f"{prefix}note_en", words(_("Besides, in English"), 400), row.get("note_en", ""))

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
                "term_days": given[f"{prefix}{measure}"] if measure in TERM_MEASURES else None,
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
