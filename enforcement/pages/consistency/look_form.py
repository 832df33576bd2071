"""The form of a second look: the same words as a decision, without those that tell the operator."""

from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.enums import AccountFunction
from enforcement.enums import MeasureCode
from enforcement.models import MeasureType, SecondLook, ViolationType
from enforcement.pages.presentation import SEVERITIES
from enforcement.services.consistency.looking import Answer
from enforcement.services.decision_content import MeasureOrder


@dataclass(frozen=True)
class LookLine:
    """One measure of the catalogue as the form offers it."""

    type: MeasureType
    is_chosen: bool
    term: Any
    functions: Any


class SecondLookForm(forms.Form):
    """What somebody would have decided; whether it does is the matter of the service."""

    finds_nothing = forms.BooleanField(label=gettext_lazy("No violation found"), required=False)
    violation = forms.ModelChoiceField(
        label=gettext_lazy("Violation"), queryset=ViolationType.objects.none(), required=False
    )
    severity = forms.TypedChoiceField(
        label=gettext_lazy("Severity"),
        choices=[("", "")] + [(str(number), label) for number, label in SEVERITIES.items()],
        coerce=int,
        empty_value=None,
        required=False,
    )
    measures = forms.MultipleChoiceField(label=gettext_lazy("Measures"), required=False)
    functions = forms.MultipleChoiceField(
        label=gettext_lazy("Functions that are off"),
        choices=AccountFunction.choices,
        required=False,
    )

    def __init__(self, look: SecondLook, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        violation, measures = self.fields["violation"], self.fields["measures"]
        assert isinstance(violation, forms.ModelChoiceField)
        assert isinstance(measures, forms.MultipleChoiceField)
        violation.queryset = ViolationType.objects.filter(
            version=look.catalogue_id, needs_subtype=False
        ).order_by("code")
        # A termination rests on a ground of its own, which no second look weighs.
        self.types = [
            each
            for each in MeasureType.objects.filter(version=look.catalogue_id).order_by("number")
            if each.measure != MeasureCode.TERMINATE
        ]
        measures.choices = [(each.measure, str(each)) for each in self.types]
        for each in self.types:
            if each.has_term:
                self.fields[f"term_{each.measure}"] = forms.IntegerField(
                    required=False, min_value=1, max_value=each.longest_days
                )

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        if not given.get("finds_nothing") and not given.get("violation"):
            self.add_error("violation", _("Choose the violation, or say that there is none."))
        for each in self.types:
            name = f"term_{each.measure}"
            if given.get(name) and each.measure not in given.get("measures", []):
                self.add_error(name, _("Days are given, but the measure is not chosen."))
        if given.get("functions") and MeasureCode.RESTRICT_FUNCTIONS not in given.get(
            "measures", []
        ):
            self.add_error("functions", _("Functions are ticked, but the measure is not chosen."))
        return given

    def lines(self) -> list[LookLine]:
        """Return the measures of the catalogue and what is chosen of them."""
        chosen = self["measures"].value() or ()
        return [
            LookLine(
                type=each,
                is_chosen=each.measure in chosen,
                term=self[f"term_{each.measure}"] if each.has_term else None,
                functions=self["functions"]
                if each.measure == MeasureCode.RESTRICT_FUNCTIONS
                else None,
            )
            for each in self.types
        ]

    def answer(self) -> Answer:
        """Return what was written; a severity that was left open is the catalogue's."""
        given = self.cleaned_data
        violation = None if given["finds_nothing"] else given["violation"]
        return Answer(
            violation_type=violation,
            severity=(given["severity"] or violation.default_severity) if violation else None,
            measures=[
                MeasureOrder(
                    measure,
                    given.get(f"term_{measure}"),
                    tuple(given["functions"]) if measure == MeasureCode.RESTRICT_FUNCTIONS else (),
                )
                for measure in given["measures"]
            ]
            if violation
            else [],
        )
