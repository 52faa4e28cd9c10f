"""Corrections are those that the distance of Damerau and Levenshtein tells, none lost."""

from __future__ import annotations

from hypothesis import example, given
from hypothesis import strategies as st
from rapidfuzz.distance import DamerauLevenshtein

from index.suggestions import Lexicon

some_words = st.text(alphabet="abcdezœÁ", min_size=1, max_size=8)
"""Among them two letters whose numbers are 32 apart or a multiple of it."""


@given(
    st.dictionaries(some_words, st.integers(1, 9), max_size=12),
    some_words.filter(lambda w: len(w) > 2),
)
@example({"aabccc": 1}, "abaccc")
@example({"abcxxx": 1}, "caxxx")
@example({"abcxxxx": 1}, "caxxxx")
@example({"abcdef": 1, "uvwxyz": 2}, "abczyf")
def test_every_word_near_enough_is_suggested(held: dict[str, int], word: str) -> None:
    allowed = 1 if len(word) <= 5 else 2
    ranked = sorted(
        (DamerauLevenshtein.distance(word, near), -count, near) for near, count in held.items()
    )
    expected = [near for mistakes, _, near in ranked if mistakes <= allowed]
    assert Lexicon(held).suggest(word, 20) == ([] if word in held else expected)
