"""Real-name verification: what is asked of a provider, and the providers there are."""
