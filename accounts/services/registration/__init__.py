"""Registering accounts: examine, verify, look up, decide, store."""

from accounts.services.registration.batches import register_account, register_batch
from accounts.services.registration.results import Registered, RegistrationConflict, stored_checks

__all__ = [
    "Registered",
    "RegistrationConflict",
    "register_account",
    "register_batch",
    "stored_checks",
]
