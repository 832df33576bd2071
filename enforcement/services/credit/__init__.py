"""Credit of subjects: what moves it, what it comes to, what goes by it, and who is told."""

from enforcement.services.credit.counting import CreditChange, refresh_credit
from enforcement.services.credit.disputes import follow_dispute, register_dispute_source
from enforcement.services.credit.entries import deduct_credit, restore_credit
from enforcement.services.credit.sources import rule_in_force
from enforcement.services.credit.telling import tell_change

__all__ = [
    "CreditChange",
    "deduct_credit",
    "follow_dispute",
    "refresh_credit",
    "register_dispute_source",
    "restore_credit",
    "rule_in_force",
    "tell_change",
]
