"""What can go wrong with the embedded server, in words that a person can act on."""


class DatabaseUnavailable(RuntimeError):
    """Says why the embedded PostgreSQL cannot be used and what to do about it."""
