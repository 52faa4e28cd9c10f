"""What a search is asked, and what ranking hands to the answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from kb.library.profiles import PassageProfile
from kb.model import Filter, Mode
from kb.ranking import Candidate


@dataclass(frozen=True, slots=True)
class Request:
    """A search as it was asked."""

    query: str
    mode: Mode = Mode.HYBRID
    filter: Filter = field(default_factory=Filter)
    limit: int = 10
    offset: int = 0
    expand: bool = True
    correct: bool = True


@dataclass(frozen=True, slots=True)
class Ranked:
    """Candidates in order, with what is needed to show them."""

    candidates: list[Candidate]
    profiles: dict[int, PassageProfile]
    answerable: bool
    notice: str = ""
    at_least: bool = False
    """Whether passages that answer may have been left out of the lists that were ranked."""
    pool: Sequence[Candidate] = ()
    """What the filters were applied to, and facets are counted in; empty: the candidates."""
