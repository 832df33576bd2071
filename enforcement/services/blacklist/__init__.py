"""Entries of the blacklist as measures: ordered, undone, reviewed and removed by two (art. 19 §2)."""
