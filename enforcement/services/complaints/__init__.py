"""Complaints: received, told apart, dealt with, answered; whoever complains stays sealed (art. 20 §2)."""
