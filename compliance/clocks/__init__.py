"""Clocks and the working-day calendar: when each step is due, and what came too late."""

from compliance.clocks.running import (
    pause_clock,
    resume_clock,
    start_clock,
    start_clocks,
    stop_clock,
)
from compliance.clocks.standing import Standing, clock_state

__all__ = [
    "Standing",
    "clock_state",
    "pause_clock",
    "resume_clock",
    "start_clock",
    "start_clocks",
    "stop_clock",
]
