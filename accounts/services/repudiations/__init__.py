"""Claims that an identity was used without consent: taken in, looked at, upheld, undone (art. 8 §1)."""
