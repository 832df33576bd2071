"""Measures that the platform carries out on contents, and labels, of contents or of an account."""
