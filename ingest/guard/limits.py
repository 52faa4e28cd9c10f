"""What one task may cost, and how it is said when it costs more."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum, auto

MEGABYTE = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds of one task in a process apart."""

    seconds: int
    """Of processor time, at least 1; the clock is given ``WALL`` times as much."""
    memory: int
    """Bytes that the process may take in all; ignored where the system can't bound them."""
    reply: int
    """Bytes of the answer."""
    tasks: int
    """After so many, the process gives way to a fresh one."""
    idle: int
    """Seconds without a task after which the process ends, where the system has alarms."""


WALL = 2
"""A task that waits for the disk, or shares its processor, is not a hang."""

READING = Limits(seconds=60, memory=2048 * MEGABYTE, reply=256 * MEGABYTE, tasks=500, idle=120)
"""One brochure: one of 2,000 pages takes less than half of that."""
DRAWING = Limits(seconds=15, memory=1024 * MEGABYTE, reply=64 * MEGABYTE, tasks=500, idle=120)
"""One page."""


class Overrun(StrEnum):
    """Why a task was given up."""

    TIME = auto()
    MEMORY = auto()
    OUTPUT = auto()
    CRASH = auto()
    """The process died, or broke off where no error was foreseen."""


class GivenUp(Exception):
    """A task cost more than it may, or took its process down."""

    def __init__(self, overrun: Overrun) -> None:
        super().__init__(overrun)
        self.overrun = overrun
