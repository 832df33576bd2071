"""Credit on the screen: of one subject, the lowest of all, repairs, and the form of its rule."""

from accounts.pages.formulas.forms import register_form
from accounts.powers_words import FormulaCode
from enforcement.pages.credit import ledger, lists, low, panels, repairs
from enforcement.pages.credit.rule import CreditForm

__all__ = ["lists", "register"]


def register() -> None:
    """Give the pages their addresses and places; called when apps are ready."""
    register_form(FormulaCode.CREDIT, CreditForm)
    ledger.register()
    low.register()
    repairs.register()
    panels.register()
