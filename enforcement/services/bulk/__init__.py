"""Decisions on many accounts: drafted as a list, approved by two, carried out one by one, undone."""
