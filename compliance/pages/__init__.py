"""Pages of the floor: the desk's cards, taking work, people and roles."""
