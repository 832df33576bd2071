"""The formulas of accounts on the screen: versions, what is proposed, what it would change."""

from accounts.pages.formulas.pages import register

__all__ = ["register"]
