"""Services for appeals: file them, take them up, ask, mediate, decide, and what is told."""
