"""Admin pages of the floor, each registered by its module."""

from compliance.admin import evidence, outbox, people, record, responses, rules, work

__all__ = ["evidence", "outbox", "people", "record", "responses", "rules", "work"]
