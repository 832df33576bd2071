"""The look of the console: the only package that knows the admin theme. No rule and no status lives here."""
