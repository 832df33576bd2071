"""Registering accounts: examine, verify, look up, decide, store."""

from accounts.services.registration.batches import BATCH, register_account, register_batch
from accounts.services.registration.results import Registered, RegistrationConflict, stored_checks
from accounts.services.registration.storage import CLOCKS, QUEUE, create_accounts

__all__ = [
    "BATCH",
    "CLOCKS",
    "QUEUE",
    "Registered",
    "RegistrationConflict",
    "create_accounts",
    "register_account",
    "register_batch",
    "stored_checks",
]
