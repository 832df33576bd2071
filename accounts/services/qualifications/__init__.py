"""Qualifications: shown, checked, in force for a time, renewed, ended."""
