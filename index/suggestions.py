"""Corrections of a mistyped word, from the words that the passages hold."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence

_SHORTEST = 3
"""Words below this many letters have too many neighbours for a guess."""
_SHORT = 5
"""Up to this many letters, one mistake is looked for; above, two."""


class Lexicon:
    """Words by length, ready to be compared."""

    def __init__(self, frequencies: Mapping[str, int]) -> None:
        """``frequencies`` says in how many passages each word stands."""
        self._frequencies = frequencies
        self._by_length: dict[int, list[str]] = defaultdict(list)
        for word in frequencies:
            self._by_length[len(word)].append(word)

    def suggest(self, word: str, limit: int) -> list[str]:
        """Words near ``word``: fewest mistakes first, then most frequent, then by letters.

        A mistake is a letter too many, missing, replaced or swapped with its
        neighbour. Numbers are never corrected: another year is another question.
        Nothing for a word that the passages hold.
        """
        if word in self._frequencies or limit <= 0 or len(word) < _SHORTEST:
            return []
        if any(map(str.isdigit, word)):
            return []
        ranked = sorted(
            (mistakes, -self._frequencies[near], near) for near, mistakes in self._near(word)
        )
        return [near for _, _, near in ranked[:limit]]

    def _near(self, word: str) -> list[tuple[str, int]]:
        from rapidfuzz.distance import OSA, DamerauLevenshtein

        allowed = 1 if len(word) <= _SHORT else 2
        lengths = range(len(word) - allowed, len(word) + allowed + 1)
        candidates = [near for length in lengths for near in self._by_length.get(length, ())]
        # Swaps that other mistakes may not touch are counted by whole words of bits, twice as
        # fast; where they may, a word two mistakes away is three away at most without.
        around = _within(word, candidates, OSA.distance, allowed + 1)
        return _within(word, [near for near, _ in around], DamerauLevenshtein.distance, allowed)


def _within(
    word: str, candidates: Sequence[str], distance: Callable[..., int], allowed: int
) -> list[tuple[str, int]]:
    """The candidates that near, and how near."""
    from rapidfuzz.process import extract

    matches = extract(word, candidates, scorer=distance, score_cutoff=allowed, limit=None)
    return [(near, int(mistakes)) for near, mistakes, _ in matches]
