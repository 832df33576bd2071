"""Patrols: accounts are verified again from time to time, and what was found is kept."""
