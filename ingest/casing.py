"""Capitals put back to running case, proper names as the running text writes them."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping

from kb.text import fold

_WORD = re.compile(r"[^\W_]+")
_WITHIN_SENTENCE = re.compile(r"(?<=[ ’'-])(?:(?<=[\w,;)] )|(?<=\w[’'-]))[^\W\d_][^\W_]*")
"""Words before which no sentence can begin: there, capitals mean something."""
_FAIR_SHARE = 10
_LINK_WORD = re.compile(r"à|au|aux|d|de|des|du|en|et|l|la|le|les|pour|sous|sur", re.IGNORECASE)
_VOWEL = re.compile(r"[aeiouy]")
"""What acronyms such as HLM lack."""


class Casing:
    """How the running text of a document writes its words."""

    def __init__(self, texts: Iterable[str]) -> None:
        self._forms = _usual_forms(texts)

    def running(self, text: str, names: Iterable[str] = ()) -> str:
        """``text``, when it is all in capitals, as a sentence would write it.

        ``names`` are proper names that keep their capitals where they stand in it.
        """
        if not text.isupper():
            return text
        proper = _places_of_names(text, names)
        if len(_WORD.findall(text)) < 2:
            return self._forms.get(text.lower(), text)
        lowered = _WORD.sub(
            lambda match: proper.get(match.start()) or self._form(match.group()), text
        )
        first = _WORD.search(lowered)
        if first is None or not first.group().islower():
            return lowered
        return lowered[: first.start()] + first.group().capitalize() + lowered[first.end() :]

    def name(self, text: str) -> str:
        """``text``, when it is all in capitals, as the name of a body is written."""
        if not text.isupper():
            return text
        return _WORD.sub(lambda match: self._word_of_name(match.group()), text)

    def _word_of_name(self, word: str) -> str:
        known = self._forms.get(word.lower())
        if known or _LINK_WORD.fullmatch(word):
            return known or word.lower()
        return word.capitalize() if _VOWEL.search(fold(word)) else word

    def _form(self, word: str) -> str:
        return self._forms.get(word.lower(), word.lower())


def _places_of_names(text: str, names: Iterable[str]) -> Mapping[int, str]:
    """Where each word of a name stands in a text, accents and case aside, and how it is written."""
    words = list(_WORD.finditer(text))
    folded = [fold(word.group()) for word in words]
    found: dict[int, str] = {}
    for name in names:
        parts = _WORD.findall(name)
        keys = [fold(part) for part in parts]
        for start in range(len(words) - len(keys) + 1):
            if folded[start : start + len(keys)] == keys:
                places = (word.start() for word in words[start : start + len(keys)])
                found.update(zip(places, parts, strict=True))
    return found


def _usual_forms(texts: Iterable[str]) -> Mapping[str, str]:
    """Lower-case word → its usual form, for the words that have capitals."""
    running = "\n".join(text for text in texts if not text.isupper())
    counts = Counter(_WITHIN_SENTENCE.findall(running))
    lower = {form: form.lower() for form in counts}
    # Most words are written in one way only.
    written = {word for form, word in lower.items() if form != word}
    forms: dict[str, list[str]] = defaultdict(list)
    for form, word in lower.items():
        if word in written:
            forms[word].append(form)
    return {
        word: max(found, key=counts.__getitem__)
        for word, found in forms.items()
        if counts[word] * _FAIR_SHARE < sum(map(counts.__getitem__, found))
    }
