"""Services for emergency holds: place at once, confirm by somebody else, end."""
