"""The regulator's forms, and the texts in which frozen rows are handed over."""
