"""How often words stand in the texts and in the field's own text."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from index.training.words import COMPOUND, KNOWABLE, WORD, folded


@dataclass(slots=True)
class WordCounts:
    """Weighted counts of folded words and hyphenated words."""

    words: Counter[str] = field(default_factory=Counter)
    compounds: Counter[str] = field(default_factory=Counter)

    def add(self, texts: Iterable[str], weight: float = 1.0) -> int:
        """Count the words of ``texts``, each ``weight`` times; gives their number."""
        words: Counter[str] = Counter()
        compounds: Counter[str] = Counter()
        for text in texts:
            plain = folded(text)
            words.update(WORD.findall(plain))
            if "-" in plain:
                compounds.update(COMPOUND.findall(plain))
        for word, count in words.items():
            self.words[word] += count * weight  # type: ignore[assignment]  # shares of a word
        for word, count in compounds.items():
            self.compounds[word] += count * weight  # type: ignore[assignment]
        return words.total()

    def knowable(self) -> list[str]:
        """The words that may have a row, most frequent first, ties by spelling."""
        return sorted(
            filter(KNOWABLE.fullmatch, self.words), key=lambda word: (-self.words[word], word)
        )
