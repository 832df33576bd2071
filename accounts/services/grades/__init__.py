"""Grades of accounts: computed by the formula in force, explained in words."""

from accounts.services.grades.grading import formula_in_force, grade_accounts
from accounts.services.grades.words import reasons_of

__all__ = ["formula_in_force", "grade_accounts", "reasons_of"]
