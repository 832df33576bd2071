"""Stops at the operator's wish: taken in, taken back, carried out; and the names that this frees."""
