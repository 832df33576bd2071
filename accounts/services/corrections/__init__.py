"""Corrections of profiles (art. 8 §2): ordered, answered, reviewed, and what comes of missed ones."""
