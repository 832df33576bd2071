"""More accounts than the cap: applied for, looked at, granted by two persons, ended (art. 10 §1)."""
