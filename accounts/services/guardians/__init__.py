"""Consent of guardians to the accounts of minors: asked for, given, taken back (art. 8 §1)."""
