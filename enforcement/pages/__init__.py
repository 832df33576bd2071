"""Pages on which cases are worked on and decisions approved."""
