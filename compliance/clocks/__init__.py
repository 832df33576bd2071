"""Clocks and the working-day calendar: when each step is due, and what came too late."""

from compliance.clocks.running import (
    finish_clock,
    pause_clock,
    resume_clock,
    resume_or_start_clock,
    start_clock,
    start_clocks,
    stop_clock,
)
from compliance.clocks.standing import Standing, clock_state

__all__ = [
    "Standing",
    "clock_state",
    "finish_clock",
    "pause_clock",
    "resume_clock",
    "resume_or_start_clock",
    "start_clock",
    "start_clocks",
    "stop_clock",
]
