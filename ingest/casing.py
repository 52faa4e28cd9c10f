"""Capitals put back to running case, proper names as the running text writes them."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping

from kb.text import fold

_WORD = re.compile(r"[^\W_]+")
_WITHIN = r"[ ’'-](?:(?<=[\w,;)] )|(?<=\w[’'-]))"
"""What stands before a word with which no sentence can begin: there, capitals mean something."""
_LOWER = "a-zà-öø-ÿ"
_WORD_WITHIN = re.compile(rf"{_WITHIN}([^\W\d_][^\W_]*)")
_WITH_CAPITAL = re.compile(rf"{_WITHIN}((?:[{_LOWER}][{_LOWER}0-9]*+)?[^\W_{_LOWER}0-9][^\W_]*)")
"""Words that hold a capital, and some others."""
_FAIR_SHARE = 10
_FEW_WORDS = 200
"""Words that are looked for one by one; those of more are counted all together."""
_LINK_WORD = re.compile(r"à|au|aux|d|de|des|du|en|et|l|la|le|les|pour|sous|sur", re.IGNORECASE)
_VOWEL = re.compile(r"[aeiouy]")
"""What acronyms such as HLM lack."""


class Casing:
    """How the running text of a document writes its words."""

    def __init__(self, texts: Iterable[str]) -> None:
        self._running = "\n".join([text for text in texts if not text.isupper()])
        self._capitals: Mapping[str, Counter[str]] | None = None
        self._forms: dict[str, str | None] = {}
        self._times: Counter[str] | None = None

    def running(self, text: str, names: Iterable[str] = ()) -> str:
        """``text``, when it is all in capitals, as a sentence would write it.

        ``names`` are proper names that keep their capitals where they stand in it.
        """
        if not text.isupper():
            return text
        proper = _places_of_names(text, names)
        if len(_WORD.findall(text)) < 2:
            return self._usual_form(text.lower()) or text
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
        known = self._usual_form(word.lower())
        if known or _LINK_WORD.fullmatch(word):
            return known or word.lower()
        return word.capitalize() if _VOWEL.search(fold(word)) else word

    def _form(self, word: str) -> str:
        return self._usual_form(word.lower()) or word.lower()

    def _usual_form(self, word: str) -> str | None:
        """How the running text writes a lower-case word that it mostly writes with capitals."""
        if word not in self._forms:
            self._forms[word] = self._looked_for(word)
        return self._forms[word]

    def _looked_for(self, word: str) -> str | None:
        if self._capitals is None:
            self._capitals = _with_capitals(self._running)
        found = self._capitals.get(word)
        if found is None:
            return None
        fewest = -(-found.total() // (_FAIR_SHARE - 1))
        return found.most_common(1)[0][0] if self._comes_less(word, fewest) else None

    def _comes_less(self, word: str, often: int) -> bool:
        """Does a lower-case word come less often than that within sentences?"""
        if len(self._forms) > _FEW_WORDS:
            if self._times is None:
                self._times = Counter(_WORD_WITHIN.findall(self._running))
            return self._times[word] < often
        # Names are seldom found in lower case, and other words soon often enough.
        times, place = 0, self._running.find(word)
        while place >= 0 and times < often:
            match = _WORD_WITHIN.match(self._running, max(0, place - 1))
            times += match is not None and match[1] == word
            place = self._running.find(word, place + 1)
        return times < often


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


def _with_capitals(running: str) -> Mapping[str, Counter[str]]:
    """Lower-case word → its forms with capitals within sentences, and how often they come."""
    forms: dict[str, Counter[str]] = defaultdict(Counter)
    for form, times in Counter(_WITH_CAPITAL.findall(running)).items():
        word = form.lower()
        if form != word and not form[0].isdecimal():
            forms[word][form] += times
    return forms
