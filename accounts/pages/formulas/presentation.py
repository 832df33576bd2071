"""The content of versions as rows of words, and what differs between two of them."""

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

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
    form = FORMS[code]()
    initial = form.initial_of(content)
    return [
        (str(field.label), _shown(initial[name]))
        for name, field in form.fields.items()
        if name in initial
    ]


def _shown(value: Any) -> str:
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, list):
        return _(", ").join(str(CreditGrade(each).label) for each in value)
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
    pairs = zip(rows_of(code, before), rows_of(code, after), strict=True)
    return [Change(label, old, new) for (label, old), (_label, new) in pairs if old != new]
