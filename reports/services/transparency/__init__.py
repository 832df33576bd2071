"""Services of what is published of the work: counting a period, and publishing it once."""
