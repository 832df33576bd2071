"""Services of filings: preparing, reviewing, releasing, handing in."""
