"""What accounts may do with comments: by nature and credit of the subject, told to the platform."""

from accounts.services.comment_powers.setting import (
    Present,
    present_powers,
    set_powers,
    sweep_powers,
    table_in_force,
)
from accounts.services.comment_powers.words import powers_in_words, reason_of

__all__ = [
    "Present",
    "powers_in_words",
    "present_powers",
    "reason_of",
    "set_powers",
    "sweep_powers",
    "table_in_force",
]
