"""How days and instants are written, in every language the same."""
