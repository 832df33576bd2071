"""The API for the platform's own systems: clients, limits, answers, and where resources stand."""
