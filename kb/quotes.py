"""Finding a text again where lines, columns, hyphens and spaces may have come between.

Both sides are reduced to their letters and digits, without case or accents. What is
searched is a list of *runs*: stretches of a page in which text goes on without a break,
such as lines. A text stands on a page where it begins in a run, goes to that run's
end, takes whole runs, and ends within a last one. To go from a run to one that follows
it, in the order of the file and to the eye, costs nothing; each of the two that is
lacking costs one. The way of least cost is the text's place. Where two ways cost the
same, nothing tells which one is meant, and none is given.
"""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from heapq import heappop, heappush

MOST_STEPS = 200_000
"""Comparisons for one text, after which a page that was made to mislead is given up."""
_CONTEXT_WORDS = 12
_MOST_WAYS = 8


@dataclass(frozen=True, slots=True)
class Run:
    """Text that goes on without a break, reduced to its key."""

    key: str
    places: tuple[int, ...]
    """For each character of the key, the place that its maker knows it by."""
    edges: frozenset[int]
    """Offsets in the key where a word begins; its end is one too."""


@dataclass(frozen=True, slots=True)
class Piece:
    """Part of a run."""

    run: int
    start: int
    end: int


Way = tuple[Piece, ...]


def in_order(before: int, after: int) -> bool:
    """Whether a run comes just after another one, where only the order tells."""
    return after == before + 1


@dataclass(frozen=True, slots=True)
class Sheet:
    """The runs of a page, in the order of the file; each holds text."""

    runs: tuple[Run, ...]
    follows: Callable[[int, int], bool] = in_order
    """Whether, to the eye, the second of two runs goes on from the first."""


@lru_cache(maxsize=4096)
def key_of_character(character: str) -> str:
    """The letters and digits that a character stands for, without case or accents."""
    plain = unicodedata.normalize("NFKD", character).casefold()
    return "".join(one for one in plain if one.isalnum())


def key_of(text: str) -> str:
    """A text's letters and digits, without case or accents."""
    return "".join(map(key_of_character, text))


def run_of(characters: Sequence[str], places: Sequence[int]) -> Run:
    """The run of these characters, each known by its place."""
    key: list[str] = []
    known_by: list[int] = []
    edges = set()
    apart = True
    for character, place in zip(characters, places, strict=True):
        reduced = key_of_character(character)
        if reduced:
            if apart:
                edges.add(len(key))
            key.extend(reduced)
            known_by.extend([place] * len(reduced))
        # An accent that is drawn by itself is no end of a word.
        apart = not reduced and not unicodedata.combining(character)
    edges.add(len(key))
    return Run("".join(key), tuple(known_by), frozenset(edges))


def sheet_of_text(text: str) -> Sheet:
    """The lines of a text as runs, each character known by its offset."""
    runs = []
    start = 0
    for line in text.splitlines(keepends=True):
        runs.append(run_of(line, range(start, start + len(line))))
        start += len(line)
    return Sheet(tuple(run for run in runs if run.key))


def find(
    text: str, sheet: Sheet, before: Sequence[str] = (), after: Sequence[str] = ()
) -> Way | None:
    """The way in which ``text`` stands on ``sheet``; None where none or several do.

    Where several do, the one that follows one of ``before``, or that one of ``after``
    follows, is it.
    """
    around = [("", ""), *((one, "") for one in before), *(("", one) for one in after)]
    for left, right in around:
        ways = _ways(text, sheet, _last_words(left), _first_words(right))
        if len(ways) == 1:
            return ways.pop()
        if not ways and not left and not right:
            return None
    return None


def find_over_pages(
    text: str, pages: Sequence[Sheet], before: Sequence[str] = (), after: Sequence[str] = ()
) -> tuple[Way, ...] | None:
    """Where ``text`` stands on each of the pages that it runs over, one way a page.

    None where it can't be told. ``before`` and ``after`` are for a single page.
    """
    if len(pages) == 1:
        way = find(text, pages[0], before, after)
        return (way,) if way is not None else None
    return _over_pages(key_of(text), pages, from_top=False)


def _ways(text: str, sheet: Sheet, left: str, right: str) -> set[Way]:
    lead, key, tail = key_of(left), key_of(text), key_of(right)
    if not key:
        return set()
    ways = _Traced(sheet, lead + key + tail).whole()
    return {_cut(way, len(lead), len(lead) + len(key)) for way in ways}


def _last_words(text: str) -> str:
    return " ".join(text.split()[-_CONTEXT_WORDS:])


def _first_words(text: str) -> str:
    return " ".join(text.split()[:_CONTEXT_WORDS])


def _over_pages(key: str, pages: Sequence[Sheet], *, from_top: bool) -> tuple[Way, ...] | None:
    if not key or not pages:
        return None
    traced = _Traced(pages[0], key, from_run_start=from_top)
    if len(pages) == 1:
        ways = traced.whole()
        return tuple(ways) if len(ways) == 1 else None
    for length in traced.breaks():
        rest = _over_pages(key[length:], pages[1:], from_top=True)
        ways = traced.until(length) if rest is not None else []
        if rest is not None and len(ways) == 1:
            return (*ways, *rest)
    return None


