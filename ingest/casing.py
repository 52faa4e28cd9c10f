"""Capitals put back to running case, proper names as the running text writes them."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping

_WORD = re.compile(r"[^\W_]+")
_WITHIN_SENTENCE = re.compile(r"(?:(?<=[\w,;)] )|(?<=\w[’'-]))[^\W\d_][^\W_]*")
"""Words before which no sentence can begin: there, capitals mean something."""
_FAIR_SHARE = 10


class Casing:
    """How the running text of a document writes its words."""

    def __init__(self, texts: Iterable[str]) -> None:
        self._forms = _usual_forms(texts)

    def running(self, text: str) -> str:
        """``text``, when it is all in capitals, as a sentence would write it."""
        if not text.isupper():
            return text
        if len(_WORD.findall(text)) < 2:
            return self._forms.get(text.lower(), text)
        lowered = _WORD.sub(lambda match: self._form(match.group()), text)
        first = _WORD.search(lowered)
        if first is None or not first.group().islower():
            return lowered
        return lowered[: first.start()] + first.group().capitalize() + lowered[first.end() :]

    def _form(self, word: str) -> str:
        return self._forms.get(word.lower(), word.lower())


def _usual_forms(texts: Iterable[str]) -> Mapping[str, str]:
    """Lower-case word → its usual form, for the words that have capitals."""
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for text in texts:
        if not text.isupper():
            for word in _WITHIN_SENTENCE.findall(text):
                counts[word.lower()][word] += 1
    return {
        word: forms.most_common(1)[0][0]
        for word, forms in counts.items()
        if forms[word] * _FAIR_SHARE < forms.total()
    }
