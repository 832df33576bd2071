"""One form for each formula: from plain values to fields that are explained, and back."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.enums import Grade, SubjectNature
from accounts.pages.formulas.base import FormulaForm, several, whole
from accounts.pages.formulas.policies import ClaimsForm, ExitsForm, ProfilesForm, RegistrationForm
from accounts.powers_words import CommentPower, CreditGrade, FormulaCode
from accounts.rules.earning import MOST_MONTHS
from accounts.rules.grades import LONGEST_WINDOW
from accounts.rules.metrics import Indicator
from compliance.ui.admin import TextareaWidget, TextInputWidget

_CURVES: Final = {
    "click_rate": gettext_lazy("Click rate to score"),
    "interaction": gettext_lazy("Answers for each view to score"),
    "followers": gettext_lazy("Followers to score"),
    "views": gettext_lazy("Views to score"),
}
_INDICATORS: Final = {
    Indicator.FOLLOWERS: gettext_lazy("Followers"),
    Indicator.VIEWS: gettext_lazy("Views"),
    Indicator.CLICK_RATE: gettext_lazy("Click rate"),
    Indicator.REPOSTS: gettext_lazy("Reposts"),
    Indicator.COMMENTS: gettext_lazy("Comments"),
}


def _number(label: Any, help_text: Any = "") -> forms.FloatField:
    return forms.FloatField(
        label=label, help_text=help_text, min_value=0, widget=TextInputWidget(attrs={"size": 12})
    )


class GradesForm(FormulaForm):
    """How the three indicators of art. 7 §2 make a grade."""

    window_days = whole(
        gettext_lazy("Days that are looked at"),
        gettext_lazy("The medians of so many days before the grading count."),
        1,
        LONGEST_WINDOW,
    )
    least_days = whole(
        gettext_lazy("Days that are needed"),
        gettext_lazy("With fewer days of figures an account is not graded."),
        1,
        LONGEST_WINDOW,
    )
    weight_quality = whole(
        gettext_lazy("Weight of the quality of content, percent"),
        gettext_lazy("The three weights add up to 100."),
        0,
        100,
    )
    weight_reach = whole(gettext_lazy("Weight of the reach, percent"), "", 0, 100)
    weight_credit = whole(gettext_lazy("Weight of the credit, percent"), "", 0, 100)
    neutral_credit = whole(
        gettext_lazy("Credit that counts while nobody has rated it"),
        gettext_lazy("From 0 to 100; the page of the account says that it was used."),
        0,
        100,
    )

    def add_fields(self) -> None:
        for name, label in _CURVES.items():
            self.fields[name] = forms.CharField(
                label=label,
                help_text=gettext_lazy(
                    "One point a line, the value and its score, as “0.02 40”; between the points the "
                    "score runs straight."
                ),
                widget=TextareaWidget(attrs={"rows": 6}),
            )
        for letter in [*Grade][:-1]:
            self.fields[f"bound_{letter.value}"] = _number(
                _("%(grade)s from a total of") % {"grade": letter.label}
            )

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        for name in _CURVES:
            if name in given:
                try:
                    given[name] = _points(given[name])
                except forms.ValidationError as problem:
                    self.add_error(name, problem)
        return given

    @classmethod
    def initial_of(cls, content: Mapping[str, Any]) -> dict[str, Any]:
        return {
            "window_days": content["window_days"],
            "least_days": content["least_days"],
            "neutral_credit": content["neutral_credit"],
            **{f"weight_{k}": round(v * 100) for k, v in content["weights"].items()},
            **{name: _lines(content[name]) for name in _CURVES},
            **{f"bound_{letter}": least for letter, least in content["bounds"][:-1]},
        }

    def content(self, present: Mapping[str, Any]) -> dict[str, Any]:
        given = self.cleaned_data
        letters = [*Grade]
        return {
            "window_days": given["window_days"],
            "least_days": given["least_days"],
            "weights": {
                name: given[f"weight_{name}"] / 100 for name in ("quality", "reach", "credit")
            },
            **{name: given[name] for name in _CURVES},
            "neutral_credit": given["neutral_credit"],
            "bounds": [
                *([each.value, _plain(given[f"bound_{each.value}"])] for each in letters[:-1]),
                [letters[-1].value, 0],
            ],
        }


def _plain(value: float) -> float | int:
    """Return a whole number as one, so that what did not change stays the same."""
    return int(value) if value == int(value) else value


def _points(text: str) -> list[list[float | int]]:
    points = []
    for line in text.splitlines():
        parts = line.replace(",", " ").split()
        if not parts:
            continue
        try:
            value, score = (_plain(float(each)) for each in parts)
        except (ValueError, OverflowError) as problem:
            raise forms.ValidationError(
                _("Write two numbers in each line: the value and its score.")
            ) from problem
        points.append([value, score])
    return points


def _lines(points: Sequence[Sequence[float]]) -> str:
    return "\n".join(f"{value} {score}" for value, score in points)


class MetricsForm(FormulaForm):
    """When figures count as unusual, art. 12."""

    window_days = whole(
        gettext_lazy("Days that a day is compared with"),
        gettext_lazy("The median of so many days before it is what is usual."),
        3,
        LONGEST_WINDOW,
    )
    least_days = whole(
        gettext_lazy("Days that are needed"),
        gettext_lazy("With fewer days of figures nothing is told."),
        3,
        LONGEST_WINDOW,
    )
    quiet_days = whole(
        gettext_lazy("Quiet days"),
        gettext_lazy("What was told is not told again for so many days."),
        0,
        LONGEST_WINDOW,
    )
    late_days = whole(
        gettext_lazy("Days that may arrive late"),
        gettext_lazy("Days that arrive later than this tell nothing any more."),
        0,
        LONGEST_WINDOW,
    )

    def add_fields(self) -> None:
        for indicator, label in _INDICATORS.items():
            self.fields[f"{indicator.value}_score"] = _number(
                _("%(figure)s: robust deviations from the median") % {"figure": label},
                gettext_lazy("The higher, the less is told."),
            )
            self.fields[f"{indicator.value}_least"] = _number(
                _("%(figure)s: least distance from the median") % {"figure": label},
                gettext_lazy("Below it nothing is unusual, however steady the account is."),
            )
        self.fields["mismatch_least_gain"] = whole(
            gettext_lazy("Followers gained in a day, from which their views are asked for"),
            "",
            1,
            10**9,
        )
        self.fields["mismatch_followers_per_view"] = _number(
            gettext_lazy("Followers that one view can explain")
        )

    @classmethod
    def initial_of(cls, content: Mapping[str, Any]) -> dict[str, Any]:
        plain = {name: value for name, value in content.items() if name != "indicators"}
        for name, each in content["indicators"].items():
            plain[f"{name}_score"], plain[f"{name}_least"] = each["score"], each["least_change"]
        return plain

    def content(self, present: Mapping[str, Any]) -> dict[str, Any]:
        given = self.cleaned_data
        return {
            **{
                name: given[name]
                for name in ("window_days", "least_days", "quiet_days", "late_days")
            },
            "indicators": {
                each.value: {
                    "score": _plain(given[f"{each.value}_score"]),
                    "least_change": _plain(given[f"{each.value}_least"]),
                }
                for each in Indicator
            },
            "mismatch_least_gain": given["mismatch_least_gain"],
            "mismatch_followers_per_view": _plain(given["mismatch_followers_per_view"]),
        }


class EarningForm(FormulaForm):
    """Who may earn, art. 14 §1."""

    clean_months = whole(
        gettext_lazy("Months without a violation"),
        gettext_lazy("Since the registration and since the latest violation that stands."),
        0,
        MOST_MONTHS,
    )
    needs_verified = forms.BooleanField(
        label=gettext_lazy("The real identity has to be verified"), required=False
    )
    credit_for_new = several(
        gettext_lazy("Credit with which one may begin to earn"), CreditGrade.choices
    )
    credit_to_keep = several(gettext_lazy("Credit with which one may go on"), CreditGrade.choices)

    @classmethod
    def initial_of(cls, content: Mapping[str, Any]) -> dict[str, Any]:
        return dict(content)

    def content(self, present: Mapping[str, Any]) -> dict[str, Any]:
        given = self.cleaned_data
        return {
            "clean_months": given["clean_months"],
            "needs_verified": given["needs_verified"],
            "credit_for_new": sorted(given["credit_for_new"]),
            "credit_to_keep": sorted(given["credit_to_keep"]),
        }


class CommentsForm(FormulaForm):
    """Which cells of the table of powers get which powers, art. 17 §2; the others stay."""

    natures = several(gettext_lazy("Natures to change"), SubjectNature.choices)
    credits = several(gettext_lazy("Credit grades to change"), CreditGrade.choices)
    powers = several(
        gettext_lazy("Powers over comments from then on"),
        CommentPower.choices,
        gettext_lazy("What is not chosen here is taken away in these cells."),
        required=False,
    )

    @classmethod
    def initial_of(cls, content: Mapping[str, Any]) -> dict[str, Any]:
        return {}

    def content(self, present: Mapping[str, Any]) -> dict[str, Any]:
        given = self.cleaned_data
        chosen = [each for each in CommentPower.values if each in given["powers"]]
        return {
            "powers": {
                nature: {
                    credit: chosen
                    if nature in given["natures"] and credit in given["credits"]
                    else list(kept)
                    for credit, kept in grades.items()
                }
                for nature, grades in present["powers"].items()
            }
        }


FORMS: Final[dict[str, type[FormulaForm]]] = {
    FormulaCode.GRADES: GradesForm,
    FormulaCode.METRICS: MetricsForm,
    FormulaCode.EARNING: EarningForm,
    FormulaCode.COMMENTS: CommentsForm,
    FormulaCode.REGISTRATION: RegistrationForm,
    FormulaCode.PROFILES: ProfilesForm,
    FormulaCode.CLAIMS: ClaimsForm,
    FormulaCode.EXITS: ExitsForm,
}


def register_form(code: FormulaCode, form: type[FormulaForm]) -> None:
    """Say how a formula of a package above is changed on the screen; called when apps are ready."""
    FORMS[code] = form
