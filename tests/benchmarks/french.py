"""French sentences for made brochures: of texts that lie at hand, else of a Zipf vocabulary.

The texts stand beside the project where they stand at all; nothing of them is kept here.
Where they are missing, words are drawn from simplemma's French forms by Zipf's law (rank
to the power of -1, G. K. Zipf 1949), among words of grammar in about their share of
French. Either source gives the same sentences for the same seed on any machine.
"""

from __future__ import annotations

import lzma
import random
import re
from bisect import bisect
from collections.abc import Iterator, Sequence
from functools import cache
from itertools import accumulate
from pathlib import Path
from typing import Protocol

TEXTS = Path(__file__).resolve().parents[3] / "shared" / "data" / "text"
MODERN = (
    "service_public_94fiches",
    "mon_entreprise",
    "domifa_domiciliation",
    "histologe_signal_logement",
    "debats_an_commonvoice",
    "vikidia_wikipedia_petit",
)
"""French of today: neither literature nor dictionaries, whose words are archaic."""
SHORTEST, LONGEST = 80, 260
"""Characters of a sentence that is kept: passages then have as many sentences as real ones."""
_BREAK = re.compile(r"(?<=[.!?…])\s+(?=[A-ZÀ-Ý«])")
_WHOLE = re.compile(r"[A-ZÀÂÇÉÈÊÎÔ][\w '’,;:()«»%€-]+[.!?]")
"""A sentence and no more: neither an address nor a piece of a list."""
GRAMMAR = (
    *("de", "la", "le", "les", "et", "des", "en", "un", "une", "du", "pour", "par", "dans"),
    *("sur", "avec", "est", "sont", "au", "aux", "que", "qui", "plus", "ces", "cette", "leur"),
)
GRAMMAR_SHARE = 0.45


class Sentences(Protocol):
    """Gives sentences of French."""

    def draw(self, some: random.Random) -> str:
        """One sentence, with its capital and its full stop."""
        ...


class Quoted:
    """Sentences of texts."""

    def __init__(self, sentences: Sequence[str]) -> None:
        self._sentences = sentences

    def draw(self, some: random.Random) -> str:
        """Any of them, each as likely."""
        return self._sentences[int(some.random() * len(self._sentences))]


class Zipfian:
    """Sentences of words whose frequencies follow Zipf's law; they mean nothing."""

    def __init__(self, forms: Sequence[str], seed: int = 0) -> None:
        """``forms`` of French words in any stable order; ``seed`` gives their ranks."""
        self._words = list(forms)
        random.Random(seed).shuffle(self._words)
        self._sums = list(accumulate(1 / rank for rank in range(1, len(self._words) + 1)))

    def draw(self, some: random.Random) -> str:
        """Five to twenty words."""
        words = [self._word(some) for _ in range(some.randint(5, 20))]
        return " ".join(words).capitalize() + "."

    def _word(self, some: random.Random) -> str:
        if some.random() < GRAMMAR_SHARE:
            return GRAMMAR[int(some.random() * len(GRAMMAR))]
        return self._words[bisect(self._sums, some.random() * self._sums[-1])]


@cache
def sentences_at_hand(texts: Path = TEXTS) -> Sentences:
    """Sentences of the texts in this folder; made of French words where it holds none."""
    found = [path for name in MODERN if (path := texts / f"{name}.txt.xz").is_file()]
    if not found:
        return Zipfian(french_forms())
    return Quoted(list(dict.fromkeys(one for path in found for one in _sentences_of(path))))


def french_forms() -> list[str]:
    """Forms of French words, in the order of the alphabet."""
    from simplemma.strategies.dictionaries.dictionary_factory import DefaultDictionaryFactory

    forms = DefaultDictionaryFactory().get_dictionary("fr")
    return sorted(one for one in forms if one.isalpha() and one.islower() and len(one) > 2)


def _sentences_of(path: Path) -> Iterator[str]:
    with lzma.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            for sentence in _BREAK.split(line.strip()):
                if SHORTEST <= len(sentence) <= LONGEST and _WHOLE.fullmatch(sentence):
                    yield sentence
