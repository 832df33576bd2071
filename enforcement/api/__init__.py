"""What the platform's systems read about decisions."""
