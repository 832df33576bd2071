"""Decisions that could not wait, on the screen: what is told of them, and the hearing afterwards."""
