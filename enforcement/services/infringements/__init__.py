"""Notices that a right is infringed: passed on, disputed, proven or lifted (Civil Code, 1195–1196)."""
