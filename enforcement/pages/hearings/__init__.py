"""Hearings on the screen."""
