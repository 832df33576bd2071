"""Rules about accounts: plain values in, plain values out; no database, no clock, no request."""
