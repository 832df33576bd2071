"""Earning with accounts: who may, on application, until it is lost."""

from accounts.services.earning.applying import (
    APPLY,
    apply_for_earning,
    give_up_earning,
    rights_of,
)
from accounts.services.earning.facts import Outlook, earning_rule, outlook_of
from accounts.services.earning.sweeping import sweep_rights
from accounts.services.earning.words import obstacle_in_words

__all__ = [
    "APPLY",
    "Outlook",
    "apply_for_earning",
    "earning_rule",
    "give_up_earning",
    "obstacle_in_words",
    "outlook_of",
    "rights_of",
    "sweep_rights",
]
