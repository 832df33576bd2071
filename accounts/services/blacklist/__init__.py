"""The blacklist: who is listed by which decision, who met an entry, and what people said of it."""
