"""The watch list: proposed, approved by a second person, looked after for a time; never a sanction."""
