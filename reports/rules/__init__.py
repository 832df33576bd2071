"""Pure rules of what is reported: plain values in, a value out."""
