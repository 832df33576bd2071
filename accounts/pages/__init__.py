"""Pages on which records of the package are read and decided."""
