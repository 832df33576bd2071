"""Small charts drawn by the server: lines of daily figures, with what stands out marked."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from compliance.ui.kit import Text

WIDTH: Final = 320
HEIGHT: Final = 96
_EDGE: Final = 6


@dataclass(frozen=True)
class ChartPoint:
    """One figure under its name; None where there is none."""

    label: Text
    value: float | None
    is_marked: bool = False


@dataclass(frozen=True)
class PlacedPoint:
    """Where a point lies in the drawing."""

    x: str
    y: str
    label: Text


@dataclass(frozen=True, kw_only=True)
class Chart:
    """
    A line of figures in their order.

    `summary` says in words what the line shows; the figures themselves stand in a table beside it.
    """

    title: Text
    points: Sequence[ChartPoint]
    summary: Text
    lowest: Text = ""
    highest: Text = ""

    @property
    def view_box(self) -> str:
        """Return the room of the drawing."""
        return f"0 0 {WIDTH} {HEIGHT}"

    @property
    def path(self) -> str:
        """Return the line; where a figure is missing it is broken."""
        parts = []
        is_drawn = False
        for number, point in enumerate(self.points):
            if point.value is None:
                is_drawn = False
                continue
            x, y = self._place(number, point.value)
            parts.append(f"{'L' if is_drawn else 'M'}{x} {y}")
            is_drawn = True
        return " ".join(parts)

    @property
    def marks(self) -> list[PlacedPoint]:
        """Return the points that stand out."""
        return [
            PlacedPoint(*self._place(number, point.value), point.label)
            for number, point in enumerate(self.points)
            if point.is_marked and point.value is not None
        ]

    def _place(self, number: int, value: float) -> tuple[str, str]:
        values = [each.value for each in self.points if each.value is not None]
        low, high = min(values), max(values)
        across = (WIDTH - 2 * _EDGE) * (number / max(len(self.points) - 1, 1))
        share = (value - low) / (high - low) if high > low else 0.5
        return f"{_EDGE + across:.1f}", f"{HEIGHT - _EDGE - (HEIGHT - 2 * _EDGE) * share:.1f}"
