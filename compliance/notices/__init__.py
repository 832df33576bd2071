"""Notices to people and commands to the platform: written in a transaction, sent outside it."""
