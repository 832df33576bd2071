"""What each part of the floor adds to the console: pages, approvals, and what its roles may do."""

from compliance.registration import (
    api,
    clocks,
    evidence,
    notices,
    people,
    public,
    responses,
    rulebook,
    work,
)

# In the order in which lines of the sidebar stand where two ask for the same place.
PARTS = (public, work, evidence, clocks, people, rulebook, api, notices, responses)


def register() -> None:
    """Register every part; called when apps are ready."""
    for part in PARTS:
        part.register()
