"""Services for rumours: the six steps of art. 13 §2, what follows for whom, and beginning anew."""
