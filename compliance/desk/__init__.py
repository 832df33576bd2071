"""What the desk reads: what waits for whom, how much of it, and what nobody can do."""
