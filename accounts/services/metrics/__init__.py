"""Figures of accounts: taken in, evaluated, and how people agreed to follow."""

from accounts.services.metrics.evaluation import evaluate_metrics, rule_in_force
from accounts.services.metrics.follow_consents import CampaignConsent, record_follow_consents
from accounts.services.metrics.pushing import DayFigures, Taken, record_metrics
from accounts.services.metrics.words import signals_in_words

__all__ = [
    "CampaignConsent",
    "DayFigures",
    "Taken",
    "evaluate_metrics",
    "record_follow_consents",
    "record_metrics",
    "rule_in_force",
    "signals_in_words",
]
