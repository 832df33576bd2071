"""Services for appeals of complainants: file them, ask, decide, and what they are told."""
