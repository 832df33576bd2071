"""Letters: what is told as a document on paper, drawn the same to the byte and open to verification."""
