"""The tables of what the regulator and the public are told."""

from reports.models.filings import Filing, FilingChunk, FilingManifest
from reports.models.transparency import PublishedFigures

__all__ = ["Filing", "FilingChunk", "FilingManifest", "PublishedFigures"]
