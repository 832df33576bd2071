"""The acts of enforcement; each is one function, one transaction, with who, why and under what."""
