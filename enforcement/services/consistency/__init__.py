"""Whether the same is dealt with alike: comparable decisions, second looks, figures of a month."""
