"""The content of versions as rows of words, and what differs between two of them."""

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any, cast

from django import forms
from django.utils.translation import gettext as _

from accounts.enums import SubjectNature
from accounts.pages.formulas.forms import FORMS
from accounts.powers_words import CreditGrade, FormulaCode
from accounts.services.comment_powers import powers_in_words
from compliance.ui.kit import Change


def rows_of(code: str, content: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return what a version says, a name and a value each; the same names for every version."""
    if code == FormulaCode.COMMENTS:
        return [
            (
                _("%(nature)s, %(credit)s")
                % {
                    "nature": SubjectNature(nature).label,
                    "credit": CreditGrade(credit).label,
                },
                powers_in_words(content["powers"][nature][credit]),
            )
            for nature in SubjectNature.values
            for credit in CreditGrade.values
        ]
    form_class = FORMS[code]
    form, initial = form_class.made_for(content), form_class.initial_of(content)
    return [
        (str(field.label), _shown(initial[name], field))
        for name, field in form.fields.items()
        if name in initial
    ]


def _shown(value: Any, field: forms.Field) -> str:
    if value is None or value == []:
        return _("none")
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(field, forms.ChoiceField):
        labels = {str(code): str(label) for code, label in cast(Any, field.choices)}
        chosen = value if isinstance(value, list) else [value]
        return _(", ").join(labels[each] for each in chosen)
    if isinstance(value, str):
        return _("; ").join(_point(line) for line in value.splitlines())
    return f"{value:,}" if isinstance(value, int) else str(value)


def _point(line: str) -> str:
    """Return a point of a curve as "10,000 → 50": the value and the score that it brings."""
    at, _space, score = line.partition(" ")
    try:
        shown = f"{Decimal(at):,}"
    except InvalidOperation:
        return line
    return f"{shown} → {score}"


def changes_of(code: str, before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Change]:
    """Return only what differs between two versions."""
    old, new = dict(rows_of(code, before)), dict(rows_of(code, after))
    return [
        Change(label, old.get(label, ""), new.get(label, ""))
        for label in {**old, **new}
        if old.get(label, "") != new.get(label, "")
    ]
