"""Tests that look at the console, in part with a real browser."""

from pathlib import Path

TEMPLATES = Path(__file__).parent / "templates"
