"""The obligation matrix: every duty of the instruments, and what of the product keeps it."""
