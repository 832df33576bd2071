"""Transfers: applied for, reviewed, approved by a second person, confirmed, announced, carried out."""
