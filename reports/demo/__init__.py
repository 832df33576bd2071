"""A made-up platform in every state of every flow, for the quick start and for screenshots."""
