"""Identity data: how it is encrypted, masked, found again, revealed and erased."""
