"""Emergency holds on the screen: placed, looked at by a second person, read."""
