"""Versioned formulas of accounts: which there are, which version holds, how one is changed."""

from accounts.services.formulas.changes import (
    APPROVE,
    FORMULA_PROPOSAL,
    PROPOSE,
    FormulaDraft,
    approve_formula,
    check_draft,
    open_formula_changes,
    propose_formula,
)
from accounts.services.formulas.kinds import (
    KINDS,
    FormulaKind,
    FormulaPreset,
    formula_kind,
    formula_row_in_force,
    register_formula,
)

__all__ = [
    "APPROVE",
    "FORMULA_PROPOSAL",
    "KINDS",
    "PROPOSE",
    "FormulaDraft",
    "FormulaKind",
    "FormulaPreset",
    "approve_formula",
    "check_draft",
    "formula_kind",
    "formula_row_in_force",
    "open_formula_changes",
    "propose_formula",
    "register_formula",
]
