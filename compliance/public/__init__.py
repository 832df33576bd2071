"""Pages for everybody: no login, no session, no script, in both languages."""
