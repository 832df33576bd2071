"""The ways out: adapters that carry one message each and say what came of it."""
