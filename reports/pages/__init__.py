"""Pages on which filings are prepared, reviewed, released and handed in."""
