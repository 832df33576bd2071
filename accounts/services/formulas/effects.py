"""What a preview of a version says."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Effect:
    """One thing that a version would change: what, how it is now, how it would be."""

    label: str
    before: str
    after: str
