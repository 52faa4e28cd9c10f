"""Corrections of a mistyped word, from the words that the passages hold."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from functools import cached_property

import numpy as np
import numpy.typing as npt

_SHORTEST = 3
"""Words below this many letters have too many neighbours for a guess."""
_SHORT = 5
"""Up to this many letters, one mistake is looked for; above, two."""


class Lexicon:
    """Words by length, ready to be compared."""

    def __init__(self, frequencies: Mapping[str, int]) -> None:
        """``frequencies`` says with how many passages each word came."""
        self._frequencies = frequencies
        by_length: dict[int, list[str]] = defaultdict(list)
        for word in frequencies:
            by_length[len(word)].append(word)
        self._by_length = {length: _SameLength(words) for length, words in by_length.items()}

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
        from rapidfuzz.distance import DamerauLevenshtein
        from rapidfuzz.process import extract

        allowed = 1 if len(word) <= _SHORT else 2
        lengths = range(len(word) - allowed, len(word) + allowed + 1)
        having = [self._by_length[length] for length in lengths if length in self._by_length]
        found = extract(
            word,
            [near for words in having for near in words.of_letters(word, 2 * allowed)],
            scorer=DamerauLevenshtein.distance,
            score_cutoff=allowed,
            limit=None,
        )
        return [(near, int(mistakes)) for near, mistakes, _ in found]


class _SameLength:
    """Words of as many letters."""

    def __init__(self, words: list[str]) -> None:
        self._words = words

    def of_letters(self, word: str, most: int) -> Iterator[str]:
        """Those that have, but for ``most`` kinds of letters, the same as ``word``.

        A mistake changes two kinds at most: few words are left to be compared letter by letter.
        """
        apart = np.bitwise_count(self._letters ^ _letters([word])[0])
        return map(self._words.__getitem__, np.flatnonzero(apart <= most).tolist())

    @cached_property
    def _letters(self) -> npt.NDArray[np.uint32]:
        return _letters(self._words)


def _letters(words: list[str]) -> npt.NDArray[np.uint32]:
    """Of words of one length, which letters each has: a bit a kind, several kinds sharing some."""
    codes = np.array(words).view(np.uint32).reshape(len(words), -1)
    bits = np.left_shift(np.uint32(1), codes & np.uint32(31))
    return np.asarray(np.bitwise_or.reduce(bits, axis=1))
