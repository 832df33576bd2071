"""Consistency on the screen: what is comparable, second looks, the figures of a month."""
