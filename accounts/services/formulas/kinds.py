"""The formulas that there are, and what reads each."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from accounts.models import (
    CommentPowerRule,
    EligibilityRule,
    ExitPolicy,
    GradeRule,
    MetricRule,
    RegistrationPolicy,
)
from accounts.models.formulas import Formula
from accounts.powers_words import FormulaCode
from accounts.rules.comment_powers import PowerTable
from accounts.rules.earning import EarningRule
from accounts.rules.exit_limits import ExitLimits
from accounts.rules.grades import GradeFormula
from accounts.rules.metrics import MetricLimits
from accounts.rules.policy_content import PolicyContent
from accounts.services.formulas.effects import Effect
from compliance.errors import ActionRefused, InvalidInput
from compliance.provisions import Provision


@dataclass(frozen=True)
class FormulaPreset:
    """A content to begin a version from: what it is called, where it is from, and as of when."""

    code: str
    title: str
    source: str
    dated: str
    content: Mapping[str, Any]


def no_presets() -> Sequence[FormulaPreset]:
    """Return that there is nothing to begin from but the newest version."""
    return ()


@dataclass(frozen=True)
class FormulaKind:
    """
    A formula: where its versions lie, what reads their content, and under which article.

    One that a package above registers also brings what a version of it would change, and the
    sentences for what `read` refuses.
    """

    code: FormulaCode
    model: type[Formula]
    read: Callable[[Mapping[str, Any]], object]
    provision: Provision
    effects: Callable[[Any, Any, datetime], list[Effect]] | None = None
    problems: Mapping[str, Promise] = field(default_factory=dict)
    presets: Callable[[], Sequence[FormulaPreset]] = no_presets


KINDS: Final[dict[str, FormulaKind]] = {
    each.code.value: each
    for each in (
        FormulaKind(
            FormulaCode.GRADES,
            GradeRule,
            GradeFormula.from_catalogue,
            Provision.PUBLIC_ACCOUNT_7_2,
        ),
        FormulaKind(
            FormulaCode.METRICS,
            MetricRule,
            MetricLimits.from_catalogue,
            Provision.PUBLIC_ACCOUNT_12_1,
        ),
        FormulaKind(
            FormulaCode.EARNING,
            EligibilityRule,
            EarningRule.from_catalogue,
            Provision.PUBLIC_ACCOUNT_14_1,
        ),
        FormulaKind(
            FormulaCode.COMMENTS,
            CommentPowerRule,
            PowerTable.from_catalogue,
            Provision.PUBLIC_ACCOUNT_17_2,
        ),
        # Three parts of one policy: whoever changes one leaves the others as they are.
        FormulaKind(
            FormulaCode.REGISTRATION,
            RegistrationPolicy,
            PolicyContent.from_catalogue,
            Provision.PUBLIC_ACCOUNT_10_1,
        ),
        FormulaKind(
            FormulaCode.PROFILES,
            RegistrationPolicy,
            PolicyContent.from_catalogue,
            Provision.PUBLIC_ACCOUNT_8_2,
        ),
        FormulaKind(
            FormulaCode.CLAIMS,
            RegistrationPolicy,
            PolicyContent.from_catalogue,
            Provision.PUBLIC_ACCOUNT_8_2,
        ),
        FormulaKind(
            FormulaCode.EXITS,
            ExitPolicy,
            ExitLimits.from_catalogue,
            Provision.PUBLIC_ACCOUNT_11_2,
        ),
    )
}


def register_formula(kind: FormulaKind) -> None:
    """Add a formula of a package above to those that are changed here; called when apps are ready."""
    KINDS[kind.code.value] = kind


def formula_kind(code: str) -> FormulaKind:
    """
    Return a formula by its code.

    :raises InvalidInput: if there is none.
    """
    if code not in KINDS:
        raise InvalidInput(_("There is no such formula."))
    return KINDS[code]


def formula_row_in_force(code: str, at: datetime) -> Formula:
    """
    Return the version of a formula that is in force at `at`.

    :raises ActionRefused: if none is in force then.
    """
    versions = formula_kind(code).model._default_manager.filter(effective_from__lte=at)
    row = versions.order_by("-effective_from").first()
    if row is None:
        raise ActionRefused(
            _("No version of “%(formula)s” is in force.") % {"formula": FormulaCode(code).label}
        )
    return row
