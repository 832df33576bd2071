"""Ending a measure before its time: with a ground and a reason that is told, by as many as ordered it."""
