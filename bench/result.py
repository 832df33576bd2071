"""What a benchmark prints."""

from dataclasses import asdict, dataclass, field
from typing import Any


@dataclass(frozen=True, kw_only=True)
class Result:
    """
    A ratio against a limit, with the figures that it was made of.

    `limit` is the least ratio that is allowed, or the greatest where `is_ceiling`; None where the
    figure is for information.
    """

    name: str
    ratio: float
    limit: float | None = None
    is_ceiling: bool = False
    figures: dict[str, Any] = field(default_factory=dict)

    @property
    def is_met(self) -> bool:
        """Whether the ratio keeps to its limit."""
        if self.limit is None:
            return True
        return self.ratio <= self.limit if self.is_ceiling else self.ratio >= self.limit

    def as_dict(self) -> dict[str, Any]:
        """Return everything, for machines."""
        return {**asdict(self), "is_met": self.is_met}

    def as_line(self) -> str:
        """Return one line for a person."""
        if self.limit is None:
            verdict = ""
        else:
            word = "at most" if self.is_ceiling else "at least"
            verdict = f" ({word} {self.limit:g}: {'met' if self.is_met else 'MISSED'})"
        figures = ", ".join(f"{key} {value}" for key, value in self.figures.items())
        return f"{self.name}: {self.ratio:.2f}{verdict} — {figures}"
