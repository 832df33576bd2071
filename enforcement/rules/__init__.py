"""Rules about enforcement: plain values in, plain values out; no database, no clock, no request."""
