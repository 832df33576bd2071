"""Whose approval a decision needs because of what it takes from the credit."""

from datetime import datetime
from typing import Final

from accounts.models import PublicAccount
from enforcement.rules.approvals import approvals_needed
from enforcement.services.credit.entries import expected_deduction
from enforcement.services.decision_content import DecisionWords

# Our choice, no article: what leaves nothing is looked at by two, the compliance officer among them.
_USING_UP: Final = ("enforcement.approve_decision", "enforcement.approve_decision_as_officer")


def slots_with_credit(
    slots: tuple[str, ...], words: DecisionWords, account: PublicAccount, now: datetime
) -> tuple[str, ...]:
    """
    Return the approvals that a decision needs by its measures and by what it leaves of the credit.

    Opinions on Platform Responsibility, point 2; our choice: a decision that uses credit up has two.
    """
    deduction = expected_deduction(account, words.violation_type.points_at(words.severity), now)
    if deduction is None or not deduction.uses_up or deduction.before.frozen_on is not None:
        return slots
    return approvals_needed([slots, _USING_UP])
