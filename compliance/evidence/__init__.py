"""Evidence files: taken in, checked apart from everything else, kept encrypted, shown as copies."""