def _cut(way: Way, start: int, end: int) -> Way:
    """The pieces of the key's characters from ``start`` to ``end``."""
    kept = []
    position = 0
    for piece in way:
        length = piece.end - piece.start
        low, high = max(start - position, 0), min(end - position, length)
        if low < high:
            kept.append(Piece(piece.run, piece.start + low, piece.start + high))
        position += length
    return tuple(kept)


_State = tuple[int, int]
"""How much of the key is found, and the run whose end has been reached."""
_Entry = tuple[_State | None, Piece]
"""The piece that leads to a state, and the state before it; None at the beginning."""


class _Traced:
    """All ways of least cost through the runs of a page."""

    def __init__(self, sheet: Sheet, key: str, *, from_run_start: bool = False) -> None:
        self._runs, self._follows, self._key = sheet.runs, sheet.follows, key
        self._by_first: dict[str, list[int]] = defaultdict(list)
        self._costs: dict[_State, int] = {}
        self._entries: dict[_State, list[_Entry]] = {}
        self._stops: list[tuple[int, _Entry]] = []
        """Last pieces that stop within a run, with the cost of their way."""
        self._waiting: list[_State] = []
        self._steps = 0
        for number, run in enumerate(self._runs):
            self._by_first[run.key[0]].append(number)
        for number, run in enumerate(self._runs):
            for offset in [0] if from_run_start else sorted(run.edges)[:-1]:
                self._take(None, number, offset)
        self._walk()

    def whole(self) -> list[Way]:
        """The ways that hold the whole key, a few at most."""
        reached = [state for state in self._costs if state[0] == len(self._key)]
        costs = [self._costs[state] for state in reached] + [cost for cost, _ in self._stops]
        if not costs or self._steps > MOST_STEPS:
            return []
        best = min(costs)
        return self._ways(
            [entry for state in reached if self._costs[state] == best
             for entry in self._entries[state]]
            + [entry for cost, entry in self._stops if cost == best]
        )  # fmt: skip

    def breaks(self) -> list[int]:
        """How much of the key may be found up to a run's end, most first."""
        lengths = {length for length, _ in self._costs if length < len(self._key)}
        return sorted(lengths, reverse=True) if self._steps <= MOST_STEPS else []

    def until(self, length: int) -> list[Way]:
        """The ways that hold the first ``length`` characters, a few at most."""
        reached = [state for state in self._costs if state[0] == length]
        best = min(self._costs[state] for state in reached)
        return self._ways(
            [entry for state in reached if self._costs[state] == best
             for entry in self._entries[state]]
        )  # fmt: skip

    def _ways(self, entries: Sequence[_Entry]) -> list[Way]:
        found: list[Way] = []
        waiting: list[tuple[_State | None, Way]] = [(state, (piece,)) for state, piece in entries]
        while waiting and len(found) < _MOST_WAYS:
            state, way = waiting.pop()
            if state is None:
                # What would pass through a run twice is no way.
                found += [way] if len({piece.run for piece in way}) == len(way) else []
            else:
                waiting += [(earlier, (piece, *way)) for earlier, piece in self._entries[state]]
        return found

    def _walk(self) -> None:
        # Each step lengthens what is found: a state's cost is settled when its turn comes.
        while self._waiting and self._steps <= MOST_STEPS:
            state = heappop(self._waiting)
            length, _ = state
            if length < len(self._key):
                for other in self._by_first.get(self._key[length], ()):
                    self._take(state, other, 0)

    def _take(self, state: _State | None, number: int, offset: int) -> None:
        """Go on in a run, from ``offset`` to its end or to the end of the key."""
        self._steps += 1
        run, length = self._runs[number], state[0] if state else 0
        left = len(self._key) - length
        if len(run.key) - offset > left:
            end = offset + left
            if end in run.edges and run.key.startswith(self._key[length:], offset):
                cost = self._cost(state, number)
                self._stops.append((cost, (state, Piece(number, offset, end))))
            return
        if self._key.startswith(run.key[offset:], length):
            reached = (length + len(run.key) - offset, number)
            entry = (state, Piece(number, offset, len(run.key)))
            self._enter(reached, self._cost(state, number), entry)

    def _cost(self, state: _State | None, number: int) -> int:
        """What the way costs once it goes on in that run."""
        if state is None:
            return 0
        before = state[1]
        lacking = (not in_order(before, number)) + (not self._follows(before, number))
        return self._costs[state] + lacking

    def _enter(self, state: _State, cost: int, entry: _Entry) -> None:
        known = self._costs.get(state)
        if known is None:
            heappush(self._waiting, state)
        if known is None or cost < known:
            self._costs[state] = cost
            self._entries[state] = [entry]
        elif cost == known:
            self._entries[state].append(entry)
