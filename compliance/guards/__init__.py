"""What the database holds against every door, by part; `installing` puts it in place."""

from compliance.guards.installing import history_model_of, install, register_guards

__all__ = ["history_model_of", "install", "register_guards"]
