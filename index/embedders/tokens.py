"""Token numbers of texts, each word tokenised once.

Nearly all the time of a static model goes into the tokeniser, and nearly all words
come back: what stands between two spaces is tokenised the first time and looked up
then. The numbers are those of the tokeniser itself, whatever the text.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import chain, pairwise
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from tokenizers import Tokenizer

_KEPT: Final = 200_000
"""Words remembered, some hundred bytes each."""
_ODD_SPACES = re.compile("[\x0b\x0c\x1c-\x1f\x85]")
"""Spaces for ``str.split``, nothing at all for BERT's normaliser."""

Ids = Sequence[int]


class Tokens:
    """Token numbers of texts. Threads may share it."""

    def __init__(self, tokenizer: Tokenizer) -> None:
        """``tokenizer`` without padding or truncation."""
        self._tokenizer = tokenizer
        self._by_word = _cuts_at_spaces(tokenizer)
        self._joins = _spaced_tokens(tokenizer)
        self._begin_joins = frozenset(before for before, _ in self._joins)
        self._known: dict[str, tuple[int, ...]] = {}

    def of(self, texts: Sequence[str]) -> list[Ids]:
        """One list a text, without special tokens."""
        if not self._by_word:
            return self._encode(texts)
        words = [() if _has_odd_spaces(text) else text.split() for text in texts]
        known = self._lookup(words)
        numbers = known.__getitem__
        found: list[Ids] = [list(chain.from_iterable(map(numbers, one))) for one in words]
        again = [
            place
            for place, ids in enumerate(found)
            if (not ids and texts[place]) or self._may_join(ids)
        ]
        for place, ids in zip(again, self._encode([texts[one] for one in again]), strict=True):
            found[place] = ids
        return found

    def _may_join(self, ids: Ids) -> bool:
        """Whether words of a text may be one token together."""
        # Few texts hold a word that begins one.
        return not self._begin_joins.isdisjoint(ids) and not self._joins.isdisjoint(pairwise(ids))

    def _lookup(self, words: Sequence[Sequence[str]]) -> dict[str, tuple[int, ...]]:
        """The numbers of all these words at least."""
        known = self._known
        held = set(chain.from_iterable(words))
        fresh = list(held.difference(known))
        if not fresh:
            return known
        if len(known) + len(fresh) > _KEPT:
            # Another thread may be reading the former ones: they are left as they are.
            self._known = known = {}
            fresh = list(held)
        known.update(zip(fresh, map(tuple, self._encode(fresh)), strict=True))
        return known

    def _encode(self, texts: Sequence[str]) -> list[Ids]:
        encodings = self._tokenizer.encode_batch_fast(list(texts), add_special_tokens=False)
        return [encoding.ids for encoding in encodings]


def _has_odd_spaces(text: str) -> bool:
    return not text.isprintable() and _ODD_SPACES.search(text) is not None


def _cuts_at_spaces(tokenizer: Tokenizer) -> bool:
    """Whether a text's tokens are those of its words, one after the other."""
    from tokenizers.pre_tokenizers import BertPreTokenizer

    normalizer = tokenizer.normalizer
    keeps_spaces = normalizer is None or normalizer.normalize_str("a b") == "a b"
    return isinstance(tokenizer.pre_tokenizer, BertPreTokenizer) and keeps_spaces


def _spaced_tokens(tokenizer: Tokenizer) -> frozenset[tuple[int, int]]:
    """Of each token made of several words, the numbers that meet where two of its words do."""
    meetings: set[tuple[int, int]] = set()
    for added in tokenizer.get_added_tokens_decoder().values():
        parts = added.content.split()
        encodings = tokenizer.encode_batch_fast(parts, add_special_tokens=False)
        for before, after in pairwise(encodings):
            meetings.add((before.ids[-1], after.ids[0]))
    return frozenset(meetings)
