"""What the platform's systems read and hand in about accounts."""
