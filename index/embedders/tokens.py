"""Token numbers of texts, each word tokenised once.

Nearly all the time of a static model goes into the tokeniser, and nearly all words
come back: what stands between two spaces is tokenised the first time and looked up
then. The numbers are those of the tokeniser itself, whatever the text.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain, islice, pairwise
from threading import Lock
from typing import TYPE_CHECKING, Final

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from tokenizers import Tokenizer

_KEPT: Final = 200_000
"""Words from which all are forgotten, some hundred bytes each."""
_ODD_SPACES = re.compile("[\x0b\x0c\x1c-\x1f\x85]")
"""Spaces for ``str.split``, nothing at all for BERT's normaliser."""

_BETWEEN: Final = " . "

Ids = npt.NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class TokenLists:
    """The token numbers of texts, one text after the other."""

    ids: Ids
    ends: Ids
    """Where each text ends in ``ids``, behind a 0."""

    def __len__(self) -> int:
        return len(self.ends) - 1

    @classmethod
    def of(cls, lists: Sequence[Sequence[int] | Ids]) -> TokenLists:
        """Those of each text, put together."""
        ends = np.cumsum([0, *map(len, lists)], dtype=np.int32)
        return cls(np.fromiter(chain.from_iterable(lists), np.int32, count=ends[-1]), ends)

    def each(self) -> list[Ids]:
        """Those of each text, apart."""
        return [self.ids[start:end] for start, end in pairwise(self.ends.tolist())]


class Tokens:
    """Token numbers of texts. Threads may share it."""

    def __init__(self, tokenizer: Tokenizer) -> None:
        """``tokenizer`` without padding or truncation."""
        self._tokenizer = tokenizer
        self._by_word = _cuts_at_spaces(tokenizer)
        self._joins = _spaced_tokens(tokenizer)
        first = [before for before, _ in self._joins]
        # One place more than it takes, for all numbers beyond.
        self._begins_join = np.zeros(max(first, default=0) + 2, dtype=np.bool_)
        self._begins_join[first] = True
        self._known = _KnownWords()
        self._lock = Lock()

    def of(self, texts: Sequence[str]) -> TokenLists:
        """Those of each text, without special tokens."""
        if not self._by_word:
            return TokenLists.of(self._encode(texts))
        words = [[] if _has_odd_spaces(text) else text.split() for text in texts]
        apart, spans = _laid_out(words)
        ids, ends = self._of_words(apart, spans)
        found = TokenLists(ids, ends[np.cumsum([0, *map(len, words)])])
        again = [place for place in _empty(found) if texts[place]] + self._joined(found)
        if not again:
            return found
        lists: list[Sequence[int] | Ids] = [*found.each()]
        for place, whole in zip(again, self._encode([texts[one] for one in again]), strict=True):
            lists[place] = whole
        return TokenLists.of(lists)

    def _of_words(self, words: Sequence[str], spans: Sequence[slice]) -> tuple[Ids, Ids]:
        """The numbers of the words in these spans, one after the other; where each word ends,
        behind a 0."""
        with self._lock:
            known = self._known
            try:
                places, fresh = known.look_up(words)
                if fresh:
                    known.add(self._encode_words(fresh))
            except BaseException:
                self._known = _KnownWords()  # these words have places, but no numbers
                raise
            if len(known) > _KEPT:
                self._known = _KnownWords()
            return known.numbers_at(np.concatenate([places[:0], *[places[one] for one in spans]]))

    def _joined(self, found: TokenLists) -> list[int]:
        """The texts of which words may be one token together."""
        # Few texts hold a word that begins one.
        begins = np.flatnonzero(self._begins_join.take(found.ids[:-1], mode="clip"))
        pairs = [tuple(found.ids[at : at + 2].tolist()) in self._joins for at in begins]
        texts = np.searchsorted(found.ends, begins[pairs], side="right") - 1
        return list(dict.fromkeys(texts.tolist()))

    def _encode_words(self, words: Sequence[str]) -> TokenLists:
        """Those of words that hold no space: all in one text, which takes half the time.

        A full stop between two keeps them from being one token together.
        """
        if self._tokenizer.truncation is not None:  # of one long text it would read the start
            return TokenLists.of(self._encode(words))
        encoding = self._tokenizer.encode(_BETWEEN.join(words), add_special_tokens=False)
        begins = np.array([begin for begin, _ in encoding.offsets], dtype=np.int32)
        lengths = np.fromiter(map(len, words), np.int32, count=len(words))
        starts = np.cumsum(lengths + len(_BETWEEN), dtype=np.int32) - lengths - len(_BETWEEN)
        places = np.searchsorted(starts, begins, side="right") - 1
        own = begins < (starts + lengths).take(places)
        sizes = np.bincount(places[own], minlength=len(words))
        return TokenLists(np.array(encoding.ids, dtype=np.int32)[own], _ends(sizes))

    def _encode(self, texts: Sequence[str]) -> list[list[int]]:
        encodings = self._tokenizer.encode_batch_fast(list(texts), add_special_tokens=False)
        return [encoding.ids for encoding in encodings]


