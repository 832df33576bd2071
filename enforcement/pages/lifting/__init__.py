"""Pages of measures, on which they are lifted or proposed to be."""
