"""Pages on which rule documents are kept: list, document, draft, change, filings."""
