"""The tables of what the regulator is told."""

from reports.models.filings import Filing, FilingChunk, FilingManifest

__all__ = ["Filing", "FilingChunk", "FilingManifest"]