class _KnownWords:
    """The words met so far, each with its token numbers."""

    def __init__(self) -> None:
        self._places = _Places()
        self._ids = np.empty(0, dtype=np.int32)
        self._starts = np.empty(0, dtype=np.int32)
        self._sizes = np.empty(0, dtype=np.int32)

    def __len__(self) -> int:
        return len(self._places)

    def look_up(self, words: Sequence[str]) -> tuple[Ids, list[str]]:
        """The places of these words, and those among them that were not known."""
        before = len(self._places)
        places = np.fromiter(map(self._places.__getitem__, words), np.int32, count=len(words))
        fresh = list(islice(reversed(self._places), len(self._places) - before))
        return places, fresh[::-1]

    def add(self, fresh: TokenLists) -> None:
        """Take the numbers of the words that ``look_up`` did not know."""
        self._starts = np.concatenate([self._starts, fresh.ends[:-1] + len(self._ids)])
        self._sizes = np.concatenate([self._sizes, np.diff(fresh.ends)])
        self._ids = np.concatenate([self._ids, fresh.ids])

    def numbers_at(self, places: Ids) -> tuple[Ids, Ids]:
        """The numbers of the words at these places; where each word ends, behind a 0."""
        sizes = self._sizes.take(places)
        ends = _ends(sizes)
        shifts = np.repeat(self._starts.take(places) - ends[:-1], sizes)
        return self._ids.take(np.arange(ends[-1], dtype=np.int32) + shifts), ends


class _Places(dict[str, int]):
    """Words in the order in which they were first asked for, each with its place."""

    def __missing__(self, word: str) -> int:
        place = self[word] = len(self)
        return place


def _laid_out(texts: Sequence[list[str]]) -> tuple[list[str], list[slice]]:
    """Words without those of texts that stand in the text before them, and where in these
    words each text is: sentences follow the passage that they are of, and are looked up in it.
    """
    words: list[str] = []
    spans: list[slice] = []
    above: list[str] = []
    begin = at = 0
    for text in texts:
        place = _found_in(above, text, at)
        if place is None:
            above, begin, place = text, len(words), 0
            words += text
        at = place + len(text) if above is not text else 0
        spans.append(slice(begin + place, begin + place + len(text)))
    return words, spans


def _found_in(above: list[str], text: list[str], at: int) -> int | None:
    """Where in ``above`` these words stand together, from ``at`` on; None where they do not."""
    try:
        while text:
            place = above.index(text[0], at)
            if above[place : place + len(text)] == text:
                return place
            at = place + 1
    except ValueError:
        pass
    return None


def _ends(sizes: npt.NDArray[np.integer]) -> Ids:
    """Where each of some runs ends, behind a 0."""
    ends = np.zeros(len(sizes) + 1, dtype=np.int32)
    np.cumsum(sizes, out=ends[1:])
    return ends


def _empty(found: TokenLists) -> list[int]:
    """The texts without a token."""
    empty: list[int] = np.flatnonzero(found.ends[:-1] == found.ends[1:]).tolist()
    return empty


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
