"""What a check finds: each problem with its mend."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing of a base that is not as it should be."""

    subject: str
    """Which part of the base: « Catalogue », « Passages », « Index »…"""
    place: str
    """Which one of them: an identifier or a file's name."""
    message: str
    """What is wrong, in French."""
    mend: str
    """What to do, in French; empty where the message says it."""


@dataclass(frozen=True, slots=True)
class Verification:
    """What was checked, and what was found."""

    brochures: int = 0
    projects: int = 0
    passages: int = 0
    originals: dict[str, int] = field(default_factory=dict)
    """How many files of brochures are ``unchanged``, ``changed``, ``missing``, ``unreadable``."""
    problems: tuple[Problem, ...] = ()

    @property
    def ok(self) -> bool:
        """Whether nothing is wrong."""
        return not self.problems
