"""Registering accounts: examine, verify, look up, decide, store."""

from accounts.services.registration.batches import (
    BATCH,
    Verified,
    lock_identity,
    lock_registrations,
    register_account,
    register_batch,
    register_verified,
    verify_application,
)
from accounts.services.registration.results import Registered, RegistrationConflict, stored_checks
from accounts.services.registration.storage import CLOCKS, QUEUE, create_accounts

__all__ = [
    "BATCH",
    "CLOCKS",
    "QUEUE",
    "Registered",
    "RegistrationConflict",
    "Verified",
    "create_accounts",
    "lock_identity",
    "lock_registrations",
    "register_account",
    "register_batch",
    "register_verified",
    "stored_checks",
    "verify_application",
]
