"""How a part names the triggers that it wants on tables."""

# By table, of each: its name, when it fires, the function, and whether it waits for the commit.
Triggers = dict[str, list[tuple[str, str, str, bool]]]
